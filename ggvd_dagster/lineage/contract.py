"""The contract of every table: its columns with types and meanings, and the upstream columns that each is made of.

`columns.json` is written by `make docs` from the scripts themselves, since nothing here may import Spark; `questions.json` with it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from ggvd_dagster.errors import GgvdError

PATH = Path(__file__).with_name("columns.json")


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Entry):
    """`type` in Spark's words; `sources` are `<layer>/<table>.<column>`, none for a constant and for what a source said."""

    type: str
    comment: str = ""
    sources: tuple[str, ...] = Field(default=(), alias="from")


class Contract(_Entry):
    """`columns` in the table's order; `rows` are the upstream columns that decide which rows the table has."""

    columns: dict[str, Column]
    rows: tuple[str, ...] = ()


@cache
def questions() -> dict[str, tuple[str, ...]]:
    """Columns that each named question reads."""
    return TypeAdapter(dict[str, tuple[str, ...]]).validate_json(PATH.with_name("questions.json").read_bytes())


@cache
def load() -> dict[str, Contract]:
    """Contracts by table, in the order of the spec."""
    return parse(PATH.read_bytes())


def of(table: str) -> Contract:
    """The contract of one table of the spec. Raises GgvdError when the spec has it newly and `make docs` was not run since."""
    try:
        return load()[table]
    except KeyError:
        raise GgvdError(f"the columns of {table} are not in {PATH.name} yet: run `make docs`, which reads them off its script") from None


def parse(text: bytes) -> dict[str, Contract]:
    """Contracts as columns.json has them."""
    return TypeAdapter(dict[str, Contract]).validate_json(text)


def split(column: str) -> tuple[str, str]:
    """Table and column of `<layer>/<table>.<column>`."""
    table, _, name = column.rpartition(".")
    return table, name
