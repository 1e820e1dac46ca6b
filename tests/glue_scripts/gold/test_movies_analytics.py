from transforms import gold

MOVIES = [{"movie_key": "ml:1", "title": "A", "movielens_id": 1}, {"movie_key": "ml:2", "title": "B", "movielens_id": 2}]


def test_five_ratings_and_three_stars_are_not_positive():
    ratings = [{"user_id": n, "item_id": 1, "rating": r} for n, r in enumerate([3.0, 3.5, 4.0, 5.0, 0.5])]
    ratings += [{"user_id": n, "item_id": 2, "rating": 5.0} for n in range(4)]
    reviews = [{"item_id": 1, "review_id": "a", "copies": 3}, {"item_id": 1, "review_id": "b", "copies": 1}]
    (row,) = gold("gold/movies_analytics", gold_movies=MOVIES, silver_movielens_ratings=ratings, silver_imdb_reviews=reviews)
    assert (row["movie_key"], row["ratings"], row["average_rating"], row["positive_balance"], row["reviews"]) == ("ml:1", 5, 3.2, 0.2, 4)


def test_empty():
    assert gold("gold/movies_analytics", gold_movies=[], silver_movielens_ratings=[], silver_imdb_reviews=[]) == []
