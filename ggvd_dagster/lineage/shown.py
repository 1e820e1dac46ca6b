"""Contracts in Dagster's words: what Dagit draws as a table's columns and as their lineage."""

from __future__ import annotations

import dagster as dg

from ggvd_dagster.lineage import contract


def column_schema(table: str) -> dg.TableSchema:
    """The columns of `<layer>/<table>` as its script declares them; a job's report says which ones were written."""
    return dg.TableSchema([dg.TableColumn(name, c.type, c.comment or None) for name, c in contract.of(table).columns.items()])


def column_lineage(table: str) -> dg.TableColumnLineage:
    """The upstream columns that each column's value is made of; none for a constant."""
    return dg.TableColumnLineage({name: [_dep(source) for source in column.sources] for name, column in contract.of(table).columns.items()})


def _dep(source: str) -> dg.TableColumnDep:
    table, column = contract.split(source)
    return dg.TableColumnDep(asset_key=dg.AssetKey(table.split("/")), column_name=column)
