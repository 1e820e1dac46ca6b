"""The data-flow diagrams of bronze, silver and gold, from the spec."""

from __future__ import annotations

from collections.abc import Iterator

from docs.generate.layout import Graph, Node
from ggvd_dagster import spec

SOURCE_NAMES = {"tmdb": "TMDB discover API", "tag_genome": "Tag Genome 2021", "movielens": "MovieLens ml-latest"}


def bronze(platform: spec.Platform) -> Graph:
    """Source, plan, queue, extraction, objects."""
    start = next(name for name, function in platform.functions.items() if function.queue is None)
    extracting = {function.queue: name for name, function in platform.functions.items() if function.queue}
    nodes = [Node(name, SOURCE_NAMES.get(name, name), "source", _rate(source), column=0) for name, source in platform.sources.items()]
    nodes.append(Node(start, start, "function", "one message an interval", column=1))
    edges = [(name, start) for name in platform.sources]
    for queue, entry in platform.queues.items():
        letters = f"{queue} dead letters"
        function = platform.functions[extracting[queue]]
        nodes.append(Node(f"queue {queue}", queue, "queue", f"hidden for {entry.visibility_seconds} s", column=2))
        nodes.append(Node(extracting[queue], extracting[queue], "function", f"at most {function.maximum_concurrency} at once", column=3))
        nodes.append(Node(letters, "dead letters", "queue", f"after {entry.max_receives} tries", column=3))
        edges += [(start, f"queue {queue}"), (f"queue {queue}", extracting[queue]), (f"queue {queue}", letters)]
    for table in platform.layer("bronze"):
        nodes.append(Node(table.name, table.table, "bronze", table.member or f"by {table.partitions}", column=4))
        edges.append((extracting["extract-archive" if table.member else "extract-tmdb"], table.name))
    return Graph(
        "Bronze: from the sources to immutable objects",
        f"The function {start} plans intervals of each source and puts one message for each on a queue. The extracting functions read the "
        f"queues and write gzip NDJSON. Tables: {_names(platform, 'bronze')}.",
        ("SOURCES (HTTP)", "PLAN (LAMBDA)", "QUEUES (SQS)", "EXTRACT (LAMBDA)", "BRONZE (GZIP NDJSON)"),
        tuple(nodes),
        tuple(edges),
    )


def _rate(source: spec.Source) -> str:
    return f"{source.requests_per_second:g} requests a second" if source.requests_per_second else "by ranges of bytes"


def silver(platform: spec.Platform) -> Graph:
    """Bronze tables, the tables that Glue jobs make of them, and the rows that nobody could use."""
    return _tables(
        platform,
        "silver",
        "Silver: typed, deduplicated, checked",
        ("BRONZE (GZIP NDJSON)", "SILVER (DELTA, A GLUE JOB EACH)", "WHAT NO TABLE COULD USE"),
    )


def gold(platform: spec.Platform) -> Graph:
    """Silver tables, the movies that all sources agree on, and the answers."""
    return _tables(platform, "gold", "Gold: the answers", ("SILVER (DELTA)", "GOLD (DELTA, A GLUE JOB EACH)", "GOLD, OVER GOLD MOVIES"))


def _tables(platform: spec.Platform, layer: str, title: str, headings: tuple[str, ...]) -> Graph:
    made = platform.layer(layer)
    used = [table for table in platform.tables.values() if table.layer != layer and any(table.name in other.inputs for other in made)]
    sentences = " ".join(f"{table.table} is made of {', '.join(name.split('/')[1] for name in table.inputs)}." for table in made)
    return Graph(
        title,
        f"Each table is one Glue job. {sentences}",
        headings,
        tuple(Node(table.name, table.table, table.layer, _detail(table)) for table in [*used, *made]),
        tuple((name, table.name) for table in made for name in table.inputs),
    )


def _detail(table: spec.Table) -> str:
    parts = [f"key {', '.join(table.key)}"] if table.key else [table.member or ""]
    return " · ".join(filter(None, [*parts, f"by {table.partitions}" if table.partitions else ""]))


def _names(platform: spec.Platform, layer: str) -> str:
    return ", ".join(table.table for table in platform.layer(layer))


def pictures(platform: spec.Platform) -> Iterator[tuple[str, Graph]]:
    """File name and graph of each flow."""
    yield "flow-bronze.svg", bronze(platform)
    yield "flow-silver.svg", silver(platform)
    yield "flow-gold.svg", gold(platform)
