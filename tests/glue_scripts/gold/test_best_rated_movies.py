from transforms import gold


def test_one_perfect_rating_does_not_beat_many_good_ones():
    movies = [{"movie_key": f"ml:{n}", "title": "x", "movielens_id": n} for n in (1, 2, 3)]
    ratings = [{"user_id": 1, "item_id": 1, "rating": 5.0}]
    ratings += [{"user_id": n, "item_id": 2, "rating": 4.5} for n in range(99)]
    ratings += [{"user_id": n, "item_id": 3, "rating": 2.0} for n in range(100)]
    rows = gold("gold/best_rated_movies", gold_movies=movies, silver_movielens_ratings=ratings)
    assert [(row["movie_key"], row["rank"]) for row in rows] == [("ml:1", 2), ("ml:2", 1), ("ml:3", 3)]
    prior = (5 + 99 * 4.5 + 200) / 200
    assert rows[0]["weighted_rating"] == round((5 + 25 * prior) / 26, 6)


def test_empty():
    assert gold("gold/best_rated_movies", gold_movies=[], silver_movielens_ratings=[]) == []
