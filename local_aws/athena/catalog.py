"""The Glue catalog as a query sees it: which Delta table a name means, and the catalog's own views (information_schema)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from local_aws.athena import columns
from local_aws.athena.errors import QueryFailedError, at
from local_aws.overlay import Json

INFORMATION_SCHEMA = "information_schema"


@dataclass(frozen=True)
class Source:
    """A table that a query names: `view` is its name in DuckDB, `columns` those that the query reads (None: all)."""

    view: str
    location: str
    columns: frozenset[str] | None


class Catalog:
    """Databases and tables that `glue`, a client of the query's caller, may see."""

    def __init__(self, glue: Any) -> None:
        self._glue = glue

    def databases(self) -> list[str]:
        pages = self._glue.get_paginator("get_databases").paginate()
        return sorted(database["Name"] for page in pages for database in page["DatabaseList"])

    def tables(self, database: str) -> list[Json]:
        pages = self._glue.get_paginator("get_tables").paginate(DatabaseName=database)
        return sorted((table for page in pages for table in page["TableList"]), key=lambda table: str(table["Name"]))

    def table(self, database: str, name: str) -> Json | None:
        try:
            found: Json = self._glue.get_table(DatabaseName=database.lower(), Name=name.lower())["Table"]
        except self._glue.exceptions.EntityNotFoundException:
            return None
        return found

    def resolve(self, query: exp.Query, text: str, database: str) -> list[Source]:
        """Point every table of `query` at a view, and say what the views are. Raises QueryFailedError for a table that is not there."""
        read = columns.by_table(query)
        names = {cte.alias.lower() for cte in query.find_all(exp.CTE)}
        sources: dict[str, Source] = {}
        for node in list(query.find_all(exp.Table)):
            if not isinstance(node.this, exp.Identifier) or (not node.db and node.name.lower() in names):
                continue
            schema = (node.db or database).lower()
            alias = node.alias or node.name
            view = f"{schema}.{node.name.lower()}"
            if schema != INFORMATION_SCHEMA:
                named = read.get((node.db.lower(), node.name.lower()))
                before = sources.get(view)
                if before:
                    named = None if named is None or before.columns is None else named | before.columns
                sources[view] = Source(view, self._location(schema, node.name, text), named)
            node.set("this", exp.to_identifier(view, quoted=True))
            node.set("db", None)
            node.set("catalog", None)
            if not node.args.get("alias"):
                node.set("alias", exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
        for column in query.find_all(exp.Column):
            column.set("db", None)
            column.set("catalog", None)
        return list(sources.values())

    def _location(self, schema: str, name: str, text: str) -> str:
        table = self.table(schema, name)
        if table is None:
            if schema not in self.databases():
                raise QueryFailedError(f"SCHEMA_NOT_FOUND: {at(text, name)}: Schema '{schema}' does not exist")
            raise QueryFailedError(f"TABLE_NOT_FOUND: {at(text, name)}: Table 'awsdatacatalog.{schema}.{name.lower()}' does not exist")
        parameters = table.get("Parameters") or {}
        if "delta" not in (parameters.get("table_type", "").lower(), parameters.get("spark.sql.sources.provider", "").lower()):
            raise QueryFailedError(f"NOT_SUPPORTED: {at(text, name)}: {schema}.{name} is no Delta table; the local Athena reads no other")
        return str(table["StorageDescriptor"]["Location"]).rstrip("/")
