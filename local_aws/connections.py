"""Connections that a client closed are closed here too. The server would keep each, and its descriptor, for the whole idle time."""

from __future__ import annotations

from hypercorn.asyncio import run
from hypercorn.asyncio.tcp_server import TCPServer


class Connection(TCPServer):
    """Ends with its client: after the last byte was read there is nothing to be idle for."""

    async def _read_data(self) -> None:
        await super()._read_data()
        await self.idle_task.stop()


def install() -> None:
    run.TCPServer = Connection  # type: ignore[attr-defined]
