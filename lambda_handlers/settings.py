"""The environment of the functions as typed values. Read inside a handler, never at import, so that one process can serve many tests."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lambda_handlers.errors import BadRequest, SettingsError


@dataclass(frozen=True)
class Source:
    name: str
    url: str
    requests_per_second: float | None = None
    pages_per_message: int | None = None
    part_bytes: int | None = None


@dataclass(frozen=True)
class Table:
    name: str
    source: str
    queue: str
    member: str | None = None
    partitions: str | None = None


@dataclass(frozen=True)
class Settings:
    bucket: str
    queue_urls: Mapping[str, str]
    tables: Mapping[str, Table]
    sources: Mapping[str, Source]
    secret_id: str
    maximum_concurrency: int

    def table(self, name: object) -> Table:
        """The bronze table `name`. Raises BadRequest that lists the known tables when there is none."""
        if not isinstance(name, str) or name not in self.tables:
            raise BadRequest(f"no bronze table {name!r}; known: {', '.join(sorted(self.tables))}")
        return self.tables[name]

    def source(self, table: Table) -> Source:
        if table.source not in self.sources:
            raise SettingsError(f"SOURCES lacks {table.source!r}, the source of table {table.name!r}")
        return self.sources[table.source]

    def queue_url(self, table: Table) -> str:
        if table.queue not in self.queue_urls:
            raise SettingsError(f"QUEUE_URLS lacks {table.queue!r}, the queue of table {table.name!r}")
        return self.queue_urls[table.queue]


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Raises SettingsError that names the variable which is missing or malformed."""
    concurrency = _text(environment, "MAXIMUM_CONCURRENCY")
    if not concurrency.isdigit() or int(concurrency) < 1:
        raise SettingsError(f"MAXIMUM_CONCURRENCY must be a whole number of at least 1, not {concurrency!r}")
    try:
        return Settings(
            bucket=_text(environment, "BRONZE_BUCKET"),
            queue_urls=_object(environment, "QUEUE_URLS"),
            tables={name: Table(name=name, **entry) for name, entry in _object(environment, "TABLES").items()},
            sources={name: Source(name=name, **entry) for name, entry in _object(environment, "SOURCES").items()},
            secret_id=_text(environment, "TMDB_SECRET_ID"),
            maximum_concurrency=int(concurrency),
        )
    except TypeError as error:
        raise SettingsError(f"TABLES or SOURCES has an entry of another shape than docs/architecture.md says: {error}") from error


def _text(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise SettingsError(f"environment variable {name} is not set; deploy the function with the variables of docs/architecture.md")
    return value


def _object(environment: Mapping[str, str], name: str) -> dict[str, Any]:
    try:
        value = json.loads(_text(environment, name))
    except ValueError as error:
        raise SettingsError(f"environment variable {name} is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise SettingsError(f"environment variable {name} must hold a JSON object")
    return value
