"""Patterns that Trino writes otherwise than DuckDB: moments of Joda-Time, `format` of Java, replacements of regular expressions."""

from __future__ import annotations

import re

from local_aws.athena.errors import refused

# https://www.joda.org/joda-time/apidocs/org/joda/time/format/DateTimeFormat.html to strftime
JODA = {
    "yyyy": "%Y", "yy": "%y", "y": "%Y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%-m",
    "dd": "%d", "d": "%-d", "EEEE": "%A", "EEE": "%a",
    "E": "%a",
    "HH": "%H", "H": "%-H", "hh": "%I", "h": "%-I", "mm": "%M", "m": "%-M", "ss": "%S", "s": "%-S", "SSS": "%g", "a": "%p", "D": "%-j",
}  # fmt: skip
JAVA = re.compile(r"%(?:(?P<all>[%n])|(?P<flags>[0,]*)(?P<width>\d*)(?P<digits>\.\d+)?(?P<kind>[sdf]))|%|[^%]+")


def joda_to_strftime(pattern: str) -> str:
    """A Joda-Time pattern as strftime's. Raises QueryFailedError for letters that have no equal."""
    found = [match.group(0) for match in re.finditer(r"'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+", pattern)]
    return "".join(map(_part, found))


def _part(part: str) -> str:
    if part.startswith("'"):
        return part[1:-1].replace("''", "'").replace("%", "%%") or "'"
    if not part[0].isalpha():
        return part.replace("%", "%%")
    if part not in JODA:
        raise refused(f"date pattern {part!r} is not supported")
    return JODA[part]


def java_to_fmt(pattern: str) -> str:
    """A pattern of Java's Formatter as DuckDB's `format` has it. Raises QueryFailedError for what has no equal."""
    return "".join(_field(match) for match in JAVA.finditer(pattern))


def decimals(pattern: str) -> list[int | None]:
    """For each argument of a pattern of Java's Formatter how many digits it shows after the point; None: as it is."""
    fields = [match for match in JAVA.finditer(pattern) if match["kind"]]
    return [int((match["digits"] or ".6")[1:]) if match["kind"] == "f" else None for match in fields]


def _field(match: re.Match[str]) -> str:
    if match["all"]:
        return {"%": "%", "n": "\n"}[match["all"]]
    if not match["kind"]:
        if match[0] == "%":
            raise refused(f"format {match.string!r} is not supported, only %s, %d and %f")
        return match[0].replace("{", "{{").replace("}", "}}")
    if match["kind"] == "s":
        return "{:" + (f">{match['width']}" if match["width"] else "") + (match["digits"] or "") + "}"
    digits = {"d": "d", "f": f"{match['digits'] or '.6'}f"}[match["kind"]]
    zero, comma = ("0" if "0" in match["flags"] else ""), ("," if "," in match["flags"] else "")
    if comma and (match["kind"] == "f" or match["width"]):
        raise refused(f"format {match.string!r} is not supported, digits are grouped in a plain %,d only")
    return "{:" + (comma or f"{zero}{match['width']}{digits}") + "}"


def java_to_re2(replacement: str) -> str:
    """The replacement of regexp_replace: `$1` is a group, a backslash takes the next character as it is."""

    def part(match: re.Match[str]) -> str:
        if match[0].startswith("${") or match[0] in ("$", "\\"):
            raise refused(f"replacement {replacement!r} is not supported, only groups $1 to $9")
        return f"\\{match[1]}" if match[1] else (match[2] if match[2] != "\\" else "\\\\")

    return re.sub(r"\$(\d)|\\(.)|\$\{|\$|\\", part, replacement, flags=re.DOTALL)
