"""Numbers as Java prints them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any


def java_double(value: float) -> str:
    """As Java's Double.toString: decimal from 0.001 to below ten million, else with an exponent."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    mantissa, _, exponent = f"{Decimal(repr(value)):E}".partition("E")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}E{int(exponent)}"


def scientific(number: str) -> str:
    """A number as Trino casts a double to varchar: one digit before the point, `4.5E0`."""
    if number.lower() in ("nan", "inf", "-inf"):
        return java_double(float(number))
    sign, digits, exponent = Decimal(number).as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    if not text:
        return "-0E0" if sign else "0E0"
    power = int(exponent) + len(text) - 1
    fraction = text[1:].rstrip("0") or "0"
    return f"{'-' if sign else ''}{text[0]}.{fraction}E{power}"


def shortest(column: Any) -> Any:
    """An Arrow column with its reals as the doubles of their shortest texts: 0.1, not 0.10000000149011612."""
    import pyarrow as pa

    doubles = _with(column.type, pa.float64())
    return column if doubles == column.type else column.cast(_with(column.type, pa.string())).cast(doubles)


def _with(kind: Any, other: Any) -> Any:
    """The type with `other` for its reals, alone or in lists."""
    import pyarrow as pa

    if pa.types.is_list(kind):
        return pa.list_(_with(kind.value_type, other))
    return other if pa.types.is_float32(kind) else kind
