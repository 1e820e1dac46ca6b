"""Sail in this process, as the engine that `SparkSession.builder.getOrCreate` finds."""

from __future__ import annotations

import os
from typing import Any

# What sorts and groups may hold before they spill to disk, shared fairly. Without it a job takes what its table needs; docs/performance.md
# has what all jobs take with it, at several scales.
MEMORY = 4_000_000_000


def start() -> Any:
    """Start the server on a free port of localhost. Keep what is returned: the server ends with its last reference."""
    from pysail.spark import SparkConnectServer

    os.environ.setdefault("SAIL_RUNTIME__MEMORY_POOL__TYPE", "fair")
    os.environ.setdefault("SAIL_RUNTIME__MEMORY_POOL__FAIR__MAX_SIZE", str(MEMORY))
    server = SparkConnectServer(ip="127.0.0.1", port=0)
    server.start(background=True)
    host, port = server.listening_address
    os.environ["SPARK_REMOTE"] = f"sc://{host}:{port}"
    return server
