"""Trino's casts for DuckDB, which takes more texts for numbers, rounds halves to even and knows no length of a text."""

from __future__ import annotations

from sqlglot import exp

from local_aws.athena.errors import refused
from local_aws.athena.moments import check_zone
from local_aws.athena.nodes import Rule, call

WHOLE = (exp.DataType.Type.TINYINT, exp.DataType.Type.SMALLINT, exp.DataType.Type.INT, exp.DataType.Type.BIGINT)
TEXTS = (exp.DataType.Type.VARCHAR, exp.DataType.Type.TEXT)
CHARS = (exp.DataType.Type.CHAR, exp.DataType.Type.NCHAR)
DECIMALS = (exp.DataType.Type.DECIMAL,)
MOMENTS = (exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPTZ)


def _cast(node: exp.Cast) -> exp.Expression | None:
    to, value = node.to, node.this
    literal = isinstance(value, exp.Literal) and value.is_string
    if to.this in CHARS:
        raise refused("char is not supported; use varchar")
    if to.this in DECIMALS and not to.expressions:
        # DECIMAL '1.50' has the digits that are written; a cast without digits is to whole numbers
        scale = len(value.name.partition(".")[2]) if literal else 0
        node.set("to", exp.DataType.build(f"DECIMAL(37, {scale})"))
    elif to.this in MOMENTS and literal:
        check_zone(value.name)
    elif isinstance(value, exp.Null):
        return None
    elif to.this == exp.DataType.Type.JSON:  # a text becomes one of JSON, DuckDB would parse it
        return call("to_json", value)
    elif to.this in WHOLE:
        node.set("this", call("trino_whole", value.copy()))
    elif to.this == exp.DataType.Type.BOOLEAN:
        node.set("this", call("trino_boolean", value.copy()))
    elif to.this in TEXTS:
        text = value.copy() if literal else call("trino_text", value.copy())
        if to.expressions:
            text = call("left", text, exp.Literal.number(to.expressions[0].name))
            node.set("to", exp.DataType.build("VARCHAR"))
        node.set("this", text)
    return None


RULES: tuple[Rule, ...] = ((exp.Cast, _cast),)
