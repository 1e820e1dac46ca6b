"""A gzip file whose pieces are compressed side by side: zlib lets go of the interpreter, so threads share the work of one object.

The result is one member, as every reader of gzip takes it. Each piece is deflated alone and ends at a byte, so the same pieces give the
same bytes, whichever thread was quicker. Each brings its own check sum, from which the collector makes that of all.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from lambda_handlers import crc
from lambda_handlers.bronze import GZIP_LEVEL

HEADER = b"\x1f\x8b\x08\0\0\0\0\0\x04\xff"  # RFC 1952: deflate, no name, no time, compressed fast, on no system in particular
_RAW = -zlib.MAX_WBITS
_MEMORY = 7  # of 9: its smaller table of hashes is a tenth faster to keep, for the same bytes within a thousandth
_LAST_BLOCK = b"\x03\0"
TRAILER_BYTES = 8  # at the end of a file: check sum and size of what was compressed


@dataclass(frozen=True)
class Piece:
    """A piece deflated, and the check sum and bytes of what it was."""

    deflated: bytes
    checksum: int
    size: int


def deflate(blocks: Iterable[bytes]) -> Piece:
    """One piece of blocks that follow one another. Safe to call from any thread."""
    deflater = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, _RAW, _MEMORY)
    deflated, checksum, size = [], 0, 0
    for block in blocks:
        checksum, size = zlib.crc32(block, checksum), size + len(block)
        deflated.append(deflater.compress(block))
    return Piece(b"".join([*deflated, deflater.flush(zlib.Z_SYNC_FLUSH)]), checksum, size)


def sum_up(blocks: Iterable[bytes]) -> Piece:
    """A piece without its bytes, at a fraction of the work: a file of such has the trailer by which to know one that is there."""
    checksum = size = 0
    for block in blocks:
        checksum, size = zlib.crc32(block, checksum), size + len(block)
    return Piece(b"", checksum, size)


class Gzip:
    """Collects pieces in order."""

    def __init__(self) -> None:
        self._parts = [HEADER]
        self._crc = self._size = 0

    def add(self, piece: Piece) -> None:
        self._crc = crc.combine(self._crc, piece.checksum, piece.size)
        self._size += piece.size
        self._parts.append(piece.deflated)

    def finish(self) -> bytes:
        """The whole file; what was collected is let go."""
        self._parts += [_LAST_BLOCK, struct.pack("<II", self._crc, self._size & 0xFFFFFFFF)]
        content = b"".join(self._parts)
        self._parts.clear()
        return content
