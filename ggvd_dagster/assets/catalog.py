"""The catalogs through which Athena sees the tables: a crawl of each database, whose tables are then compared with their contracts."""

import dagster as dg

from ggvd_dagster import names as naming
from ggvd_dagster import partitions, spec
from ggvd_dagster.alerts.retries import again_if_transient
from ggvd_dagster.lineage import drift
from ggvd_dagster.resources.athena import Athena
from ggvd_dagster.resources.crawler import Crawlers


def build(layer: str) -> dg.AssetsDefinition:
    """The asset `catalog/<layer>`."""
    platform = spec.load()
    deps = [
        dg.AssetDep(t.name.split("/"), partition_mapping=dg.AllPartitionMapping() if partitions.of(t) else None)
        for t in platform.layer(layer)
    ]

    key, tables = dg.AssetKey(["catalog", layer]), platform.layer(layer)

    @dg.asset(
        key=key,
        deps=deps,
        description=f"The {layer} tables in the Glue catalog, as Athena sees them.",
        group_name="catalog",
        kinds={"glue", "athena"},
        owners=[platform.owner],
        pool=f"catalog_{layer}",
        check_specs=drift.specs(key, tables),
        metadata={"database": platform.databases[layer]},
    )
    def catalog(context: dg.AssetExecutionContext, crawlers: Crawlers, athena: Athena) -> dg.MaterializeResult:  # type: ignore[type-arg]
        names = naming.from_environment()
        with again_if_transient(context.retry_number):
            crawlers.crawl(names.crawler(layer))
            checks = drift.results(key, tables, names, crawlers, athena)
        return dg.MaterializeResult(metadata={"tables": len(tables), "crawler": names.crawler(layer)}, check_results=checks)

    return catalog


assets = [build(layer) for layer in ("silver", "gold")]
