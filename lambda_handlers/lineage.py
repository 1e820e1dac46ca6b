"""The fields that every bronze record begins with: which source, snapshot, object and page it came from, and when it was read."""

from __future__ import annotations

import json
import re

_EMPTY = re.compile(rb"\{\}")  # found in half the time that `in` takes


def prefix(*, source: str, snapshot: str, object_name: str, page: int, extracted_at: str, partition: str | None) -> bytes:
    """The opening of a record, up to the comma after the last lineage field: `{"_source":"tmdb",...,`."""
    fields: dict[str, str | int] = {
        "_source": source,
        "_snapshot": snapshot,
        "_object": object_name,
        "_page": page,
        "_extracted_at": extracted_at,
    }
    if partition is not None:
        fields["_partition"] = partition
    return json.dumps(fields, separators=(",", ":")).encode()[:-1] + b","


def splice(lines: bytes, opening: bytes) -> bytes:
    r"""Put `opening` in place of the brace that begins each record of whole lines.

    Works on bytes, without parsing: inside a JSON value a newline is always escaped, so `\n{` is the start of a record. A line that
    begins otherwise stays as it is, for silver to quarantine.
    """
    empty = _EMPTY.search(lines)
    if lines.startswith(b"{"):
        lines = opening + lines[1:]
    spliced = lines.replace(b"\n{", b"\n" + opening)
    # `{}` takes no comma. It is looked for in the shorter text, where the search does not meet the opening at every line.
    return spliced.replace(opening + b"}", opening[:-1] + b"}") if empty else spliced
