"""`python -m benchmarks.report`: docs/performance.md and its plots, and docs/sizing.md, from the files in benchmarks/results/."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import sizing_page
from benchmarks.reasons import REASONS
from benchmarks.result import RESULTS, SUITE, judged, met, number

DOCS = Path(__file__).parents[1] / "docs"
IMAGES = "images/performance"
INTRODUCTION = """# Performance

Measured by `make bench`; this page is written by `python -m benchmarks.report` from the numbers in `benchmarks/results/`. Times are wall
seconds of whole processes, their start included. Memory is the largest sum of the proportional memory of a process and all that it
started, looked at four times a second. Data is generated from the marginals of the sample sources, with 0.2 % repeated and 0.01 %
unusable rows; scale 1 is Tag Genome 2021, ml-latest (33.8 million rating events) and a million TMDB movies. Before a time is told, all
pipelines must have the same gold tables, row by row (floats within 0.0000015, since gold rounds to six decimals).

The platform's jobs do more than the others: they hash each bronze object, keep each unusable row, count what they wrote, check keys, nulls
and foreign keys, and describe columns. DuckDB and Polars are written by hand for these files. The naive pipeline infers schemas, numbers
rows to find the newest, joins facts before it aggregates them and starts a process for each table.
"""


def main() -> None:
    found = [json.loads(path.read_text()) for path in sorted(RESULTS.glob("*-*.json"))]
    ordered = sorted((one for one in found if one.get("name") in SUITE), key=lambda one: (SUITE.index(one["name"]), one["scale"]))
    if not ordered:
        raise SystemExit(f"{RESULTS} has no results; run `make bench` first")
    text = "\n".join([INTRODUCTION, *_sections(ordered)])
    (DOCS / "performance.md").write_text(text.rstrip() + "\n")
    (DOCS / "sizing.md").write_text(sizing_page.page())
    print(f"{len(ordered)} results in {DOCS / 'performance.md'}; {DOCS / 'sizing.md'} follows from those at scale 1")


def _sections(results: list[dict[str, Any]]) -> Iterator[str]:
    for one in results:
        machine = one["machine"]
        yield f"## {one['title'].capitalize()}, scale {one['scale']:g}"
        yield f"{one['measured_at'][:10]}, {machine['cpu']}, {machine['cores']} cores, {machine['memory_gb']} GB, {_versions(machine)}.\n"
        yield "| what | value | ratio | goal | | |\n|---|---:|---:|---:|---|---|"
        yield from map(_row, one["rows"])
        yield ""
        if remark := one["details"].get("remark"):
            yield f"{remark}\n"
        yield from (_missed(one, line) for line in one["rows"] if met(line) is False)
        for table in one["details"].get("tables", ()):
            yield f"{table['title']}:\n"
            yield from _table(table["headings"], table["rows"])
            yield ""
        for title, chart in _charts(one):
            name = f"{one['name']}-{one['scale']:g}-{title.split()[0]}.svg"
            (DOCS / IMAGES).mkdir(parents=True, exist_ok=True)
            chart.save(str(DOCS / IMAGES / name))
            yield f"![{title}]({IMAGES}/{name})\n"


def _missed(one: dict[str, Any], line: dict[str, Any]) -> str:
    return f"**{line['what'][0].upper()}{line['what'][1:]}** misses its goal: {_why(one, line)}\n"


def _why(one: dict[str, Any], line: dict[str, Any]) -> str:
    return REASONS.get((one["name"], line["what"]), "nobody has said why yet (benchmarks/reasons.py).")


def _table(headings: list[str], rows: list[list[str]]) -> Iterator[str]:
    """All but the first column to the right."""
    yield f"| {' | '.join(headings)} |"
    yield f"|---{'|---:' * (len(headings) - 1)}|"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def _row(line: dict[str, Any]) -> str:
    value, (ratio, goal, verdict, remark) = f"{number(line['value'])} {line['unit']}".strip(), judged(line)
    goal = goal.replace("<=", "≤").replace(">=", "≥")
    return f"| {line['what']} | {value} | {ratio} | {goal} | {f'**{verdict}**' if met(line) is False else verdict} | {remark} |"


def _versions(machine: dict[str, Any]) -> str:
    return ", ".join(f"{name} {version}" for name, version in machine["versions"].items() if version)


def _charts(one: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Bars of the pipelines side by side; lines of cost against scale, both axes logarithmic, so that linear growth is a straight line."""
    import altair as alt

    details = one["details"]
    if one["name"] == "transformations":
        bars = [{"pipeline": name, "seconds": took["seconds"]} for name, took in details["pipelines"].items()]
        axes = {"x": alt.X("seconds:Q"), "y": alt.Y("pipeline:N", sort="x", title=None)}
        yield "seconds of each pipeline", alt.Chart(alt.Data(values=bars), width=520).mark_bar().encode(**axes)
    if one["name"] == "growth":
        runs = details["runs"].items()
        points = [
            {"scale": float(scale), "pipeline": name, "seconds": took["seconds"], "gigabytes": took["peak"] / 1e9}
            for scale, pipelines in runs
            for name, took in pipelines.items()
        ]
        for measure in ("seconds", "gigabytes"):
            yield f"{measure} against scale", _lines(points, measure)


def _lines(points: list[dict[str, Any]], measure: str) -> Any:
    import altair as alt

    logarithmic = alt.Scale(type="log")
    base = alt.Chart(alt.Data(values=points), width=520, height=300).encode(
        x=alt.X("scale:Q", scale=logarithmic), y=alt.Y(f"{measure}:Q", scale=logarithmic), color=alt.Color("pipeline:N", title=None)
    )
    return base.mark_line() + base.mark_point(filled=True, size=60)


if __name__ == "__main__":
    main()
