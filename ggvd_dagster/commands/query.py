"""`ggvd query`: one statement or named question to Athena, its rows as a table, CSV, JSON or Parquet."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ggvd_dagster import questions
from ggvd_dagster.commands import query_output
from ggvd_dagster.errors import GgvdError

if TYPE_CHECKING:
    from ggvd_dagster.resources.athena import Rows

NAME = re.compile(r"[a-z][a-z0-9_]*")
INTEGER, DECIMAL = re.compile(r"[+-]?[0-9]{1,18}"), re.compile(r"[+-]?([0-9]+\.[0-9]*|\.[0-9]+)")
UNITS = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))

notes = Console(stderr=True, highlight=False)  # so that standard output has the rows and nothing else


def run(
    statement: str | None, parameters: Sequence[str] = (), *, form: str | None = None, output: Path | None = None, layer: str = "gold"
) -> None:
    """Answer one statement, or without one what standard input has; on a terminal open the prompt.

    Raises GgvdError for what Athena refuses (in its own words) and for a file that cannot be written.
    """
    chosen = query_output.choose(form, output)
    if statement is None and sys.stdin.isatty():
        from ggvd_dagster.commands import query_prompt

        query_prompt.run(layer)
        return
    text = statement if statement is not None else sys.stdin.read()
    title, sql, layer = resolve(text, layer)
    answer = ask(sql, [bound(parameter) for parameter in parameters], layer)
    query_output.write(answer, chosen, output, title)
    notes.print(f"[dim]{summary(answer)}[/]")


def resolve(text: str, layer: str = "gold") -> tuple[str, str, str]:
    """Title, SQL and layer of a statement or of the question with this name. Raises GgvdError for nothing and for an unknown name."""
    sql = text.strip().rstrip(";").strip()
    if not sql:
        raise GgvdError(f"nothing to ask: give a SELECT or one of {', '.join(questions.all_names())}")
    if NAME.fullmatch(sql):
        question = questions.load(sql)
        return question.text, question.sql, question.layer
    return "", sql, layer


def bound(parameter: str) -> object:
    """The value of a parameter: a number where it reads as one, else text; in single quotes it is text whatever it reads as."""
    if len(parameter) > 1 and parameter[0] == parameter[-1] == "'":
        return parameter[1:-1]
    if INTEGER.fullmatch(parameter):
        return int(parameter)
    return float(parameter) if DECIMAL.fullmatch(parameter) else parameter


def ask(sql: str, parameters: Sequence[object], layer: str) -> Rows:
    """Athena's rows, with a clock on the terminal for as long as it takes. Raises GgvdError."""
    from botocore.exceptions import BotoCoreError, ClientError

    from ggvd_dagster.resources.athena import Athena

    try:
        with _clock("Athena is at work; Ctrl-C cancels the query"):
            return Athena().query(sql, parameters, layer=layer)
    except (BotoCoreError, ClientError) as error:
        raise GgvdError(f"Athena cannot be asked: {error}") from error


@contextmanager
def _clock(text: str) -> Iterator[None]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=notes, transient=True, disable=not notes.is_terminal) as progress:
        progress.add_task(text, total=None)
        yield


def summary(answer: Rows) -> str:
    """Rows, bytes and seconds of an answer in one line."""
    count = len(answer.rows)
    return f"{count:,} row{'s' * (count != 1)}, {size(answer.bytes_scanned)} scanned, {answer.seconds:.1f} s"


def size(count: int) -> str:
    """Bytes as people read them."""
    return next((f"{count / unit:.1f} {name}" for unit, name in UNITS if count >= unit), f"{count} bytes")
