"""What a full run and a month cost on AWS, by arithmetic on measured work. sizing_page.py tells it.

Work is what our benchmarks (`sizing_work.py`) and the sources' own sizes say; prices are AWS' public ones as known in January 2026 for
us-east-1. They are not looked up here, so check those that decide something.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from benchmarks import sizing_work as work
from ggvd_dagster import spec

GLUE, FLEX, CRAWLER = 0.44, 0.29, 0.44  # dollars a DPU-hour
LAMBDA, INVOCATION = 0.0000166667, 0.20 / 1e6  # dollars a GB-second (x86), a request
S3_MONTH, S3_PUT, S3_GET = 0.023, 0.005 / 1e3, 0.0004 / 1e3  # dollars a GB-month, a request
ATHENA, SQS = 5.0, 0.40 / 1e6  # dollars a TB scanned, a request
VCPU_MB = 1769  # of Lambda's memory, for one processor
LARGEST_MEMBER_GB = 32 * 1.073741824  # lambda_handlers/archive.py
CORES, EFFICIENCY = 4, 0.7  # of a G.1X worker; share of its cores that a stage keeps busy
SESSION_SECONDS = 25  # a job's session and commits, whatever it reads
EXECUTOR_SECONDS = 120  # of work, for which auto scaling gives one
MEMBERS_GB = {"ratings.json": 1.5, "reviews.json": 1.8, "ratings.csv": 0.9, "the small ones": 0.3}
GZIPPED = 0.3  # of the source's bytes, as bronze keeps them
TMDB_GB = 0.2  # of a million movies in bronze
PAGES = 50_080  # of a million movies


@dataclass(frozen=True)
class Size:
    """A scale with its Glue settings: `workers` is the most that auto scaling may use."""

    name: str
    scale: float
    workers: int


SIZES = (Size("1", 1, spec.load().glue.workers), Size("100", 100, 10))
AS_SET = Size("100", 100, spec.load().glue.workers)  # with the spec's workers


def glue(size: Size) -> dict[str, float]:
    """Minutes and DPU-hours of all jobs of a full run."""
    minutes = dpu = longest = 0.0
    seconds_of = work.core_seconds(size.scale)
    for core_seconds in seconds_of.values():
        executors = min(size.workers - 1, max(1, math.ceil(core_seconds / (CORES * EFFICIENCY * EXECUTOR_SECONDS))))
        seconds = max(60.0, SESSION_SECONDS + core_seconds / (executors * CORES * EFFICIENCY))
        minutes, longest = minutes + seconds / 60, max(longest, seconds / 60)
        dpu += (executors + 1) * seconds / 3600
    return {"jobs": len(seconds_of), "minutes": minutes, "longest": longest, "dpu_hours": dpu, "dollars": dpu * GLUE, "flex": dpu * FLEX}


def maintenance(size: Size) -> dict[str, float]:
    """A weekly maintenance: delta-rs on the driver alone, beside which Glue keeps one idle worker."""
    seconds = [max(60.0, SESSION_SECONDS + took) for took in work.maintenance_seconds(size.scale).values()]
    dpu = 2 * sum(seconds) / 3600
    return {"longest": max(seconds) / 60, "dpu_hours": dpu, "dollars": dpu * GLUE}


def archives(size: Size) -> dict[str, float]:
    """GB-seconds of the function that reads members, and the seconds of the longest one."""
    memory = spec.load().functions["extract-archive"].memory_mb
    speed = work.member_speed() * memory / VCPU_MB
    seconds = {name: gb * size.scale * 1000 / speed for name, gb in MEMBERS_GB.items()}
    total = sum(seconds.values()) * memory / 1024
    return {
        "speed": speed,
        "longest": max(seconds.values()),
        "gb_seconds": total,
        "dollars": total * LAMBDA,
        "most_gb": speed * 0.9,
        "too_large": sum(gb * size.scale > min(LARGEST_MEMBER_GB, speed * 0.9) for gb in MEMBERS_GB.values()),
    }


def tmdb() -> dict[str, float]:
    """A full extraction of a million movies: the rate decides its time, waiting its price."""
    platform = spec.load()
    function, source = platform.functions["extract-tmdb"], platform.sources["tmdb"]
    rate = (source.requests_per_second or 1) * function.request_share
    seconds = PAGES / rate
    messages = PAGES / (source.pages_per_message or 1)
    gb_seconds = seconds * function.maximum_concurrency * function.memory_mb / 1024
    dollars = gb_seconds * LAMBDA + messages * (INVOCATION + 4 * SQS + 2 * S3_PUT + 6 * S3_GET)
    return {"minutes": seconds / 60, "messages": messages, "gb_seconds": gb_seconds, "dollars": dollars, "rate": rate}


def storage(size: Size) -> dict[str, float]:
    """GB of bronze and of Delta with the versions that the retention keeps (a full rewrite a week), and dollars a month."""
    versions = 1 + spec.load().maintenance.retention_hours / 24 / 7
    bronze = sum(MEMBERS_GB.values()) * GZIPPED * size.scale + TMDB_GB * 6
    delta = work.lake_gb() * size.scale * versions
    return {"bronze": bronze, "delta": delta, "versions": versions, "dollars": (bronze + delta) * S3_MONTH}


def athena(size: Size) -> dict[str, float]:
    """A thousand questions a month: most read gold, of which each is billed 10 MB at least; fifty read a whole large silver table."""
    terabytes = (950 * max(10, 20 * size.scale**0.5) + 50 * 300 * size.scale) / 1e6
    return {"terabytes": terabytes, "dollars": terabytes * ATHENA}
