"""From snapshots that became complete to run requests: the right partitions of the right silver tables, in as few runs as they fit."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from ggvd_dagster import partitions, spec
from ggvd_dagster.sensors.landed import Landed, snapshot

RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
OBJECTS_TAG, FIRST_OBJECT_TAG = "ggvd/objects", "ggvd/first_object"
PREFIX = "silver_from_bronze"
WAITS = "{}: the year is newer than this code location; reload it (Dagit: Deployment, Reload) or restart the code server"
Wanted = dict[str, dict[str | None, list[Landed]]]  # silver table -> partition -> the manifests that ask for it


@cache  # Dagster wants the very same job wherever it is named
def jobs() -> list[UnresolvedAssetJobDefinition]:
    """A job for each way in which silver tables are partitioned, because a job has one. A request selects its table of them."""
    readers: dict[str, list[str]] = {}
    for table in spec.load().layer("silver"):
        if any(name.startswith("bronze/") for name in table.inputs):
            readers.setdefault(job_name(table), []).append(table.name)
    return [
        dg.define_asset_job(
            name,
            dg.AssetSelection.assets(*(table.split("/") for table in tables)),
            description="What the bronze sensors run: silver tables whose snapshots became complete.",
        )
        for name, tables in readers.items()
    ]


def job_name(table: spec.Table) -> str:
    return f"{PREFIX}_by_{table.partitions}" if table.partitions else PREFIX


def run_requests(objects: Iterable[Landed]) -> tuple[list[dg.RunRequest], list[str]]:
    """One request for each table and unbroken range of partitions, and a line for each manifest that no table wants.

    A run key follows from the versions of the objects behind it, so the same objects give the same key, and an object that was
    dropped again another one.
    """
    platform = spec.load()
    wanted: Wanted = {}
    strangers = []
    for landed in sorted(objects):
        found = snapshot(landed.key)
        if found is None:
            continue
        targets = list(_targets(platform, found.table, found.partition))
        if not targets:
            strangers.append(f"{landed.key}: no silver table reads it, or the partition is not one of the spec")
        for table, keys in targets:
            for key in keys:
                wanted.setdefault(table, {}).setdefault(key, []).append(landed)
    return [request for table in wanted for request in _requests(platform.table(table), wanted[table])], strangers


def of_known_years(objects: Iterable[Landed]) -> tuple[list[Landed], list[str]]:
    """Without manifests of years that began after this process was started, and a line for each: they wait until one knows the year."""
    known, waiting = list[Landed](), list[str]()
    for landed in objects:
        if _is_of_new_year(landed):
            waiting.append(WAITS.format(landed.key))
        else:
            known.append(landed)
    return known, waiting


def _is_of_new_year(landed: Landed) -> bool:
    found = snapshot(landed.key)
    source = spec.load().tables.get(f"bronze/{found.table}") if found else None
    return bool(found and found.partition and source and source.partitions and partitions.is_new(source.partitions, found.partition))


def _targets(platform: spec.Platform, table: str, partition: str | None) -> Iterator[tuple[str, list[str] | list[None]]]:
    source = platform.tables.get(f"bronze/{table}")
    if source is None or (source.partitions is None) != (partition is None):
        return
    if source.partitions and partition not in partitions.definition(source.partitions).get_partition_keys():
        return
    for reader in platform.layer("silver"):
        if source.name not in reader.inputs:
            continue
        if reader.partitions is None:
            yield reader.name, [None]
        elif reader.partitions == source.partitions:
            yield reader.name, [str(partition)]
        else:
            yield reader.name, list(partitions.definition(reader.partitions).get_partition_keys())


def _requests(table: spec.Table, wanted: dict[str | None, list[Landed]]) -> Iterator[dg.RunRequest]:
    if table.partitions is None:
        yield _request(table, [], wanted[None])
        return
    order = partitions.definition(table.partitions).get_partition_keys()
    for keys in unbroken(order, {key for key in wanted if key is not None}):
        yield _request(table, keys, [landed for key in keys for landed in wanted[key]])


def unbroken(order: Sequence[str], wanted: set[str]) -> Iterator[list[str]]:
    """The wanted keys as runs of neighbours in `order`."""
    run: list[str] = []
    for key in order:
        if key in wanted:
            run.append(key)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _request(table: spec.Table, keys: Sequence[str], objects: Iterable[Landed]) -> dg.RunRequest:
    versions = sorted({f"{landed.key}@{landed.etag}" for landed in objects})
    name = (
        versions[0] if len(versions) == 1 else f"{len(versions)} objects {hashlib.sha256(chr(10).join(versions).encode()).hexdigest()[:32]}"
    )
    tags = {OBJECTS_TAG: str(len(versions)), FIRST_OBJECT_TAG: versions[0].rpartition("@")[0]}
    if len(keys) > 1:
        tags |= {RANGE_START: keys[0], RANGE_END: keys[-1]}
    return dg.RunRequest(
        run_key=":".join([table.name, *([f"{keys[0]}-{keys[-1]}"] if keys else []), name]),
        job_name=job_name(table),
        asset_selection=[dg.AssetKey(table.name.split("/"))],
        partition_key=keys[0] if len(keys) == 1 else None,
        tags=tags,
    )
