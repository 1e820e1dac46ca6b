"""The named questions in queries/<layer>/: one Athena SELECT a file, whose first line says in a comment what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ggvd_dagster.errors import GgvdError

FOLDER = Path(__file__).with_name("queries")


@dataclass(frozen=True)
class Question:
    name: str
    text: str
    sql: str
    layer: str  # whose tables it names without their database


def all_names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*/*.sql"))


def load(name: str) -> Question:
    """Raises GgvdError that lists the questions when there is none of this name."""
    if name not in all_names():
        raise GgvdError(f"no question {name!r}; there are: {', '.join(all_names())}")
    (path,) = FOLDER.glob(f"*/{name}.sql")
    sql = path.read_text(encoding="utf-8")
    return Question(name, sql.splitlines()[0].removeprefix("--").strip(), sql, path.parent.name)
