"""Columns to lines of JSON, and lines to a gzip object, without one Python object a row."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lambda_handlers import lineage

EXTRACTED_AT = "2026-11-24T21:30:00Z"


def text(values: Any) -> pa.Array:
    """Numbers as JSON writes them; text stays."""
    array = values if isinstance(values, pa.Array) else pa.array(values)
    return array if pa.types.is_string(array.type) else pc.cast(array, pa.string())


def join(*parts: Any) -> pa.Array:
    """One text a row, of constants (str) and columns."""
    return pc.binary_join_element_wise(*(part if isinstance(part, str) else text(part) for part in parts), "")


def instead(values: pa.Array, rows: Any, replacement: str) -> pa.Array:
    """The column with `replacement` in these rows."""
    mask = np.zeros(len(values), dtype=bool)
    mask[rows] = True
    return pc.if_else(pa.array(mask), pa.scalar(replacement), values)


def slices(corpus: Any, starts: Any, lengths: Any) -> pa.Array:
    """Pieces of a text, one a row."""
    ends = np.cumsum(lengths)
    index = np.arange(ends[-1]) + np.repeat(starts - (ends - lengths), lengths)
    offsets = np.concatenate([[0], ends]).astype(np.int32)
    return pa.StringArray.from_buffers(len(lengths), pa.py_buffer(offsets), pa.py_buffer(corpus[index]))


def content(lines: pa.Array) -> memoryview:
    """The bytes of all lines; each ends with its newline already."""
    first, last = np.frombuffer(lines.buffers()[1], dtype=np.int32)[[lines.offset, lines.offset + len(lines)]]
    return memoryview(lines.buffers()[2])[first:last]


def opening(source: str, snapshot: str, name: str, page: int, partition: str | None = None) -> str:
    """What every record of an object begins with, as extraction writes it."""
    return lineage.prefix(
        source=source, snapshot=snapshot, object_name=name, page=page, extracted_at=EXTRACTED_AT, partition=partition
    ).decode()


def write(path: Path, pieces: Iterable[Any]) -> tuple[int, int, str]:
    """Compress pieces into one object. Returns its stored bytes, bytes before compression, and SHA-256 as stored."""
    packer, digest, stored, plain = zlib.compressobj(1, zlib.DEFLATED, 31), hashlib.sha256(), 0, 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for piece in chain(pieces, (None,)):
            packed = packer.flush() if piece is None else packer.compress(piece)
            plain += 0 if piece is None else len(piece)
            digest.update(packed)
            stored += file.write(packed)
    return stored, plain, digest.hexdigest()
