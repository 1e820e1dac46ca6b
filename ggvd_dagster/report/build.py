"""Asks Athena the report's questions and builds the page of the answers."""

from __future__ import annotations

from ggvd_dagster import questions
from ggvd_dagster.report import charts, page
from ggvd_dagster.resources.athena import Athena

KEY = "_report/index.html"  # in the gold bucket, beside the tables


def answers(athena: Athena) -> list[page.Answer]:
    """Every section's question asked and drawn. Raises QueryFailed with Athena's own words."""
    return [_answer(athena, section) for section in charts.SECTIONS]


def _answer(athena: Athena, section: charts.Section) -> page.Answer:
    question = questions.load(section.question)
    found = athena.query(question.sql)
    records = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
    chart = section.chart(records).to_dict()
    return page.Answer(section.question, question.text, section.note, found.columns, found.rows, chart)


def html(athena: Athena) -> tuple[str, str, int]:
    """The page, the date of its data, and how many movies TMDB has."""
    ((snapshot, movies),) = athena.query(questions.load("data_date").sql).rows
    return page.render(answers(athena), str(snapshot), int(movies or 0)), str(snapshot), int(movies or 0)
