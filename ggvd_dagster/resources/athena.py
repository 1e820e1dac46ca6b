"""Athena: start a query, wait, read all of its rows, typed; cancel it when nobody waits for it any more."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg

from ggvd_dagster import names as naming
from ggvd_dagster.errors import GgvdError
from ggvd_dagster.resources import clients

CONVERT: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("tinyint", "smallint", "integer", "bigint"), int),
    **dict.fromkeys(("float", "double", "real"), float),
    "boolean": lambda text: text == "true",
}


class QueryFailed(GgvdError):  # noqa: N818
    """Athena refused or failed a query; the message is Athena's own."""


class QueryTooSlow(GgvdError):  # noqa: N818
    """A query did not end in time and was cancelled."""


@dataclass(frozen=True)
class Rows:
    columns: list[str]
    rows: list[tuple[Any, ...]]
    bytes_scanned: int
    seconds: float
    types: list[str]  # Athena's names, such as bigint


class Athena(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Queries in the platform's workgroup, each at most `deadline_seconds`."""

    deadline_seconds: float = 600
    slowest_poll: float = 2

    def query(self, sql: str, parameters: Sequence[object] = (), *, layer: str = "gold") -> Rows:
        """Rows of a statement in the database of a layer; `parameters` are bound to its ?. NULL is None.

        Raises QueryFailed and QueryTooSlow.
        """
        names, athena = naming.from_environment(), clients.client("athena")
        request: dict[str, Any] = {
            "QueryString": sql,
            "WorkGroup": names.workgroup(),
            "QueryExecutionContext": {"Database": names.database(layer)},
        }
        if parameters:
            request["ExecutionParameters"] = [literal(value) for value in parameters]
        try:
            query = athena.start_query_execution(**request)["QueryExecutionId"]
        except athena.exceptions.InvalidRequestException as error:
            raise QueryFailed(f"Athena refuses the query: {error.response['Error']['Message']}") from error
        try:
            execution = self._wait(athena, query)
        except BaseException:
            athena.stop_query_execution(QueryExecutionId=query)
            raise
        if execution["Status"]["State"] != "SUCCEEDED":
            raise QueryFailed(
                f"query {query} {execution['Status']['State']}: {execution['Status'].get('StateChangeReason', 'no reason given')}"
            )
        return _rows(athena, query, execution)

    def _wait(self, athena: Any, query: str) -> dict[str, Any]:
        deadline = time.monotonic() + self.deadline_seconds
        for delay in clients.delays(first=0.05, most=self.slowest_poll):
            execution: dict[str, Any] = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]
            if execution["Status"]["State"] not in ("QUEUED", "RUNNING"):
                return execution
            if time.monotonic() > deadline:
                raise QueryTooSlow(f"query {query} did not end in {self.deadline_seconds:.0f} s and was cancelled")
            time.sleep(delay)
        raise AssertionError("delays never end")


def literal(value: object) -> str:
    """A value as Athena wants it in ExecutionParameters: text in single quotes, its own quotes doubled; None is NULL."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


def _cells(data: list[dict[str, str]], width: int) -> list[str | None]:
    """The texts of a row. A line of DESCRIBE is one cell in which tabs and blanks keep its columns apart."""
    texts = [cell.get("VarCharValue") for cell in data]
    if len(texts) == 1 < width:
        parts = [part.strip() for part in (texts[0] or "").split("\t")]
        return [*parts, *[""] * (width - len(parts))]
    return texts


def _rows(athena: Any, query: str, execution: dict[str, Any]) -> Rows:
    pages = list(athena.get_paginator("get_query_results").paginate(QueryExecutionId=query))
    columns = pages[0]["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    raw = [_cells(row["Data"], len(columns)) for page in pages for row in page["ResultSet"]["Rows"]]
    if raw and raw[0] == [column["Name"] for column in columns]:
        raw = raw[1:]  # a SELECT's first row is its header
    convert = [CONVERT.get(column["Type"], str) for column in columns]
    rows = [tuple(None if text is None else to(text) for to, text in zip(convert, row, strict=True)) for row in raw]
    statistics = execution.get("Statistics", {})
    seconds = statistics.get("TotalExecutionTimeInMillis", statistics.get("EngineExecutionTimeInMillis", 0)) / 1000
    return Rows(
        [column["Name"] for column in columns],
        rows,
        statistics.get("DataScannedInBytes", 0),
        seconds,
        [column["Type"] for column in columns],
    )
