"""What one call of `up` at a time may hold: the state that it starts things in and the ports that they are to listen on."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path


@contextmanager
def alone(state: Path, *ports: int) -> Iterator[None]:
    """Wait until no other call holds the state or one of the ports. They are free again when their holder ends, however that is."""
    with ExitStack() as held:
        for place in (state, *map(_of_port, sorted(set(ports)))):  # in one order for all, so that no two wait for each other
            descriptor = os.open(place, os.O_RDONLY)
            held.callback(os.close, descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


def _of_port(port: int) -> Path:
    file = Path(tempfile.gettempdir()) / f"ggvd-port-{port}.lock"
    if not file.exists():
        file.touch()
    return file
