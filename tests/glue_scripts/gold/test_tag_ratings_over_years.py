from transforms import gold


def made(movies):
    return gold(
        "gold/tag_ratings_over_years",
        gold_movies=[{"movie_key": f"ml:{n}", "movielens_id": n, "release_year": 2000} for n in range(movies)],
        silver_movielens_ratings=[{"user_id": 1, "item_id": n, "rating": 4.0} for n in range(movies)],
        silver_movielens_tags=[{"tag_id": 1, "tag": "noir"}, {"tag_id": 2, "tag": "noir"}],
        silver_movielens_tag_count=[{"item_id": n, "tag_id": tag, "num": 1} for n in range(movies) for tag in (1, 2)],
    )


def test_a_movie_counts_once_for_two_ids_of_one_tag():
    assert made(5) == [{"tag": "noir", "release_year": 2000, "movies": 5, "ratings": 5, "average_rating": 4.0}]


def test_four_movies_are_too_few_and_empty():
    assert made(4) == []
    assert made(0) == []
