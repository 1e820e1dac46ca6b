"""Lets Dagster's events on SQLite cost little: most of what a run of small tables takes beside its jobs is otherwise the writing of them.

Dagster opens a connection for each event and closes it. Each commit then waits for the disk twice, and the last connection to close folds
the write-ahead log into the database, which waits again. So the databases are kept open between the events, and a commit leaves the disk
to the system: what a power cut takes is the last seconds of the history, never the database (https://www.sqlite.org/pragma.html#pragma_synchronous).

The code server opens Dagster's storage anew for each tick of a sensor, and each opening compares the schema with the newest migration. To
learn which that is, Alembic runs every migration script of Dagster, and registers a function that Python keeps until the process ends. A
tick did so three times, and a code server grew by 4 KiB a tick for as long as it ran. The newest migration is the same while a process
runs, so it is looked up once.
"""

from __future__ import annotations

import sqlite3
from functools import cache, lru_cache
from threading import Lock
from typing import Any

MOST_OPEN = 8  # a run writes three: the runs, its own events, and the index over all events
_open: dict[str, sqlite3.Connection] = {}
_opening = Lock()


@cache
def install() -> None:
    """For every SQLite database that SQLAlchemy opens in this process from now on; others are as they were."""
    from dagster._core.storage import sql
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    event.listen(Engine, "connect", _connected)
    dagsters: Any = sql
    dagsters.ScriptDirectory = _Migrations  # its only use there: `check_alembic_revision`


class _Migrations:
    """Stands in for Alembic's ScriptDirectory."""

    @staticmethod
    @lru_cache(maxsize=4)  # Dagster keeps one configuration each for runs, events and schedules
    def from_config(config: Any) -> Any:
        from alembic.script import ScriptDirectory

        return ScriptDirectory.from_config(config)


def _connected(connection: Any, record: object) -> None:
    if not isinstance(connection, sqlite3.Connection) or connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        return
    connection.execute("PRAGMA synchronous=NORMAL")
    path = str(connection.execute("PRAGMA database_list").fetchone()[2])
    with _opening:
        if path in _open:
            return
        kept = _open[path] = sqlite3.connect(path, check_same_thread=False)
        kept.execute("PRAGMA schema_version").fetchone()  # only who has read takes part in the log
        while len(_open) > MOST_OPEN:
            _open.pop(next(iter(_open))).close()
