"""The sensor that looks into bronze itself: runs what no event has told of. The fallback, and the check on `s3_events`.

Time is not a log: objects of one second appear one after the other, and an upload may appear later than its time. So the cursor is
a time with a look-back, and within it every version of every object that was handled.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any

import dagster as dg

from ggvd_dagster import names as naming
from ggvd_dagster.resources import clients
from ggvd_dagster.sensors import landed as landing
from ggvd_dagster.sensors import silver_runs
from ggvd_dagster.sensors.landed import Landed
from ggvd_dagster.sensors.ledger import Ledger, recorded
from ggvd_dagster.sensors.s3_events import LISTING as NAME
from ggvd_dagster.sensors.s3_events import NAME as EVENTS

SETTLING_SECONDS = 120  # events go first; what is younger is left to them
LOOK_BACK = 86_400


def manifests(s3: Any, bucket: str) -> Iterator[Landed]:
    """Every manifest in the bucket, however many pages the listing has."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        yield from (landing.listed(entry) for entry in page.get("Contents", ()) if landing.snapshot(entry["Key"]))


def reconcile(objects: Iterable[Landed], ledger: Ledger, other: Ledger, until: int) -> tuple[list[Landed], Ledger]:
    """Objects to run for, and the ledger that knows them. `until`: the last second (UNIX time) that has settled."""
    settled = [o for o in objects if ledger.floor < o.at <= until]
    here, elsewhere = ledger.identities, other.identities
    unknown = [o for o in settled if o.identity not in here]
    return [o for o in unknown if o.identity not in elsewhere], ledger.with_handled(unknown).bounded(LOOK_BACK)


def evaluate(context: dg.SensorEvaluationContext, s3: Any, bucket: str, other: Ledger, now: float) -> dg.SensorResult:
    """One tick. `other` is what the event sensor has handled; `now` is UNIX time."""
    ledger = Ledger.from_cursor(context.cursor)
    known, waiting = silver_runs.of_known_years(manifests(s3, bucket))
    new, after = reconcile(known, ledger, other, int(now) - SETTLING_SECONDS)
    requests, strangers = silver_runs.run_requests(new)
    for line in (*strangers, *waiting):
        context.log.warning(line)
    reason = None if requests else "no snapshot that the events did not tell of"
    return dg.SensorResult(run_requests=requests, skip_reason=reason, cursor=after.to_cursor())


@dg.sensor(
    name=NAME,
    jobs=silver_runs.jobs(),
    minimum_interval_seconds=600,
    description="Runs silver for every snapshot in bronze that no event told of: lists the bucket and compares.",
)
def s3_listing(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    bucket = naming.from_environment().bucket("bronze")
    return evaluate(context, clients.client("s3"), bucket, recorded(context.instance, EVENTS), time.time())
