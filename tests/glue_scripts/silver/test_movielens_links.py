from transforms import silver


def test_ids_and_missing_ids():
    link = {"movieId": "1", "imdbId": "0114709", "tmdbId": "862"}
    rows, reasons = silver("silver/movielens_links", link, link, {"movieId": "2", "imdbId": "", "tmdbId": None}, {"movieId": "x"})
    assert rows == [
        {"movie_id": 1, "imdb_id": "tt0114709", "tmdb_id": 862, "copies": 2},
        {"movie_id": 2, "imdb_id": None, "tmdb_id": None, "copies": 1},
    ]
    assert reasons == ["movieId is no positive integer"]


def test_empty():
    assert silver("silver/movielens_links") == ([], [])
