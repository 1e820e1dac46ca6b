"""All tables one after another, each by a process of its own; with the name of a table after the folders, that one in this process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.ours import engines

PARTITIONED = {"tmdb_movies": "release_year", "movielens_rating_events": "rating_year"}


def one(bronze: str, lake: Path, table: str) -> None:
    """Make a table and append it, with its unusable rows to the quarantine."""
    engines.SPARK["spark.sql.shuffle.partitions"] = "200"
    engines.start("spark", lake / "work" / table)
    from pyspark.sql import SparkSession

    from benchmarks.naive import gold, silver

    spark = SparkSession.builder.getOrCreate()
    layer, name = table.split("/")
    if layer == "silver":
        rows, bad = getattr(silver, name)(spark, bronze)
        bad.write.format("delta").mode("append").save(str(lake / "silver" / "quarantine"))
    else:
        rows = getattr(gold, name)(lambda wanted: spark.read.format("delta").load(str(lake / wanted)))
    writer = rows.write.format("delta").mode("append")
    if name in PARTITIONED:
        writer = writer.partitionBy(PARTITIONED[name])
    writer.save(str(lake / table))
    sys.stdout.flush()
    os._exit(0)


def main() -> None:
    bronze, lake, *wanted = sys.argv[1:]
    if wanted:
        one(bronze, Path(lake), wanted[0])
    shutil.rmtree(lake, ignore_errors=True)
    from benchmarks import workload

    seconds = {}
    for table in workload.tables():
        if table == "silver/quarantine":
            continue  # each silver job appends to it
        began = time.monotonic()
        subprocess.run([sys.executable, "-m", "benchmarks.naive", bronze, lake, table], check=True)
        seconds[table] = round(time.monotonic() - began, 3)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
