"""Run jobs one after another in one process, and print what each took as one JSON line at the end.

A table may name its partitions, `silver/tmdb_movies=2009`; `--force` writes what is unchanged, too.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import time
from pathlib import Path

from benchmarks import workload
from benchmarks.ours import engines
from ggvd_dagster import spec

ROOT = Path(__file__).parents[2]


def argv(table: str, bronze: str, lake: str, **extra: str) -> list[str]:
    """A job's arguments, as the job definition has them, for a lake in a folder or under an S3 URI."""
    entry = spec.load().table(table)

    def uri(name: str) -> str:
        layer, _, short = name.partition("/")
        return f"{bronze}/{short}" if layer == "bronze" else f"{lake}/{name}"

    given = {
        "table": table,
        "inputs": json.dumps({name: uri(name) for name in entry.inputs}),
        "output": uri(table),
        "report": f"{lake}/reports/{table}.json",
        "key": ",".join(entry.key),
        "required": ",".join(entry.required),
        "foreign_keys": json.dumps({column: uri(parent) for column, parent in entry.foreign_keys.items()}),
        "quarantine": f"{lake}/silver/_quarantine/{table.split('/')[1]}" if entry.layer == "silver" else None,
        "partition_by": entry.partitions,
        **extra,
    }
    return [part for name, value in given.items() if value for part in (f"--{name}", value)]


def main() -> None:
    engine, bronze, lake, *wanted = sys.argv[1:]
    force = {"force": "true"} if "--force" in wanted else {}
    names = [name for name in wanted if "/" in name]
    chosen = dict(name.partition("=")[::2] for name in names) or dict.fromkeys(workload.tables(), "")
    began = time.monotonic()
    server = engines.start(engine, Path(lake))  # noqa: F841 (the server ends with its last reference)
    seconds = {"start": round(time.monotonic() - began, 3)}
    for table, partitions in chosen.items():
        script = ROOT / "glue_scripts" / f"{table}.py"
        extra = force | ({"partitions": partitions} if partitions else {})
        sys.argv = [str(script), *argv(table, bronze, lake, **extra)]
        began = time.monotonic()
        runpy.run_path(str(script), run_name="__main__")
        seconds[table] = round(time.monotonic() - began, 3)
    print(json.dumps(seconds))
    sys.stdout.flush()
    os._exit(0)  # the engine's threads would keep the process


if __name__ == "__main__":
    main()
