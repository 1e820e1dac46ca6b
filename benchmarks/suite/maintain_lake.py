"""`python -m benchmarks.suite.maintain_lake LAKE TABLE ...`: the Glue script's maintenance of tables in a folder, twice.

Prints one JSON line: of each table its seconds, those of the second time, and how many files the second time rewrote, which is none.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from ggvd_dagster import spec
from glue_scripts import maintenance


def main() -> None:
    lake, *names = sys.argv[1:]
    hours, found = spec.load().maintenance.retention_hours, {}
    for name in names:
        table, uri = spec.load().table(name), str(Path(lake) / name)
        took = []
        for _ in range(2):
            began = time.monotonic()
            done = maintenance._maintain(uri, hours, table.cluster_by, table.partitions)
            took.append(time.monotonic() - began)
        found[name] = {"seconds": took[0], "again": took[1], "rewritten_again": done["rewritten"]}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
