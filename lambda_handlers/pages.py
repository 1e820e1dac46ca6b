"""Reads one page of TMDB's discover API from text, keeping every record's own characters: bronze is what the source said."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from lambda_handlers.errors import SourceUnavailable

# Numbers stay text while scanning: an id of 5,000 digits or 1e999 must neither fail nor change here.
_decoder = json.JSONDecoder(parse_int=str, parse_float=str)
_SPACE = " \t\r\n"


@dataclass(frozen=True)
class Page:
    """`records` are the results as JSON text, one line each."""

    number: int
    total_pages: int
    total_results: int
    records: tuple[str, ...]


def parse(content: bytes, number: int) -> Page:
    """Raises SourceUnavailable when `content` is anything but a whole page: an empty page is never assumed."""
    try:
        fields = _scan(content.decode("utf-8"))
    except (ValueError, IndexError, RecursionError) as error:
        raise SourceUnavailable(f"page {number} is no JSON object ({type(error).__name__}); it begins {content[:60]!r}") from error
    if fields.get("success") is False or "results" not in fields:
        raise SourceUnavailable(f"page {number} was answered without results: {fields.get('status_message') or sorted(fields)}")
    if not isinstance(fields["results"], tuple):
        raise SourceUnavailable(f"page {number} has results that are no list")
    answered = _count(fields, "page", number)
    if answered != number:
        raise SourceUnavailable(f"page {number} was asked for and page {answered} came")
    return Page(number, _count(fields, "total_pages", number), _count(fields, "total_results", number), fields["results"])


def _count(fields: dict[str, Any], name: str, number: int) -> int:
    value = fields.get(name)
    if not isinstance(value, str) or not value.isdigit() or len(value) > 12:
        raise SourceUnavailable(f"page {number} has {name} {str(value)[:40]!r}, which is no count")
    return int(value)


def _scan(text: str) -> dict[str, Any]:
    """The members of the outer object; the value of `results`, when it is an array, is the tuple of its elements' own text."""
    at = _after(text, 0, "{")
    fields: dict[str, Any] = {}
    while text[at] != "}":
        name, at = _decoder.raw_decode(text, at)
        at = _after(text, at, ":")
        if name == "results" and text[at] == "[":
            fields[name], at = _elements(text, at)
        else:
            fields[name], at = _decoder.raw_decode(text, at)
        at = _skip(text, at)
        if text[at] == ",":
            at = _skip(text, at + 1)
    if text[at + 1 :].strip(_SPACE):
        raise ValueError("text after the object")
    return fields


def _elements(text: str, at: int) -> tuple[tuple[str, ...], int]:
    found: list[str] = []
    at = _after(text, at, "[")
    while text[at] != "]":
        _, end = _decoder.raw_decode(text, at)
        found.append(text[at:end].replace("\r", " ").replace("\n", " "))  # only between tokens: strings cannot hold them raw
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return tuple(found), at + 1


def _skip(text: str, at: int) -> int:
    while text[at] in _SPACE:
        at += 1
    return at


def _after(text: str, at: int, token: str) -> int:
    at = _skip(text, at)
    if text[at] != token:
        raise ValueError(f"{token!r} expected at {at}")
    return _skip(text, at + 1)
