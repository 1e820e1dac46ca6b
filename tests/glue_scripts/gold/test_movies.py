import random

from transforms import gold


def movie(number, title, year):
    return {"tmdb_id": number, "title": title, "release_year": year}


def item(number, title, year):
    return {"item_id": number, "title": title, "release_year": year}


def matched(tmdb, items, links=()):
    links = [{"movie_id": ml, "tmdb_id": number} for ml, number in links]
    rows = gold("gold/movies", silver_tmdb_movies=tmdb, silver_imdb_metadata=items, silver_movielens_links=links)
    return {row["movie_key"]: (row["movielens_id"], row["matched_by"]) for row in rows}


def test_ids_come_before_titles():
    found = matched([movie(1, "Ran", 1985), movie(2, "Ran", 1985)], [item(7, "Ran", 1985)], [(7, 2)])
    assert found == {"tmdb:1": (None, "none"), "tmdb:2": (7, "links")}


def test_two_items_of_one_id_never_share_it():
    found = matched([movie(1, "Ran", 1985)], [item(7, "X", 1985), item(8, "Y", 1985)], [(7, 1), (8, 1)])
    assert found == {"tmdb:1": (7, "links"), "ml:8": (8, "none")}


def test_articles_accents_punctuation_and_the_year_beside():
    found = matched([movie(1, "The Matrix", 1999), movie(2, "Amélie!", 2001)], [item(7, "Matrix, The", 1999), item(8, "Amelie", 2002)])
    assert found == {"tmdb:1": (7, "title_year"), "tmdb:2": (8, "title_year")}


def test_ambiguous_and_far_years_stay_unmatched():
    found = matched([movie(1, "Ran", 1985), movie(2, "Ran", 1985), movie(3, "Big", 1988)], [item(7, "Ran", 1985), item(8, "Big", 1991)])
    assert {how for _, how in found.values()} == {"none"}


def test_title_without_year_and_empty():
    assert matched([movie(1, "Ran", 1985)], [item(7, "Ran", None)]) == {"tmdb:1": (None, "none"), "ml:7": (7, "none")}
    assert matched([], []) == {}


def test_what_a_movie_is_called_besides_counts_in_its_year_only():
    tmdb = [movie(1, "The City of Lost Children", 1995), movie(2, "Brotherhood", 2009), movie(3, "Clone", 2011), movie(4, "Seven", 1995)]
    items = [
        item(5, "City of Lost Children, The (Cité des enfants perdus, La)", 1995),
        item(6, "Broderskab (Brotherhood)", 2009),
        item(7, "Womb (Clone)", 2010),
        item(8, "Se7en (a.k.a. Seven) (Sieben)", 1995),
    ]
    expected = {"tmdb:1": (5, "title_year"), "tmdb:2": (6, "title_year"), "tmdb:4": (8, "title_year")}
    assert matched(tmdb, items) == {**expected, "tmdb:3": (None, "none"), "ml:7": (7, "none")}


def test_the_title_comes_before_other_titles_and_the_same_year_before_the_year_beside():
    tmdb = [movie(1, "Ran", 1985), movie(2, "Big", 1988), movie(3, "Big", 1989)]
    items = [item(7, "Ran", 1985), item(8, "Chaos (Ran)", 1985), item(9, "Big", 1988)]
    assert {key: item for key, (item, _) in matched(tmdb, items).items()} == {"tmdb:1": 7, "tmdb:2": 9, "tmdb:3": None, "ml:8": 8}


def test_no_movie_is_linked_to_two_whatever_the_titles_are():
    draw = random.Random(7)
    titles = ["Ran", "ran!", "Big", "Big (Ran)", "Ran, The", "The Ran", "Rán (a.k.a. Big)", "(Big)", "("]
    tmdb = [movie(n, draw.choice(titles), draw.randint(1984, 1987)) for n in range(1, 40)]
    items = [item(n, draw.choice(titles), draw.randint(1984, 1987)) for n in range(101, 140)]
    found = matched(tmdb, items, [(n, draw.randint(1, 45)) for n in range(101, 115)])
    linked = [item for item, how in found.values() if item and how != "none"]
    assert len(linked) == len(set(linked)) > 5
    assert len(found) == len(tmdb) + len(items) - len(linked)


def test_blanks_of_any_script_are_blanks_and_a_last_newline_is_one():
    tmdb = [movie(1, "Red\u00a0Desert", 1964), movie(2, "Ran\u3000II\u0085", 1985), movie(3, "Host, The", 2006)]
    items = [item(7, "Red Desert", 1964), item(8, "Ran  II", 1985), item(9, "Host, The\n", 2006)]
    assert matched(tmdb, items) == {
        "tmdb:1": (7, "title_year"),
        "tmdb:2": (8, "title_year"),
        "tmdb:3": (None, "none"),
        "ml:9": (9, "none"),
    }
