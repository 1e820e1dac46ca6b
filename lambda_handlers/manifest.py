"""Plans and manifests: what a snapshot will have, and the proof that it has it. Readers trust only what a manifest lists."""

from __future__ import annotations

from typing import Any

from lambda_handlers.bronze import MANIFEST, PLAN, Bronze, Snapshot, now, to_json
from lambda_handlers.errors import BadRequest


def plan(bronze: Bronze, snapshot: Snapshot) -> dict[str, Any] | None:
    return bronze.read_json(snapshot.prefix + PLAN)


def plan_of_message(bronze: Bronze, snapshot: Snapshot) -> dict[str, Any]:
    """The plan that a message belongs to. Raises BadRequest when the snapshot has none."""
    planned = plan(bronze, snapshot)
    if planned is None:
        raise BadRequest(f"snapshot {snapshot.prefix} has no plan; messages come from start-extraction")
    return planned


def write_plan(
    bronze: Bronze, snapshot: Snapshot, source: str, intervals: list[dict[str, Any]], total_results: int | None
) -> dict[str, Any]:
    """Write the plan, unless another invocation was first. Returns the plan that is in force."""
    content = {
        "table": snapshot.table,
        "partition": snapshot.partition,
        "snapshot": snapshot.snapshot,
        "source": source,
        "intervals": intervals,
        "total_results": total_results,
        "planned_at": now(),
    }
    bronze.put_if_absent(snapshot.prefix + PLAN, to_json(content))
    return plan(bronze, snapshot) or content


def complete(bronze: Bronze, snapshot: Snapshot, source: str, counts: dict[str, int | None], total_results: int | None) -> None:
    """Write the manifest from the metadata of the objects named in `counts`, which are all there.

    The snapshot is stable when each object saw its pages agree on the source's count, and that count is the one in `counts`.
    """
    described = [(name, bronze.metadata(snapshot.prefix + name)) for name in sorted(counts)]
    entries = [
        {"key": snapshot.prefix + name, "rows": int(facts["rows"]), "bytes": int(facts["bytes"]), "sha256": facts["sha256"]}
        for name, facts in described
    ]
    content = {
        "table": snapshot.table,
        "partition": snapshot.partition,
        "snapshot": snapshot.snapshot,
        "source": source,
        "objects": entries,
        "rows": sum(int(facts["rows"]) for _, facts in described),
        "total_results": total_results,
        "stable": all(facts["stable"] == "true" and _count(facts) == counts[name] for name, facts in described),
        "completed_at": now(),
    }
    bronze.put_if_absent(snapshot.prefix + MANIFEST, to_json(content))


def _count(facts: dict[str, str]) -> int | None:
    return int(facts["total-results"]) if "total-results" in facts else None


def complete_planned(bronze: Bronze, snapshot: Snapshot, planned: dict[str, Any]) -> list[dict[str, Any]]:
    """Write the manifest when every planned object is there. Returns the intervals whose objects are missing.

    Whoever writes the last object sees all of them, because listings of S3 are strongly consistent; two who do write once.
    """
    present = bronze.names(snapshot)
    if MANIFEST in present:
        return []
    missing = [interval for interval in planned["intervals"] if interval["object"] not in present]
    if not missing:
        counts = {interval["object"]: interval["total_results"] for interval in planned["intervals"]}
        complete(bronze, snapshot, planned["source"], counts, planned["total_results"])
    return missing
