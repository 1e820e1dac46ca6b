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
