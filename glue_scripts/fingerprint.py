"""What a table was made of: a digest of its inputs and of the code, by which a rerun knows that nothing changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any


def code(transform: Callable[..., Any]) -> str:
    """SHA-256 of the script that defines `transform` and of the modules beside job.py. Other tables' scripts do not count."""
    total = hashlib.sha256(Path(transform.__code__.co_filename).read_bytes())
    for name, content in _modules():
        total.update(name.encode() + content)
    return total.hexdigest()


def _modules() -> Iterator[tuple[str, bytes]]:
    # resources, since Glue imports the package from its zip
    entries = {entry.name: entry for entry in resources.files("glue_scripts").iterdir() if entry.name.endswith(".py")}
    yield from ((name, entries[name].read_bytes()) for name in sorted(entries))


def combine(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
