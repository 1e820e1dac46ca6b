"""Run the SQL files in one process, statement by statement, and print what each part took as one JSON line at the end."""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path

import duckdb


def main() -> None:
    bronze, lake = sys.argv[1:]
    shutil.rmtree(lake, ignore_errors=True)
    for layer in ("silver", "gold"):
        (Path(lake) / layer).mkdir(parents=True)
    # a database on disk: what does not fit into memory spills
    database = duckdb.connect(f"{lake}/work.duckdb")
    database.execute("set timezone = 'UTC'; set preserve_insertion_order = false")
    seconds = {}
    for part in ("macros", "silver", "movies", "gold"):
        began = time.monotonic()
        sql = Path(__file__).with_name(f"{part}.sql").read_text().replace("$bronze", bronze).replace("$lake", lake)
        for statement in duckdb.extract_statements(sql):
            started = time.monotonic()
            database.execute(statement)
            if (took := time.monotonic() - started) > 0.1:
                print(f"{took:7.2f} s  {' '.join(statement.query.split())[:120]}")
        seconds[part] = round(time.monotonic() - began, 3)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
