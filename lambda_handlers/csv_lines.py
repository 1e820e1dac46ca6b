"""Makes NDJSON of CSV: the header's names, and every value as the text that the CSV has."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from lambda_handlers.errors import SourceRejected
from lambda_handlers.parts import BYTE_ORDER_MARK, LONGEST_LINE, blocks, ended_lines, without_blank_lines

NAMES_BYTES = 64 * 1024 * 1024  # written at once: every row has all names, and short rows below long names must not take the memory
_STRUCTURE = b",\n"
_NEED_ESCAPES = bytes(set(range(32)) - {ord("\n")}) + b'"\\'
_ALL_BUT_STRUCTURE = bytes(set(range(256)) - set(_STRUCTURE))
csv.field_size_limit(2 * LONGEST_LINE)  # the module's own is 128 KiB; what comes here is bounded already


def to_ndjson(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines of JSON objects in the CSV's order (RFC 4180, UTF-8, first row: names).

    A row of another width than the header becomes a JSON array, which no reader takes for a record: silver quarantines it whole.
    Raises SourceRejected when the header, the encoding or the quoting is broken.
    """
    records = _whole_records(ended_lines(chunks))
    names, first = _header(next((block for block in records if block.strip(BYTE_ORDER_MARK + b"\r\n")), b""))
    template = "{" + ",".join(f"{json.dumps(name)}:".replace("%", "%%") + '"%s"' for name in names) + "}\n"
    for block in chain((first,), records):
        yield from _convert(block, names, template)


def _whole_records(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Join pieces until no quoted value is open, that is until the quotes are even."""
    held: list[bytes] = []
    open_quote = False
    for piece in lines:
        held.append(piece)
        open_quote ^= piece.count(b'"') % 2 == 1
        if not open_quote:
            yield b"".join(held)
            held = []
        elif sum(map(len, held)) > LONGEST_LINE:
            raise SourceRejected(f"a quoted value of the CSV does not end within {LONGEST_LINE} bytes")
    if held:
        raise SourceRejected("the CSV ends inside a quoted value")


def _header(block: bytes) -> tuple[list[str], bytes]:
    text = io.StringIO(_decode(block.removeprefix(BYTE_ORDER_MARK)), newline="")
    names = next(_rows(text), [])
    if not names or len(set(names)) != len(names) or not all(names):
        raise SourceRejected(f"the first row of the CSV gives no distinct names: {names[:20]}")
    return names, text.read().encode()  # behind the header, wherever its line ended


def _convert(block: bytes, names: list[str], template: str) -> Iterator[bytes]:
    lines = without_blank_lines(block.replace(b"\r\n", b"\n") if b"\r" in block else block)
    rows = lines.count(b"\n")
    at_once = max(1, NAMES_BYTES // len(template))  # bytes or rows, of which there are fewer
    # Where nothing needs an escape and each line has its commas, values can be put in place without looking at single rows.
    plain = rows and len(lines.translate(None, _NEED_ESCAPES)) == len(lines)
    structure = lines.translate(None, _ALL_BUT_STRUCTURE) if plain else b""
    if plain and len(structure) == len(names) * rows and structure == (b"," * (len(names) - 1) + b"\n") * rows:
        for some in blocks(lines, at_once):
            values = _decode(some).replace("\n", ",").split(",")
            values.pop()
            yield (template * some.count(b"\n") % tuple(values)).encode()
        return
    text = io.StringIO(_decode(block), newline="")
    records = (dict(zip(names, row, strict=True)) if len(row) == len(names) else row for row in _rows(text))
    while converted := "".join(f"{_dump(record)}\n" for record in islice(records, at_once)):
        yield converted.encode()


def _dump(record: object) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _rows(text: io.StringIO) -> Iterator[list[str]]:
    try:
        yield from (row for row in csv.reader(text, strict=True) if row)
    except csv.Error as error:
        raise SourceRejected(f"the CSV is malformed: {error}") from error


def _decode(block: bytes) -> str:
    try:
        return block.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceRejected(f"the CSV is not UTF-8: {error}") from error
