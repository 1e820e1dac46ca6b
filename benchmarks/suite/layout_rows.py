"""The lines of the benchmark of the layout, of the facts that it found of each table before and after a maintenance."""

from __future__ import annotations

from typing import Any

from benchmarks import result
from ggvd_dagster import spec
from glue_scripts.delta import FILE_BYTES

MIB = 2**20
LARGEST, SMALLEST = FILE_BYTES * 1.25, 16 * MIB
HEADINGS = ["table", "when", "files", "smallest, MiB", "largest, MiB", "all, MiB", "one movie reads, MiB", "share"]


def files(found: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
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


def one_movie(found: dict[str, dict[str, Any]], scale: float) -> list[dict[str, Any]]:
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


def maintenance(found: dict[str, dict[str, Any]], peak: int) -> list[dict[str, Any]]:
    again = sum(table["rewritten_again"] for table in found.values())
    return [
        result.row("maintenance of all tables", sum(table["seconds"] for table in found.values()), "s"),
        result.row("... its memory, peak", peak / 1e9, "GB"),
        result.row("... again, when nothing changed", sum(table["again"] for table in found.values()), "s"),
        result.row("... files that it then rewrote", again, "", at_most=0),
    ]


def replaced(found: dict[str, Any]) -> list[dict[str, Any]]:
    before, after = found["before"], found["after"]
    return [
        result.row("100 partitions replaced: files there", after["files_there"], "", at_most=after["files"], of=before["files_there"]),
        result.row("... bytes there", after["bytes_there"] / MIB, "MiB", of=before["bytes_there"] / MIB, note="of before"),
        result.row("... commits a reader reads", after["commits_to_read"], "", at_most=0, note=f"{before['commits_to_read']} before"),
        result.row("... opening the table", after["open"], "s", of=before["open"], note="of before"),
    ]


def appended(found: dict[str, Any]) -> list[dict[str, Any]]:
    before, after = found["before"], found["after"]
    return [
        result.row("100 appends: files that are read", after["files"], "", at_most=1, of=before["files"], note="of before"),
        result.row("... opening the table", after["open"], "s", of=before["open"], note="of before"),
        result.row("... counting by movie", after["count"], "s", of=before["count"], note="of before"),
    ]


def table(found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    rows = []
    for name, table in found.items():
        for when in ("before", "after"):
            sizes = [size for each in table[when]["partitions"].values() for size in each]
            read = table[when]["read"]
            share = ["", ""] if read is None else [f"{read / MIB:.2f}", f"{read / table[when]['bytes']:.2%}"]
            numbers = (min(sizes, default=0), max(sizes, default=0), sum(sizes))
            rows.append([name if when == "before" else "", when, str(len(sizes)), *(f"{size / MIB:.1f}" for size in numbers), *share])
    return {"title": "Each table before and after a maintenance", "headings": HEADINGS, "rows": rows}
