"""Only parsing the JSON that the silver tables are made of, by DuckDB on all cores: `python -m benchmarks.floor BRONZE`."""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

import duckdb

READ = re.compile(r"read_json\((?:[^()]|\([^()]*\))*\)", re.S)


def main() -> None:
    (bronze,) = sys.argv[1:]
    sql = (Path(__file__).parent / "duckdb_sql" / "silver.sql").read_text().replace("$bronze", bronze)
    database = duckdb.connect()
    seconds = {}
    for read in READ.findall(sql):
        began = time.monotonic()
        # every column that the pipeline takes is parsed and converted, and thrown away
        database.execute(f"select count(columns(*)) from {read}").fetchall()
        seconds[read.split("'")[1].removeprefix(bronze).split("/")[1]] = round(time.monotonic() - began, 3)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
