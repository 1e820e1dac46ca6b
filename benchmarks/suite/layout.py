"""How the tables of the lake lie in files, what a query of one movie reads of them, and what a maintenance does to both.

The tables are those that the platform's jobs on Sail left in the benchmark's folder; where there are none, they are made there first. They
are worked on as copies. The maintenance is the Glue script's own.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import measure, pipelines, result, workload
from benchmarks.suite import layout_rows, layout_updates, scan_counter
from ggvd_dagster import spec


def run(scale: float) -> dict[str, Any]:
    """Look, ask, maintain, look and ask again, maintain what needs none; then the tables with a hundred updates."""
    with TemporaryDirectory(prefix="ggvd-layout-") as folder:
        lake = Path(folder) / "lake"
        for name in (made := _tables(scale)):
            _copy(made[name], lake / name)
        found, peak = _maintained(lake, made)
        rows = max(1000, int(20_000 * scale))
        replaced = layout_updates.replaced(f"{folder}/replaced", rows)
        appended = layout_updates.appended(f"{folder}/appended", rows)
    lines = [
        *layout_rows.files(found),
        *layout_rows.one_movie(found, scale),
        *layout_rows.maintenance(found, peak),
        *layout_rows.replaced(replaced),
        *layout_rows.appended(appended),
    ]
    return result.result(
        "layout",
        "File layout",
        scale,
        lines,
        tables=[layout_rows.table(found)],
        replaced=replaced,
        appended=appended,
        maintenance={name: table["seconds"] for name, table in found.items()},
        bytes=sum(table["after"]["bytes"] for table in found.values()),
    )


def _tables(scale: float) -> dict[str, Path]:
    """The folders of the silver and gold tables of this scale."""
    lake = pipelines.lake(scale, pipelines.SAIL)
    names = workload.tables()
    if not all((lake / name / "_delta_log").is_dir() for name in names):
        clustered = [name for name in names if spec.load().table(name).cluster_by]
        names = [name for name in clustered if not (lake / name / "_delta_log").is_dir()]
        if names:
            pipelines.data(scale)
            arguments = ("sail", str(pipelines.home(scale) / "bronze"), str(lake), *names)
            measure.module("benchmarks.ours", *arguments, log=pipelines.home(scale) / "layout.log")
        names = clustered
    return {name: lake / name for name in names}


def _copy(source: Path, target: Path) -> None:
    """Files of a Delta table never change, so links to them will do."""

    def link(one: str, other: str) -> None:
        try:
            os.link(one, other)
        except OSError:
            shutil.copyfile(one, other)

    shutil.copytree(source, target, copy_function=link)


def _maintained(lake: Path, names: Iterable[str]) -> tuple[dict[str, Any], int]:
    """Facts of each table before and after, and the peak of the maintenance's memory in bytes."""
    tables = {name: spec.load().table(name).cluster_by for name in names}
    keys = {name: scan_counter.middling(str(lake / name), column) for name, column in tables.items() if column}
    before = {name: _facts(str(lake / name), column, keys.get(name)) for name, column in tables.items()}
    done = measure.module("benchmarks.suite.maintain_lake", str(lake), *tables, log=lake.parent / "maintenance.log")
    took = json.loads(next(line for line in reversed(done.output.splitlines()) if line.startswith("{")))
    after = {name: _facts(str(lake / name), column, keys.get(name)) for name, column in tables.items()}
    return {name: {**took[name], "before": before[name], "after": after[name]} for name in tables}, done.peak


def _facts(uri: str, column: str | None, key: int | None) -> dict[str, Any]:
    files = scan_counter.files(uri)
    partitions: dict[str, list[int]] = {}
    for entry in files:
        values = [str(value) for name, value in sorted(entry.items()) if name.startswith("partition.")]
        partitions.setdefault("/".join(values), []).append(int(entry["size_bytes"]))
    read = scan_counter.of_one(uri, column, key) if column and key is not None else None
    columns = sorted(name.removeprefix("partition.") for name in (files[0] if files else {}) if name.startswith("partition."))
    return {"partitions": partitions, "columns": columns, "bytes": sum(map(sum, partitions.values())), "read": read}
