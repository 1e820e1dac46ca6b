"""A query's text as one statement: what kind it is, its parameters bound as data, its DuckDB translation."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import sqlglot
from sqlglot import Token, TokenType, exp

from local_aws.athena import functions, syntax
from local_aws.athena.errors import QueryFailedError
from local_aws.errors import AwsError

EXECUTE = re.compile(r"\s*execute\s+([A-Za-z_]\w*)(?:\s+using\s+(.*))?\s*;?\s*$", re.IGNORECASE | re.DOTALL)
REFUSED = re.compile(
    r"\s*(create|insert|unload|update|delete|merge|drop|alter|msck|optimize|vacuum|prepare|deallocate|truncate)\b", re.IGNORECASE
)
UTILITY = re.compile(r"\s*(show|describe|desc|explain)\b", re.IGNORECASE)
# constants that a parameter may be; anything else is SQL, and a parameter is data
CONSTANTS = (exp.Literal, exp.Boolean, exp.Null, exp.Neg, exp.Cast, exp.Paren, exp.Array, exp.DataType)


def is_utility(text: str) -> bool:
    return bool(UTILITY.match(text))


def refuse(text: str) -> None:
    """Raise InvalidRequestException for statements that change data or catalog: they are not done here, so they are not answered."""
    if match := REFUSED.match(text):
        kind = match.group(1).upper()
        raise AwsError("InvalidRequestException", f"{kind} is not supported by the local Athena: it answers SELECT, SHOW and DESCRIBE")


def expanded(text: str, parameters: Sequence[str], prepared: Callable[[str], str]) -> tuple[str, list[str]]:
    """The text and parameters of `EXECUTE name USING ...`; `prepared` gives the text of a prepared statement."""
    match = EXECUTE.match(text)
    if not match:
        return text, list(parameters)
    given = [part.sql("trino") for part in _parsed(f"SELECT {match.group(2)}").expressions] if match.group(2) else []
    return prepared(match.group(1)), [*given, *parameters]


def check(text: str) -> None:
    """Raise InvalidRequestException when `text` is not one query of Athena's syntax."""
    statement = _parsed(text)
    if not isinstance(statement, exp.Query):
        raise AwsError("InvalidRequestException", "Queries of this type are not supported")
    syntax.check(statement, tokens(text))


def tokens(text: str) -> list[Token]:
    return list(sqlglot.tokenize(text, read="athena"))


def select(text: str, parameters: Sequence[str]) -> exp.Query:
    """The one query of `text`, its `?` replaced by constants. Raises AwsError for no query, QueryFailedError for wrong parameters."""
    found = tokens(text)
    # in the text, since a tree may keep what comes later first: LIMIT before WHERE, a query before its WITH
    places = [token for token in found if token.token_type == TokenType.PLACEHOLDER]
    if len(places) != len(parameters):
        counts = f"expected {len(places)} but found {len(parameters)}"
        raise QueryFailedError(f"INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: {counts}")
    bound = text
    for place, value in reversed(list(zip(places, parameters, strict=True))):
        bound = f"{bound[: place.start]} {constant(value).sql('trino')} {bound[place.end + 1 :]}"
    statement = _parsed(bound)
    if not isinstance(statement, exp.Query):
        raise AwsError("InvalidRequestException", "Queries of this type are not supported")
    functions.check(statement, found, text)
    return statement


def constant(value: str) -> exp.Expr:
    """The constant that a parameter's text denotes. Raises QueryFailedError for anything that is not one constant."""
    try:
        parsed = sqlglot.parse(value, read="trino")
    except sqlglot.errors.SqlglotError:
        parsed = []
    node = parsed[0] if len(parsed) == 1 else None
    if node is None or not all(isinstance(part, CONSTANTS) for part in node.walk()):
        raise QueryFailedError(
            f"INVALID_PARAMETER_USAGE: line 1:1: execution parameter is not a constant: {value!r}; text needs single quotes"
        )
    return node


def _parsed(text: str) -> exp.Expr:
    try:
        statements = [statement for statement in sqlglot.parse(text, read="athena") if statement is not None]
    except sqlglot.errors.ParseError as error:
        first = error.errors[0] if error.errors else {}
        place = f"line {first.get('line', 1)}:{first.get('col', 1)}"
        raise AwsError(
            "InvalidRequestException", f"{place}: mismatched input '{first.get('highlight', '')}'", AthenaErrorCode="MALFORMED_QUERY"
        ) from error
    except sqlglot.errors.SqlglotError as error:
        raise AwsError("InvalidRequestException", f"line 1:1: {error}", AthenaErrorCode="MALFORMED_QUERY") from error
    if len(statements) != 1:
        raise AwsError("InvalidRequestException", "Only one sql statement is allowed", AthenaErrorCode="MALFORMED_QUERY")
    return statements[0]
