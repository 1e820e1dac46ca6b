"""One part of an archive's member in the making: lines in, one bronze object out that never changes."""

from __future__ import annotations

from lambda_handlers import gzip_pieces, lineage, parts
from lambda_handlers.bronze import SUFFIX, Bronze, describe
from lambda_handlers.errors import SourceRejected
from lambda_handlers.messages import ArchiveMessage

BLOCK_BYTES = 64 * 1024  # what a thread works on without letting others take the interpreter: a fifth of a millisecond

Packed = tuple[gzip_pieces.Piece, int]  # with its rows


class Part:
    """`pack` and `put` run on the workers' threads, while the next bytes are read and inflated.

    A part of an earlier try is only summed up, not compressed again, and counts when it holds the same lines.
    """

    def __init__(self, message: ArchiveMessage, number: int, planned_at: str, bronze: Bronze, present: set[str]) -> None:
        """`present` are the names of what earlier tries left."""
        self.name = f"part-{number:05}{SUFFIX}"
        self._opening = lineage.prefix(
            source=message.source,
            snapshot=message.snapshot.snapshot,
            object_name=self.name,
            page=number,
            extracted_at=planned_at,
            partition=None,
        )
        self._prefix = message.snapshot.prefix
        self._key = self._prefix + self.name
        self._bronze = bronze
        self._present = self.name in present
        self._gzip = gzip_pieces.Gzip()
        self.rows = 0
        self.pieces = 0  # that were given out and are not collected yet
        self.cut = False  # whether all its pieces were given out

    def pack(self, lines: bytes) -> Packed:
        blocks = (lineage.splice(block, self._opening) for block in parts.blocks(lines, BLOCK_BYTES))
        return (gzip_pieces.sum_up if self._present else gzip_pieces.deflate)(blocks), lines.count(b"\n")

    def add(self, piece: gzip_pieces.Piece, rows: int) -> None:
        self._gzip.add(piece)
        self.rows += rows
        self.pieces -= 1

    def put(self) -> None:
        """Write the object unless it is there. Raises SourceRejected when it is there with other lines."""
        content = self._gzip.finish()
        facts = describe(content, rows=self.rows, total_results=None, stable="true")
        if not self._present and self._bronze.put_if_absent(self._key, content, facts):
            return
        if not self._bronze.ends_with(self._key, content[-gzip_pieces.TRAILER_BYTES :]):
            raise SourceRejected(
                f"{self._key} holds other lines than the member has there, by a broken read or another part_bytes of an earlier try; "
                f"delete the objects below {self._prefix}, then start the extraction again"
            )
