"""The report's HTML: everything inside, so that a reader needs no network; numbers as tables beside every chart."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from ggvd_dagster.commands.terminal import cell

TEMPLATE = Path(__file__).with_name("page.html")
SOURCES = (
    "This product uses the TMDB API but is not endorsed or certified by TMDB.",
    "MovieLens: F. Maxwell Harper and Joseph A. Konstan, The MovieLens Datasets: History and Context, ACM TiiS 5(4), 2015.",
    "Tag Genome 2021: Denis Kotkov, Alexandr Maslov and Mats Neovius, Revisiting the Tag Relevance Prediction Problem, SIGIR 2021.",
)


@dataclass(frozen=True)
class Answer:
    """A question's sentence, what to know about it, its rows, and the Vega-Lite specification of its chart."""

    name: str
    question: str
    note: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    chart: dict[str, Any]


def render(answers: Sequence[Answer], snapshot: str, movies: int) -> str:
    """The page of these answers; `snapshot` is the date of the data, `movies` how many TMDB has."""
    parts = {
        "snapshot": escape(snapshot),
        "movies": f"{movies:,}",
        "contents": "".join(f'<li><a href="#{answer.name}">{escape(answer.question)}</a></li>' for answer in answers),
        "sections": "\n".join(map(_section, answers)),
        "sources": "".join(f"<li>{escape(text)}</li>" for text in SOURCES),
        "charts": json.dumps({answer.name: answer.chart for answer in answers}, sort_keys=True).replace("<", "\\u003c"),
        "vega": _vega(),
    }
    page = TEMPLATE.read_text(encoding="utf-8")
    for name, text in parts.items():
        page = page.replace(f"<!--{name}-->", text)
    return page


def _section(answer: Answer) -> str:
    head = "".join(f'<th scope="col">{escape(column.replace("_", " "))}</th>' for column in answer.columns)
    body = "".join(_row(row) for row in answer.rows)
    return (
        f'<section id="{answer.name}" aria-labelledby="{answer.name}-title"><h2 id="{answer.name}-title">{escape(answer.question)}</h2>'
        f'<p>{escape(answer.note)}</p><figure class="chart" data-chart="{answer.name}" role="img" '
        f'aria-label="Chart: {escape(answer.question)} The numbers are in the table below."></figure>'
        f'<details><summary>The numbers ({len(answer.rows)} rows)</summary><div class="scroll" tabindex="0"><table>'
        f"<caption>{escape(answer.question)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></details></section>"
    )


def _row(values: Iterable[object]) -> str:
    return "<tr>" + "".join(_cell(value) for value in values) + "</tr>"


def _cell(value: object) -> str:
    number = ' class="n"' if isinstance(value, int | float) else ""
    return f"<td{number}>{escape(cell(value))}</td>"


@cache
def _vega() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script that asks no server."""
    import vl_convert

    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")).replace("</script", "<\\/script")
