"""Syntax that sqlglot and DuckDB take and Athena does not: a query that runs here must run there."""

from __future__ import annotations

from sqlglot import Token, TokenType, exp

from local_aws.errors import AwsError

# operators of other engines
NOWHERE = {
    TokenType.DCOLON, TokenType.DSTAR, TokenType.AMP, TokenType.PIPE, TokenType.CARET, TokenType.TILDE, TokenType.HASH, TokenType.L_BRACE,
    TokenType.DARROW, TokenType.NULLSAFE_EQ, TokenType.ILIKE, TokenType.RLIKE,
}  # fmt: skip
STARS = {"except_": "EXCLUDE", "replace": "REPLACE", "rename": "RENAME", "ilike": "ILIKE"}
JOINS = {TokenType.ANTI, TokenType.SEMI, TokenType.ASOF}
# words after which a bracket opens a list, which is ARRAY[...] in Athena
RESERVED = [
    "select",
    "where",
    "and",
    "or",
    "not",
    "then",
    "else",
    "when",
    "case",
    "in",
    "on",
    "by",
    "between",
    "like",
    "from",
    "having",
    "as",
    "distinct",
    "using",
    "values",
]
ELEMENTS = {TokenType.IDENTIFIER, TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.ARRAY, TokenType.PLACEHOLDER}


def check(query: exp.Query, tokens: list[Token]) -> None:
    """Raise InvalidRequestException where Athena's parser stops."""
    for place, token in enumerate(tokens):
        if _misplaced(tokens, place):
            raise _mismatched(f"{token.line}:{token.col - len(token.text) + 1}", token.text)
    for node in query.find_all(exp.Star, exp.Distinct, exp.Group):
        if what := _foreign(node):
            raise _mismatched("1:1", what)


def _mismatched(place: str, what: str) -> AwsError:
    return AwsError("InvalidRequestException", f"line {place}: mismatched input '{what}'", AthenaErrorCode="MALFORMED_QUERY")


def _misplaced(tokens: list[Token], place: int) -> bool:
    token, kind = tokens[place], tokens[place].token_type
    before = tokens[place - 1] if place else None
    if kind in JOINS:
        return place + 1 < len(tokens) and tokens[place + 1].token_type == TokenType.JOIN
    if kind in NOWHERE or (kind == TokenType.EQ and token.text == "=="):
        return True
    if kind == TokenType.FROM:
        return before is None or (before.token_type == TokenType.L_PAREN and not _in_function(tokens, place))
    if kind == TokenType.L_BRACKET:
        word = before is not None and before.text.isidentifier() and before.text.lower() not in RESERVED
        return before is None or (before.token_type not in ELEMENTS and not word)
    if kind == TokenType.STRING:
        return before is not None and before.token_type == TokenType.STRING
    # Trino's order is OFFSET, then LIMIT
    return kind == TokenType.OFFSET and place > 1 and tokens[place - 2].token_type == TokenType.LIMIT


def _in_function(tokens: list[Token], place: int) -> bool:
    return place > 1 and tokens[place - 2].text.lower() in ("trim", "extract", "substring")


def _foreign(node: exp.Expr) -> str:
    """The first word of a clause of DuckDB; empty when there is none."""
    if isinstance(node, exp.Star):
        return next((word for part, word in STARS.items() if node.args.get(part)), "")
    if isinstance(node, exp.Distinct):
        return "ON" if node.args.get("on") else ""
    if isinstance(node, exp.Group):
        return "ALL" if node.args.get("all") and not node.expressions else ""
    return ""
