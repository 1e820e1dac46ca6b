"""Partition definitions, one for each partition range of the spec, and how tables that use them map onto each other."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import dagster as dg

from ggvd_dagster import spec


@cache
def definition(name: str) -> dg.StaticPartitionsDefinition:
    """Years of the spec's partition range `name`. Shared by all tables that use it, so that one run can cover them together."""
    return dg.StaticPartitionsDefinition(spec.load().partitions[name].years())


def is_new(name: str, key: str) -> bool:
    """Whether a year began after this process made its definitions. Dagster takes them anew when the code location is loaded again."""
    return key not in definition(name).get_partition_keys() and key in spec.load().partitions[name].years()


def of(table: spec.Table) -> dg.StaticPartitionsDefinition | None:
    """Partitions of a table; None when it has none."""
    return definition(table.partitions) if table.partitions else None


def mapping(upstream: spec.Table, downstream: spec.Table) -> dg.PartitionMapping | None:
    """Which upstream partitions a downstream table or partition reads; None between unpartitioned tables.

    Between tables of the same range, a year reads that year. Every other pair reads everything that is there: an unpartitioned
    table is made of all years, and each year of a partitioned table may come from anywhere in an unpartitioned source.
    """
    if upstream.partitions is None and downstream.partitions is None:
        return None
    return dg.IdentityPartitionMapping() if upstream.partitions == downstream.partitions else dg.AllPartitionMapping()


def dependencies(table: spec.Table) -> list[dg.AssetDep]:
    """What a table's job reads (inputs, and parents of its foreign keys, to count orphans), with explicit partition mappings."""
    platform = spec.load()
    read = dict.fromkeys([*table.inputs, *table.foreign_keys.values()])
    return [dg.AssetDep(name.split("/"), partition_mapping=mapping(platform.table(name), table)) for name in read]


def stretches(table: spec.Table, keys: Iterable[str]) -> list[list[str]]:
    """The keys in the order of the table's partitions, cut wherever one that is not among them lies between."""
    wanted, found = set(keys), list[list[str]]()
    known = definition(str(table.partitions)).get_partition_keys()
    for before, key in zip(["", *known], known, strict=False):
        if key in wanted and before in wanted:
            found[-1].append(key)
        elif key in wanted:
            found.append([key])
    return found
