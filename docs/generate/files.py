"""Every generated file with the text that it should have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from docs.generate import architecture, dictionary, flows, lineage, questions, svg
from ggvd_dagster import spec
from ggvd_dagster.lineage import contract
from terraform import sam_template

ROOT = Path(__file__).parents[2]


def diagrams() -> Iterator[tuple[str, str]]:
    """Path and text of each picture."""
    platform = spec.load()
    yield "docs/images/architecture.svg", architecture.draw(platform)
    for name, graph in flows.pictures(platform):
        yield f"docs/images/{name}", svg.draw(graph)


def expected(columns: str | None = None) -> Iterator[tuple[str, str]]:
    """Path and text of each generated file; `columns` is the text of columns.json where it is about to change."""
    contracts = contract.parse(columns.encode()) if columns else None
    yield "docs/tables.md", dictionary.render(contracts)
    yield questions.PATH, questions.render(contracts or contract.load())
    yield "template.yaml", sam_template.text()
    yield from diagrams()


def planned() -> Iterator[tuple[str, str]]:
    """Path and text of each file that Spark's planner is asked for, which takes some seconds."""
    yield lineage.PATH, lineage.render()


def drifted() -> dict[str, str]:
    """The files whose text on disk is another than the expected one, with the expected one."""
    plans = list(planned())
    found = [*expected(plans[0][1]), *plans]
    return {path: text for path, text in found if not (ROOT / path).is_file() or (ROOT / path).read_text(encoding="utf-8") != text}
