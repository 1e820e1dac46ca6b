"""What a benchmark answers, and where it goes: rows with goals, one JSON file a benchmark and scale, one table on the screen.

A module of `benchmarks/suite/` has `run(scale: float) -> dict`. Scale 1.0 is Tag Genome 2021 and a million TMDB movies.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results")
SUITE = ("transformations", "growth", "incremental", "extraction", "overhead", "layout")
VERSIONS = ("pysail", "pyspark", "delta-spark", "deltalake", "duckdb", "polars", "pyarrow", "dagster", "dlt")


def row(
    what: str,
    value: float,
    unit: str,
    *,
    at_most: float | None = None,
    at_least: float | None = None,
    of: float | None = None,
    note: str = "",
) -> dict[str, Any]:
    """One measured line. `at_most` or `at_least` is its goal; `of` a value of the same run, to which the ratio is shown.

    `note` is a remark; with `of` it is the ratio's unit: `x DuckDB`, `of before`.
    """
    return {"what": what, "value": value, "unit": unit, "at_most": at_most, "at_least": at_least, "of": of, "note": note}


def result(name: str, title: str, scale: float, rows: Iterable[dict[str, Any]], **details: Any) -> dict[str, Any]:
    """What `run` returns. `details` are whatever the report may plot, as JSON; of `tables` each is shown: title, headings, rows of text."""
    return {"name": name, "title": title, "scale": scale, "rows": list(rows), "details": details}


def met(line: dict[str, Any]) -> bool | None:
    """Whether a row keeps its goal, None when it has none."""
    if line["at_most"] is not None:
        return bool(line["value"] <= line["at_most"])
    return bool(line["value"] >= line["at_least"]) if line["at_least"] is not None else None


def machine() -> dict[str, Any]:
    """The facts of this machine without which numbers mean nothing."""
    import psutil

    return {
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
        "versions": {name: _version(name) for name in VERSIONS},
    }


def save(found: dict[str, Any], facts: dict[str, Any]) -> Path:
    """Write `results/<name>-<scale>.json`; a new run at the same scale replaces the old one."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{found['name']}-{found['scale']:g}.json"
    stamped = {**found, "machine": facts, "measured_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
    path.write_text(json.dumps(stamped, indent=1) + "\n")
    return path


def show(found: Iterable[dict[str, Any]], facts: dict[str, Any]) -> None:
    """All benchmarks' rows in one table."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{facts['cpu']}, {facts['cores']} cores, {facts['memory_gb']} GB", title_justify="left")
    for heading in ("benchmark", "what", "value", "ratio", "goal", "", "remark"):
        table.add_column(heading, justify="right" if heading in ("value", "ratio", "goal") else "left")
    for one in found:
        for index, line in enumerate(one["rows"]):
            label = f"{one['title']}, scale {one['scale']:g}" if index == 0 else ""
            table.add_row(label, line["what"], f"{number(line['value'])} {line['unit']}", *judged(line))
        table.add_section()
    Console(width=None if os.isatty(1) else 160).print(table)


def judged(line: dict[str, Any]) -> tuple[str, str, str, str]:
    """What stands behind a value: its ratio, its goal, whether that is met or by how much it is missed, and the remark."""
    times = line["value"] / line["of"] if line["of"] else 0
    ratio = f"{times:.2f} {line['note'] or 'x'}" if times >= 0.1 else f"{number(times)} {line['note'] or 'x'}" if times else ""
    sign, bound = ("<=", line["at_most"]) if line["at_most"] is not None else (">=", line["at_least"])
    verdict = {None: "", True: "met", False: _missed(line["value"], bound)}[met(line)]
    return ratio, "" if bound is None else f"{sign} {number(bound)}", verdict, "" if ratio else line["note"]


def _missed(value: float, bound: float | None) -> str:
    if not bound:
        return "MISSED"
    times = max(value / bound, bound / value if value else float("inf"))
    return f"MISSED by {times - 1:.0%}" if times < 2 else f"MISSED {times:.1f} times"


def number(value: float) -> str:
    """Three digits at least, grouped: 0.0195, 12.3, 1,000,015."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor())


def _version(name: str) -> str | None:
    try:
        return version(name)
    except ImportError:
        return None
