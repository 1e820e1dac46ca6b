"""Cuts a stream of bytes into whole lines and these into parts. Pure: what goes in comes out, but for blank lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lambda_handlers.errors import SourceRejected

LONGEST_LINE = 32 * 1024 * 1024
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
NOT_UTF8 = b"not UTF-8: "
_BLANK_LINES = re.compile(rb"\n(?:\r?\n)+")
_LEADING_BLANK_LINES = re.compile(rb"(?:\r?\n)+")


def whole_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes cut behind newlines; blank lines are left out, and the last line gets its newline. Raises as `ended_lines`."""
    for lines in ended_lines(chunks):
        if kept := without_blank_lines(lines):
            yield kept


def records(chunks: Iterable[bytes]) -> Iterator[bytes]:
    r"""Whole lines that are UTF-8, without the mark at the beginning that some writers put there. Raises as `ended_lines`.

    A line that is not UTF-8 would keep every reader from all others. It is written as text with NOT_UTF8 before it, which makes it no
    JSON: silver quarantines it, with its bytes to be read there as `\xff`.
    """
    for place, lines in enumerate(whole_lines(chunks)):
        kept = lines if place else without_blank_lines(lines.removeprefix(BYTE_ORDER_MARK))
        try:
            kept.decode()
        except UnicodeDecodeError:
            kept = b"".join(_as_utf8(line) + b"\n" for line in kept.split(b"\n")[:-1])
        if kept:
            yield kept


def _as_utf8(line: bytes) -> bytes:
    try:
        line.decode()
    except UnicodeDecodeError:
        return NOT_UTF8 + line.decode(errors="backslashreplace").encode()
    return line


def ended_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes cut behind newlines; the last line gets its newline.

    Raises SourceRejected on a line over LONGEST_LINE bytes, which would have to be held in memory.
    """
    held: list[bytes] = []
    size = 0
    for chunk in chunks:
        end = chunk.rfind(b"\n") + 1
        if end:
            yield b"".join([*held, chunk[:end]])
            held, size = [], 0
        held.append(chunk[end:])
        size += len(chunk) - end
        if size > LONGEST_LINE:
            raise SourceRejected(f"a line has over {LONGEST_LINE} bytes; the member is not one record a line")
    if size:
        yield b"".join([*held, b"\n"])


def without_blank_lines(lines: bytes) -> bytes:
    if lines.startswith((b"\n", b"\r\n")):
        lines = _LEADING_BLANK_LINES.sub(b"", lines, count=1)
    return _BLANK_LINES.sub(b"\n", lines)  # the same object when there are none, in a third of the time that two `in` take


def cut(lines: Iterable[bytes], part_bytes: int) -> Iterator[tuple[bytes, bool]]:
    """Pieces of whole lines, each with whether it is the last of its part.

    A part ends with the line that reaches `part_bytes`. The last piece of all has no mark.
    """
    size = 0
    for piece in lines:
        rest = piece
        while size + len(rest) >= part_bytes:
            end = rest.find(b"\n", max(0, part_bytes - size - 1)) + 1
            yield rest[:end], True
            rest, size = rest[end:], 0
        if rest:
            yield rest, False
            size += len(rest)


def blocks(lines: bytes, size: int) -> Iterator[bytes]:
    """Whole lines cut into runs of whole lines of at most `size` bytes; a longer line is a block of its own."""
    at = 0
    while at < len(lines):
        end = lines.rfind(b"\n", at, at + size) + 1 or lines.find(b"\n", at + size) + 1 or len(lines)
        yield lines[at:end]
        at = end
