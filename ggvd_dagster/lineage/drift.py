"""Where the places that keep a table's columns contradict its contract, as a check that names each difference."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import dagster as dg

from ggvd_dagster import names as naming
from ggvd_dagster import spec
from ggvd_dagster.lineage import views
from ggvd_dagster.lineage.views import Columns
from ggvd_dagster.resources.athena import Athena, QueryFailed
from ggvd_dagster.resources.crawler import Crawlers

READERS = 4  # tables at once
DESCRIPTION = "The contract, the Delta log, the Glue catalog and Athena's DESCRIBE name the same columns, types, comments and partitions."


@dataclass(frozen=True)
class Difference:
    """What one place says differently; it is `grave` when a query would answer wrongly or not at all."""

    text: str
    grave: bool


def check_name(table: spec.Table) -> str:
    return f"{table.table}_columns_agree"


def specs(catalog: dg.AssetKey, tables: list[spec.Table]) -> list[dg.AssetCheckSpec]:
    """A check for each table, all of the catalog's asset: only after a crawl can the places agree."""
    return [dg.AssetCheckSpec(check_name(t), asset=catalog, description=f"{t.name}: {DESCRIPTION}", blocking=True) for t in tables]


def results(
    catalog: dg.AssetKey, tables: list[spec.Table], names: naming.Names, crawlers: Crawlers, athena: Athena
) -> list[dg.AssetCheckResult]:
    """The checks' results. What only describes (comments, a catalog's partition keys) is a warning and blocks nothing."""
    with ThreadPoolExecutor(READERS) as pool:
        found = list(pool.map(lambda table: differences(table, names, crawlers, athena), tables))
    return [_result(catalog, table, known) for table, known in zip(tables, found, strict=True)]


def _result(catalog: dg.AssetKey, table: spec.Table, found: list[Difference] | None) -> dg.AssetCheckResult:
    grave = any(difference.grave for difference in found or ())
    said = "; ".join(difference.text for difference in found or ()) or ("no job has written it yet" if found is None else None)
    return dg.AssetCheckResult(
        asset_key=catalog,
        check_name=check_name(table),
        passed=not found,
        severity=dg.AssetCheckSeverity.ERROR if grave else dg.AssetCheckSeverity.WARN,
        description=f"{table.name}: {said}" if said else None,
        metadata={"table": table.name, "differences": [difference.text for difference in found or ()]},
    )


def differences(table: spec.Table, names: naming.Names, crawlers: Crawlers, athena: Athena) -> list[Difference] | None:
    """What differs from the contract and where; None when no job has written the table, so that nothing can be compared."""
    delta = views.of_delta(names.table_uri(table.name))
    if delta is None:
        return None
    wanted = views.declared(table)
    found = list(_compared("the Delta log", delta, wanted, grave_partitions=True))
    catalog = views.of_catalog(crawlers, names, table)
    if catalog is None:
        return [*found, Difference(f"the catalog has no table {names.database(table.layer)}.{table.table}", grave=True)]
    found += _compared("the catalog", catalog, wanted)
    try:
        return [*found, *_compared("Athena", views.of_athena(athena, table), wanted)]
    except QueryFailed as error:
        return [*found, Difference(f"Athena does not describe it: {error}", grave=True)]


def _compared(place: str, seen: Columns, wanted: Columns, *, grave_partitions: bool = False) -> Iterator[Difference]:
    for name in (name for name in wanted.types if name not in seen.types):
        yield Difference(f"{place} lacks {name}", grave=True)
    for name in (name for name in seen.types if name not in wanted.types):
        yield Difference(f"{place} has {name}, which SCHEMA has not", grave=True)
    for name in (name for name in wanted.types if name in seen.types):
        if seen.types[name] != wanted.types[name]:
            yield Difference(f"{place} has {name} as {seen.types[name]}, SCHEMA says {wanted.types[name]}", grave=True)
        if seen.comments[name] != wanted.comments[name]:
            yield Difference(f"{place} describes {name} as {seen.comments[name]!r}, SCHEMA as {wanted.comments[name]!r}", grave=False)
    if seen.partitions != wanted.partitions:
        text = f"{place} is partitioned by {_listed(seen.partitions)}, the spec says {_listed(wanted.partitions)}"
        yield Difference(text, grave=grave_partitions)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "nothing"
