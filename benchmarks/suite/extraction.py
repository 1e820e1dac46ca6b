"""Extraction against a source with real latency and a real limit: our functions, a sequential client and dlt, on the same server.

Then the archive: one large member through the function that a queue feeds, with its speed and the peak of its memory.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import result
from benchmarks.suite import archive_member, local_platform, planning
from benchmarks.suite.local_platform import TOKEN, Platform

LATENCY_MS, PER_SECOND = 80, 40
YEARS = [str(year) for year in range(1940, 2015)]  # at every scale: fewer are over before all functions are busy
OTHERS_YEAR, OTHERS_PAGES = "2013", 40  # the other clients are as fast on some pages as on all
MEMBER_BYTES = 1_500_000_000  # the ratings of Tag Genome 2021


def run(scale: float) -> dict[str, Any]:
    """Measure; `scale` shortens the member, not the speed."""
    with TemporaryDirectory(prefix="ggvd-extraction-") as folder, ExitStack() as stack:
        platform = stack.enter_context(local_platform.running(Path(folder), latency=LATENCY_MS, per_second=PER_SECOND))
        ours = _ours(platform, YEARS)
        sequential = _counted(platform, lambda: _sequential(platform.tmdb))
        dlt = _counted(platform, lambda: _dlt(platform.tmdb, Path(folder)))
        member = archive_member.run(platform, Path(folder), int(MEMBER_BYTES * min(1.0, max(scale, 0.2))))
    return result.result("extraction", "Extraction", scale, [*_rates(ours, sequential, dlt), *planning.rows(), *_member(member)], ours=ours)


def _rates(ours: dict[str, float], sequential: dict[str, float], dlt: dict[str, float]) -> list[dict[str, Any]]:
    asked = ours["answered"] + ours["refused"]
    return [
        result.row("rate of the functions, share of what is allowed", ours["steady"] / PER_SECOND, "", at_least=0.95),
        result.row("answers 429", ours["refused"] / asked, "", at_most=0.01),
        result.row("functions, from the start to the last manifest", ours["answered"] / ours["seconds"], "requests/s"),
        result.row("sequential client", sequential["rate"], "requests/s", of=ours["steady"], note="of the functions"),
        result.row("dlt's REST source", dlt["rate"], "requests/s", of=ours["steady"], note="of the functions"),
    ]


def _member(found: dict[str, float]) -> list[dict[str, Any]]:
    return [
        result.row("archive member", found["bytes"] / found["seconds"] / 1e6, "MB/s", at_least=100, note=f"{found['bytes'] / 1e6:.0f} MB"),
        result.row("memory of its function, peak", found["peak"] / 2**20, "MiB", at_most=256),
    ]


def _ours(platform: Platform, years: Sequence[str]) -> dict[str, float]:
    """Start, and watch the source's own counters until every snapshot is complete. The steady rate is that of the middle of the answers."""
    import boto3
    from botocore.config import Config

    before = platform.health()
    began = time.monotonic()
    event = {"table": "tmdb_movies", "partitions": list(years), "snapshot": "2026-11-24"}
    client = boto3.client("lambda", config=Config(read_timeout=900, retries={"max_attempts": 0}))
    function = platform.names.function("start-extraction")
    client.invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(event).encode())
    samples = [(0.0, 0.0)]
    while not _complete(platform, len(years)):
        time.sleep(0.2)
        samples.append((time.monotonic() - began, platform.health()["answered"] - before["answered"]))
    after, seconds = platform.health(), time.monotonic() - began
    answered = after["answered"] - before["answered"]
    samples.append((seconds, answered))
    return {"answered": answered, "refused": after["refused"] - before["refused"], "seconds": seconds, "steady": steady(samples)}


def steady(samples: Sequence[tuple[float, float]]) -> float:
    """Answers a second in the middle, of pairs of seconds and answers until then: all functions are busy from a fifth to seven tenths."""
    (_, whole) = samples[-1]
    middle = [(at, count) for at, count in samples if 0.2 * whole <= count <= 0.7 * whole]
    (began, first), (ended, last) = (middle[0], middle[-1]) if len(middle) > 1 else (samples[0], samples[-1])
    return (last - first) / (ended - began)


def _complete(platform: Platform, snapshots: int) -> bool:
    pages = platform.s3.get_paginator("list_objects_v2").paginate(Bucket=platform.names.bucket("bronze"), Prefix="tmdb_movies/")
    return sum(entry["Key"].endswith("_manifest.json") for page in pages for entry in page.get("Contents", ())) >= snapshots


def _counted(platform: Platform, work: Any) -> dict[str, float]:
    time.sleep(1)  # the limit looks back a second
    before, began = platform.health(), time.monotonic()
    work()
    return {"rate": (platform.health()["answered"] - before["answered"]) / (time.monotonic() - began)}


def _sequential(url: str) -> None:
    """The usual loop: a page, then the next."""
    import requests

    parameters = {"primary_release_date.gte": f"{OTHERS_YEAR}-01-01", "primary_release_date.lte": f"{OTHERS_YEAR}-12-31"}
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {TOKEN}"
        for page in range(1, OTHERS_PAGES + 1):
            session.get(f"{url}/discover/movie", params={**parameters, "page": str(page)}, timeout=30).raise_for_status()


def _dlt(url: str, folder: Path) -> None:
    """The same pages through dlt's REST source to JSON lines in a folder."""
    import dlt
    from dlt.sources.rest_api import rest_api_source

    parameters = {"primary_release_date.gte": f"{OTHERS_YEAR}-01-01", "primary_release_date.lte": f"{OTHERS_YEAR}-12-31"}
    paginator = {"type": "page_number", "base_page": 1, "page_param": "page", "total_path": None, "maximum_page": OTHERS_PAGES + 1}
    endpoint = {"path": "discover/movie", "params": parameters, "data_selector": "results", "paginator": paginator}
    source = rest_api_source(
        {
            "client": {"base_url": f"{url}/", "auth": {"type": "bearer", "token": TOKEN}},
            "resources": [{"name": "movies", "endpoint": endpoint}],
        }
    )
    pipeline = dlt.pipeline(
        pipeline_name="discover",
        pipelines_dir=str(folder / "dlt"),
        destination=dlt.destinations.filesystem((folder / "dlt-out").as_uri()),
        dataset_name="tmdb",
    )
    pipeline.run(source, loader_file_format="jsonl")
