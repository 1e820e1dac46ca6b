"""How a test starts to extract a release year."""

from tests.lambda_handlers.servers import movie

QUEUE, TABLE, DAY = "extract-tmdb", "tmdb_movies", "2026-11-24"
PREFIX = f"tmdb_movies/release_year=2010/snapshot={DAY}/"


def started(functions, tmdb, movies=90, partition="2010"):
    tmdb.movies = [movie(number) for number in range(movies)]
    answer = functions.start(TABLE, [partition], DAY)
    return answer, functions.messages(QUEUE)
