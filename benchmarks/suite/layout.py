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

from benchmarks import measure, pipelines, result
from benchmarks.suite import layout_updates, scan_counter
from ggvd_dagster import spec
from glue_scripts.delta import FILE_BYTES

MIB = 2**20
LARGEST, SMALLEST = FILE_BYTES * 1.25, 16 * MIB
HEADINGS = ["table", "when", "files", "smallest, MiB", "largest, MiB", "all, MiB", "one movie reads, MiB", "share"]


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
    lines = [*_files(found), *_one_movie(found, scale), *_maintenance(found, peak), *_replaced(replaced), *_appended(appended)]
    return result.result(
        "layout",
        "File layout",
        scale,
        lines,
        tables=[_table(found)],
        replaced=replaced,
        appended=appended,
        maintenance={name: table["seconds"] for name, table in found.items()},
        bytes=sum(table["after"]["bytes"] for table in found.values()),
    )


def _tables(scale: float) -> dict[str, Path]:
    """The folders of the silver and gold tables of this scale."""
    lake = pipelines.lake(scale, pipelines.SAIL)
    names = [table.name for table in spec.load().tables.values() if table.layer != "bronze"]
    if not all((lake / name / "_delta_log").is_dir() for name in names):
        clustered = [table.name for table in spec.load().tables.values() if table.cluster_by]
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


def _files(found: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """A file is needless where the bytes of its partition would fill one less."""
    lines = []
    for when, said in (("before", "as the jobs wrote them"), ("after", "after maintenance")):
        sizes = [sizes for table in found.values() for sizes in table[when]["partitions"].values()]
        needless = sum(len(each) - max(1, -(-sum(each) // FILE_BYTES)) for each in sizes)
        largest, none = ({"at_most": LARGEST / MIB}, {"at_most": 0}) if when == "after" else ({}, {})
        lines.append(result.row(f"largest file, {said}", max(map(max, sizes)) / MIB, "MiB", **largest))
        lines.append(
            result.row(f"files beyond those that 128 MiB each would need, {said}", needless, "", note=f"of {sum(map(len, sizes))}", **none)
        )
    partitioned = {name: table["after"] for name, table in found.items() if table["after"]["columns"]}
    odd = sum(table["columns"] != [spec.load().table(name).partitions] for name, table in partitioned.items())
    small = sum(sum(sizes) < SMALLEST for table in partitioned.values() for sizes in table["partitions"].values())
    return [
        *lines,
        result.row("tables with partitions that are no unit of backfill", odd, "", at_most=0, note=f"{small} units are under 16 MiB"),
    ]


def _one_movie(found: dict[str, dict[str, Any]], scale: float) -> list[dict[str, Any]]:
    """The goal is that of the real size, and of tables of more than a file's least: of a small one, a few pages are a large share."""
    lines = []
    clustered = {name: table for name, table in found.items() if table["before"]["read"] is not None}
    for name, table in clustered.items():
        before, after = (table[when]["read"] / table[when]["bytes"] for when in ("before", "after"))
        goal = {"at_most": 0.02} if scale >= 1 and table["after"]["bytes"] >= SMALLEST else {}
        lines.append(result.row(f"one movie of {name}, share of the bytes", after, "", of=before, note="of before", **goal))
    read, whole = (sum(table["after"][what] for table in clustered.values()) for what in ("read", "bytes"))
    goal = {"at_most": 0.02} if scale >= 1 else {}
    return [*lines, result.row("one movie of all of them together, share of the bytes", read / whole, "", **goal)]


def _maintenance(found: dict[str, dict[str, Any]], peak: int) -> list[dict[str, Any]]:
    again = sum(table["rewritten_again"] for table in found.values())
    return [
        result.row("maintenance of all tables", sum(table["seconds"] for table in found.values()), "s"),
        result.row("... its memory, peak", peak / 1e9, "GB"),
        result.row("... again, when nothing changed", sum(table["again"] for table in found.values()), "s"),
        result.row("... files that it then rewrote", again, "", at_most=0),
    ]


def _replaced(found: dict[str, Any]) -> list[dict[str, Any]]:
    before, after = found["before"], found["after"]
    return [
        result.row("100 partitions replaced: files there", after["files_there"], "", at_most=after["files"], of=before["files_there"]),
        result.row("... bytes there", after["bytes_there"] / MIB, "MiB", of=before["bytes_there"] / MIB, note="of before"),
        result.row("... commits a reader reads", after["commits_to_read"], "", at_most=0, note=f"{before['commits_to_read']} before"),
        result.row("... opening the table", after["open"], "s", of=before["open"], note="of before"),
    ]


def _appended(found: dict[str, Any]) -> list[dict[str, Any]]:
    before, after = found["before"], found["after"]
    return [
        result.row("100 appends: files that are read", after["files"], "", at_most=1, of=before["files"], note="of before"),
        result.row("... opening the table", after["open"], "s", of=before["open"], note="of before"),
        result.row("... counting by movie", after["count"], "s", of=before["count"], note="of before"),
    ]


def _table(found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    rows = []
    for name, table in found.items():
        for when in ("before", "after"):
            sizes = [size for each in table[when]["partitions"].values() for size in each]
            read = table[when]["read"]
            share = ["", ""] if read is None else [f"{read / MIB:.2f}", f"{read / table[when]['bytes']:.2%}"]
            numbers = (min(sizes, default=0), max(sizes, default=0), sum(sizes))
            rows.append([name if when == "before" else "", when, str(len(sizes)), *(f"{size / MIB:.1f}" for size in numbers), *share])
    return {"title": "Each table before and after a maintenance", "headings": HEADINGS, "rows": rows}
