"""The catalogs through which Athena sees the tables: a crawl of each database, verified table by table."""

import dagster as dg

from ggvd_dagster import names as naming
from ggvd_dagster import partitions, spec
from ggvd_dagster.resources.crawler import Crawlers
from ggvd_dagster.resources.glue import read_report
from ggvd_dagster.resources.lake import Lake


def build(layer: str) -> dg.AssetsDefinition:
    """The asset `catalog/<layer>`."""
    platform = spec.load()
    deps = [
        dg.AssetDep(t.name.split("/"), partition_mapping=dg.AllPartitionMapping() if partitions.of(t) else None)
        for t in platform.layer(layer)
    ]

    @dg.asset(
        key=["catalog", layer],
        deps=deps,
        description=f"The {layer} tables in the Glue catalog, as Athena sees them.",
        group_name="catalog",
        kinds={"glue", "athena"},
        owners=[platform.owner],
        pool=f"catalog_{layer}",
        metadata={"database": platform.databases[layer]},
    )
    def catalog(context: dg.AssetExecutionContext, crawlers: Crawlers, lake: Lake) -> dg.MaterializeResult:  # type: ignore[type-arg]
        names = naming.from_environment()
        crawlers.crawl(names.crawler(layer))
        tables = platform.layer(layer)
        problems = [problem for table in tables if (problem := _problem(crawlers, lake, names, table))]
        if problems:
            raise dg.Failure(f"the catalog does not show the tables as they are: {'; '.join(problems)}")
        return dg.MaterializeResult(metadata={"tables": len(tables), "crawler": names.crawler(layer)})

    return catalog


def _problem(crawlers: Crawlers, lake: Lake, names: naming.Names, table: spec.Table) -> str | None:
    """What is wrong with a table in the catalog. A table that no job has written yet cannot be there."""
    report = read_report(lake, names, table.name)
    if report is None:
        return None
    columns = crawlers.columns(names.database(table.layer), table.table)
    if columns is None:
        return f"{table.name} is missing"
    wrong = {column.name.lower() for column in report.columns} ^ set(columns)
    return f"{table.name} differs in columns {', '.join(sorted(wrong))}" if wrong else None


assets = [build(layer) for layer in ("silver", "gold")]
