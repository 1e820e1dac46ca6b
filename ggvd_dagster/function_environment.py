"""The environment variables that each Lambda function gets from the spec (docs/architecture.md). Terraform derives the same."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ggvd_dagster.names import Names


def variables(names: Names, function: str, queue_urls: Mapping[str, str], source_urls: Mapping[str, str] | None = None) -> dict[str, str]:
    """Variables of one function. `queue_urls` maps the spec's queues to URLs; `source_urls` replaces sources' addresses."""
    platform, entry = names.platform, names.platform.functions[function]
    sources = {
        name: {
            "url": (source_urls or {}).get(name, source.url),
            "requests_per_second": share(source.requests_per_second, entry.request_share),
            "pages_per_message": source.pages_per_message,
            "part_bytes": source.part_bytes,
        }
        for name, source in platform.sources.items()
    }
    tables = {
        table.table: {
            "source": table.source,
            "member": table.member,
            "partitions": table.partitions,
            "queue": "extract-archive" if table.member else "extract-tmdb",
        }
        for table in platform.layer("bronze")
    }
    return {
        "BRONZE_BUCKET": names.bucket("bronze"),
        "QUEUE_URLS": json.dumps(dict(queue_urls), sort_keys=True),
        "TABLES": json.dumps(tables, sort_keys=True),
        "SOURCES": json.dumps(sources, sort_keys=True),
        "TMDB_SECRET_ID": names.secret("tmdb"),
        "MAXIMUM_CONCURRENCY": str(entry.concurrency),
    }


def share(requests_per_second: float | None, request_share: float) -> float | None:
    """The requests a second of a source that one function may send, over all of its concurrent runs."""
    return None if requests_per_second is None else round(requests_per_second * request_share, 3)
