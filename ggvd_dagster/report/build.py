"""Asks Athena the report's questions and builds the page of the answers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ggvd_dagster import questions

if TYPE_CHECKING:
    from ggvd_dagster.report import page, sections
    from ggvd_dagster.resources.athena import Athena, Rows

KEY = "_report/index.html"  # in the gold bucket, beside the tables
QUESTIONS = (
    "best_rated_movies",
    "most_popular_movies",
    "genres_by_year",
    "ratings_over_time",
    "popular_people",
    "tags_over_years",
    "sources_agree",
)


@dataclass(frozen=True)
class Asked:
    """The rows of each question, the date of the data, and how many movies TMDB has."""

    rows: dict[str, Rows]
    snapshot: str
    movies: int

    def digest(self) -> str:
        """Names the page before it is drawn: the same answers and the same code make the same page."""
        told = hashlib.sha256(repr((self.snapshot, self.movies)).encode())
        for name, found in self.rows.items():
            told.update(repr((name, questions.load(name).text, found.columns, found.rows)).encode())
        for path in sorted(Path(__file__).parent.glob("*.*")):
            told.update(path.read_bytes())
        return told.hexdigest()


def ask(athena: Athena) -> Asked:
    """Raises QueryFailed with Athena's own words."""
    ((snapshot, movies),) = athena.answer(questions.load("data_date")).rows
    return Asked({name: athena.answer(questions.load(name)) for name in QUESTIONS}, str(snapshot), int(movies or 0))


def html(asked: Asked) -> str:
    """The page. Drawing it brings Altair and Vega, which takes seconds, so it is done only when it will differ."""
    from ggvd_dagster.report import page, sections

    return page.render([_answer(asked.rows[section.question], section) for section in sections.SECTIONS], asked.snapshot, asked.movies)


def _answer(found: Rows, section: sections.Section) -> page.Answer:
    from ggvd_dagster.report import page

    records = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
    chart = section.chart(records).to_dict()
    return page.Answer(section.question, questions.load(section.question).text, section.note, found.columns, found.rows, chart)
