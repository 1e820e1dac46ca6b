"""Why a query fails, in Athena's words: `<NAME>: line 1:15: what`. See https://docs.aws.amazon.com/athena/latest/ug/error-reference.html."""

from __future__ import annotations

import re

from local_aws.athena.macros import MARK

USER, SYSTEM = 2, 1  # AthenaError's ErrorCategory


class QueryFailedError(Exception):
    """The query's StateChangeReason, its AthenaError category, and the state in which it ends."""

    def __init__(self, reason: str, category: int = USER, state: str = "FAILED") -> None:
        super().__init__(reason)
        self.reason, self.category, self.state = reason, category, state


def refused(what: str) -> QueryFailedError:
    """The error of what Athena does and the local Athena does not."""
    return QueryFailedError(f"NOT_SUPPORTED: line 1:1: in the local Athena, {what}")


def at(query: str, word: str) -> str:
    """`line L:C` of the first whole `word` in `query`, counted from 1."""
    match = re.search(rf"(?<![\w]){re.escape(word)}(?![\w])", query, re.IGNORECASE)
    before = query[: match.start()] if match else ""
    return f"line {before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


CAST = "INVALID_CAST_ARGUMENT:"
# Trino's words for DuckDB's types: when text is cast to them, and when a number is
_TYPES = {
    "INT8": ("TINYINT", "tinyint"),
    "INT16": ("SMALLINT", "smallint"),
    "INT32": ("INT", "integer"),
    "INT64": ("BIGINT", "bigint"),
    "FLOAT": ("REAL", "real"),
    "BOOL": ("BOOLEAN", "boolean"),
}
# what DuckDB says, and how Athena says it
_RULES = (
    (rf"Could not convert string '{MARK}([^']*)'", "{0}"),
    (r"Overflow in (\w+) of (INT\d+)", "NUMERIC_VALUE_OUT_OF_RANGE: {number_type} {0} overflow"),
    (r"Division by zero", "DIVISION_BY_ZERO: Division by zero"),
    (r'Referenced column "([^"]+)"', "COLUMN_NOT_FOUND: {at}: Column '{0}' cannot be resolved"),
    (r'does not have a column named "([^"]+)"', "COLUMN_NOT_FOUND: {at}: Column '{0}' cannot be resolved"),
    (r"Referenced table \"([^\"]+)\" not found", "COLUMN_NOT_FOUND: {at}: Column '{0}' cannot be resolved"),
    (r"Function with name (\S+) does not exist", "FUNCTION_NOT_FOUND: {at}: Function '{0}' not registered"),
    (
        r'column "([^"]+)" must appear in the GROUP BY',
        "EXPRESSION_NOT_AGGREGATE: {at}: '{0}' must be an aggregate expression or appear in GROUP BY clause",
    ),
    (
        r"Could not convert string \"([^\"]*)\" to DECIMAL\((\d+),(\d+)\)",
        f"{CAST} Cannot cast VARCHAR '{{0}}' to DECIMAL({{1}}, {{2}}). Value is not a number.",
    ),
    (r"Could not convert string '([^']*)' to (\w+)", f"{CAST} Cannot cast '{{0}}' to {{text_type}}"),
    (r'invalid (date|timestamp) field format: "([^"]*)"', f"{CAST} Value cannot be cast to {{0}}: {{1}}"),
    (r"with value (\S+) can't be cast .* out of range for the destination type (\w+)", f"{CAST} Out of range for {{number_type}}: {{0}}"),
    (r"No function matches the given name and argument types '([^']+)'", "FUNCTION_NOT_FOUND: {at}: Unexpected parameters: {0}"),
    (r"Cannot compare values of type (\S+).* and type (\S+)", "TYPE_MISMATCH: line 1:1: Cannot apply operator: {0} = {1}"),
    (r"Cannot mix values of type (\w+) and (\w+) in", "TYPE_MISMATCH: line 1:1: values of types {0} and {1} do not go together"),
    (r"Cannot combine types of (\w+) and (\w+)", "TYPE_MISMATCH: line 1:1: values of types {0} and {1} do not go together"),
)


def translated(query: str, error: Exception) -> QueryFailedError:
    """Athena's wording of a DuckDB error."""
    text = str(error)
    if f"'{MARK}" not in text:
        text = text.replace(MARK, "")
    for pattern, wording in _RULES:
        if match := re.search(pattern, text):
            text_type, number_type = _TYPES.get(match.group(match.lastindex or 0), (match.group(match.lastindex or 0),) * 2)
            place = at(query, match.group(1 if match.lastindex else 0))
            return QueryFailedError(wording.format(*match.groups(), at=place, text_type=text_type, number_type=number_type))
    first = text.splitlines()[0] if text else type(error).__name__
    name = "SYNTAX_ERROR" if type(error).__name__ in ("ParserException", "BinderException") else "GENERIC_USER_ERROR"
    return QueryFailedError(f"{name}: line 1:1: {first}")
