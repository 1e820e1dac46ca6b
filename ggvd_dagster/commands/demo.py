"""`ggvd demo`: every table from its source to SQL, with what happens shown as it happens, then four questions answered."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from ggvd_dagster import spec
from ggvd_dagster.commands.progress import ProgressTable
from ggvd_dagster.commands.terminal import console, print_rows
from ggvd_dagster.errors import GgvdError

if TYPE_CHECKING:
    from dagster import DagsterInstance

QUESTIONS = ("best_rated_movies", "most_popular_movies", "genre_popularity", "ratings_over_time")
NEXT = {
    "make dev": "Dagit: every run, table, check and row count of what you just saw",
    '.venv/bin/ggvd query "SELECT title, ratings FROM best_rated_movies LIMIT 5"': "your own SQL on the same tables",
    ".venv/bin/ggvd report": "the answers as one page with charts",
    ".venv/bin/ggvd shell": "a PySpark prompt with every table as a view",
}


def parse_years(text: str) -> list[str]:
    """Release years of FIRST-LAST. Raises GgvdError for text that is no such range, or a range outside of the spec."""
    matched = re.fullmatch(r"(\d{4})-(\d{4})", text)
    if not matched or matched[1] > matched[2]:
        raise GgvdError(f"--years takes FIRST-LAST, such as 1940-2014, not {text!r}")
    known = spec.load().partitions["release_year"].years()
    wanted = [str(year) for year in range(int(matched[1]), int(matched[2]) + 1)]
    if wanted[0] < known[0] or wanted[-1] > known[-1]:
        raise GgvdError(f"--years {text}: the spec has {known[0]} to {known[-1]} (partitions.release_year in platform.yaml)")
    return wanted


def run(years: list[str]) -> None:
    """Run everything and say where to look next. Raises GgvdError with the first failure's own text."""
    began = time.monotonic()
    main_job(years)
    console.print(f"\nDone in {time.monotonic() - began:.0f} s. Where to look next:")
    for command, what in NEXT.items():
        console.print(f"  [bold]{command}[/]\n      {what}")


def main_job(years: list[str]) -> None:
    """Materialize everything as Dagster runs, then ask. Raises GgvdError with the first failure's own text."""
    with console.status("Starting Dagster ..."):
        from ggvd_dagster.commands import run_here
    with run_here.instance("to run the demo in") as dagster_instance:
        _materialize(dagster_instance, years)
    _ask()


def _materialize(dagster_instance: DagsterInstance, years: list[str]) -> None:
    with console.status("Loading the assets ..."):
        from ggvd_dagster import pipeline
    with ProgressTable() as table:
        pipeline.run_all(dagster_instance, years, table.tell)


def _ask() -> None:
    from ggvd_dagster import questions
    from ggvd_dagster.resources.athena import Athena

    for name in QUESTIONS:
        question = questions.load(name)
        with console.status(f"Asking Athena: {question.text} ..."):
            answer = Athena().answer(question)
        console.print()
        print_rows(question.text, answer.columns, answer.rows)
        console.print(f"[dim]Athena: {answer.bytes_scanned / 1024:.0f} KiB scanned in {answer.seconds:.1f} s[/]")
