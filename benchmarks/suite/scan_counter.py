"""What a query of one key reads of a Delta table, counted in bytes where they are read: under DuckDB's Parquet reader, by file."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa


def files(uri: str) -> list[dict[str, Any]]:
    """The add actions of a table, one a live file."""
    from deltalake import DeltaTable

    return pa.table(DeltaTable(uri).get_add_actions(flatten=True)).to_pylist()


def middling(uri: str, column: str) -> int:
    """A key with a middling number of rows, neither the rarest nor the most frequent one."""
    import duckdb

    names = _names(Path(uri) / unquote(entry["path"]) for entry in files(uri))
    counted = f"SELECT {column}, count(*) AS n FROM read_parquet([{names}]) GROUP BY 1 ORDER BY n, 1"
    keys = duckdb.sql(f"SELECT {column} FROM ({counted})").fetchall()
    return int(keys[len(keys) // 2][0])


def of_one(uri: str, column: str, key: int) -> int:
    """Bytes that are read for all columns of the rows of one key, footers included; what the log's statistics exclude is not opened."""
    import duckdb

    left = [entry for entry in files(uri) if entry[f"min.{column}"] is None or entry[f"min.{column}"] <= key <= entry[f"max.{column}"]]
    counter = Counter()
    # One reader of a file at a time: a handle is moved, then read, and readers that share it would take each other's bytes.
    connection = duckdb.connect(config={"threads": 1, "async_threads": 0})
    connection.register_filesystem(counter.filesystem())
    names = _names((Path(uri) / unquote(entry["path"]) for entry in left), "counted://")
    found = connection.execute(f"SELECT * FROM read_parquet([{names}]) WHERE {column} = {key}").fetchall()
    assert found
    assert len(counter.readers) == 1, "several threads read, and may have taken each other's bytes"
    return counter.bytes


def _names(paths: Any, scheme: str = "") -> str:
    return ", ".join(f"'{scheme}{path}'" for path in paths)


class Counter:
    """Counts the bytes that are read of files under `counted://`, and tells which threads read them."""

    def __init__(self) -> None:
        self.bytes = 0
        self.readers: set[int] = set()

    def filesystem(self) -> Any:
        from fsspec.implementations.local import LocalFileOpener, LocalFileSystem

        counter = self

        class Opener(LocalFileOpener):
            def read(self, size: int = -1) -> bytes:
                data: bytes = self.f.read(size)
                counter.bytes += len(data)
                counter.readers.add(threading.get_ident())
                return data

        class Counted(LocalFileSystem):
            protocol = "counted"

            @classmethod
            def _strip_protocol(cls, path: str) -> str:
                return path.removeprefix("counted://")

            def _open(self, path: str, mode: str = "rb", block_size: int | None = None, **how: Any) -> Any:
                return Opener(path, mode, fs=self, **how)

        return Counted(skip_instance_cache=True)
