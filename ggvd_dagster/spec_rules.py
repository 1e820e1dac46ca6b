"""What must hold between the entries of platform.yaml. Each rule yields a sentence for each entry that breaks it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ggvd_dagster.spec import Platform, Table

NAME = re.compile(r"^(bronze|silver|gold)/[a-z][a-z0-9_]*$")
VISIBILITY_FACTOR = 6  # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
ROLES = ("bronze", "silver", "gold", "assets", "athena", "logs")


def problems(platform: Platform) -> Iterator[str]:
    yield from (f"buckets: no {role!r} bucket" for role in ROLES if role not in platform.buckets)
    yield from (f"databases: no {layer!r} database" for layer in ("silver", "gold") if layer not in platform.databases)
    yield from _functions(platform)
    for table in platform.tables.values():
        yield from _names(table)
        yield from _references(platform, table)
        yield from (_bronze if table.layer == "bronze" else _delta)(platform, table)


def _functions(platform: Platform) -> Iterator[str]:
    for name, function in platform.functions.items():
        if function.queue is None:
            continue
        queue = platform.queues.get(function.queue)
        if queue is None:
            yield f"function {name}: unknown queue {function.queue!r}; known: {', '.join(platform.queues)}"
        elif queue.visibility_seconds < VISIBILITY_FACTOR * function.timeout_seconds:
            yield (
                f"queue {function.queue}: visibility of {queue.visibility_seconds} s is shorter than "
                f"{VISIBILITY_FACTOR} x the time-out of {function.timeout_seconds} s of function {name}; "
                f"set visibility_seconds to at least {VISIBILITY_FACTOR * function.timeout_seconds}"
            )
    shares = sum(function.request_share for function in platform.functions.values())
    if shares > 1:
        yield f"functions: their request_share make {shares:g} together; a source's budget can be shared out only once"
    for name, queue in platform.queues.items():
        if queue.dead_letter_days <= queue.retention_days:
            yield f"queue {name}: dead_letter_days must exceed retention_days (a moved message keeps its age)"


def _names(table: Table) -> Iterator[str]:
    if not NAME.match(table.name):
        yield f"table {table.name!r}: a name is <bronze|silver|gold>/<lower_case_name>"


def _references(platform: Platform, table: Table) -> Iterator[str]:
    for name in table.inputs:
        if name not in platform.tables:
            yield f"table {table.name}: unknown input table {name!r}"
    for column, parent in table.foreign_keys.items():
        if parent not in platform.tables:
            yield f"table {table.name}: foreign key {column} points to unknown table {parent!r}"
        elif column not in platform.tables[parent].key:
            yield f"table {table.name}: foreign key {column} is not in the key of {parent}"
    if table.partitions and table.partitions not in platform.partitions:
        yield f"table {table.name}: unknown partitions {table.partitions!r}; known: {', '.join(platform.partitions)}"
    parameters = [name.split("/")[-1] for name in table.inputs]
    if len(set(parameters)) != len(parameters):
        yield f"table {table.name}: two inputs share a name, but a transform's parameters are its inputs' names"


def _bronze(platform: Platform, table: Table) -> Iterator[str]:
    if table.source not in platform.sources:
        yield f"table {table.name}: unknown source {table.source!r}; known: {', '.join(platform.sources)}"
    elif platform.sources[table.source].part_bytes and not table.member:
        yield f"table {table.name}: source {table.source} is an archive, so a `member` is needed"
    if table.inputs:
        yield f"table {table.name}: a bronze table has a source, not inputs"


def _delta(platform: Platform, table: Table) -> Iterator[str]:
    if not table.key:
        yield f"table {table.name}: no key; every {table.layer} table names the columns that make a row unique"
    if not table.inputs:
        yield f"table {table.name}: no inputs"
    if table.cluster_by and table.cluster_by not in table.key:
        yield f"table {table.name}: cluster_by {table.cluster_by} is not in its key; sort by the column of the key that others join on"
    if table.source:
        yield f"table {table.name}: only bronze tables have a source"
    later = ("gold",) if table.layer == "silver" else ()
    for name in table.inputs:
        if name.split("/")[0] in later or name == table.name:
            yield f"table {table.name}: input {name} comes later than the table itself"
