"""A job that appends rows one by one, and says of each whether Delta acknowledged it and whether the check after a commit saw it.

Arguments: --uri, --writer (a name), --count, --gate (a file: the appends begin when it is there).
"""

import argparse
import json
import sys
import time
import uuid
from pathlib import Path

from pyspark.sql import SparkSession

from glue_scripts import delta, delta_log
from glue_scripts.errors import JobError


def arguments():
    parser = argparse.ArgumentParser()
    for name in ("uri", "writer", "gate"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--count", type=int, required=True)
    return parser.parse_known_args()[0]


def append(spark, uri, writer, number, token):
    frame = spark.createDataFrame([(writer, number)], "writer string, number int").coalesce(1)
    frame.write.format("delta").mode("append").option("userMetadata", token).save(uri)


def seen(uri, token, before):
    """What the check after a commit says: None when the commit is there and is ours."""
    try:
        delta._prove(uri, next(n for n in range(before + 1, before + 50) if _is(uri, n, token)), token)
    except (JobError, StopIteration) as error:
        return str(error) or "no commit has this token"
    return None


def _is(uri, number, token):
    try:
        return any(action.get("commitInfo", {}).get("userMetadata") == token for action in delta_log.commit(uri, number))
    except JobError:
        return False


def main():
    given = arguments()
    spark = SparkSession.builder.getOrCreate()
    append(spark, f"{given.uri}-{given.writer}", given.writer, -1, "")  # classes are loaded, the race is about the log
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while not Path(given.gate).exists():
        time.sleep(0.02)
    for number in range(given.count):
        token, before = uuid.uuid4().hex, delta_log.version(given.uri)
        append(spark, given.uri, given.writer, number, token)
        said = {"writer": given.writer, "number": number, "check": seen(given.uri, token, before)}
        sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main()
