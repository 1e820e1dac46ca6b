"""Runs one query in DuckDB over the Delta snapshots that it names, and says how many bytes that reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from local_aws.athena.catalog import INFORMATION_SCHEMA, Catalog, Source
from local_aws.athena.errors import QueryFailedError, translated
from local_aws.athena.macros import MACROS
from local_aws.athena.numbers import scientific
from local_aws.athena.rewrites import rewrite

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    from sqlglot import exp


class Engine:
    """One query's DuckDB; `options` are delta-rs storage options. `cancel` may come from another thread."""

    def __init__(self, catalog: Catalog, options: dict[str, str]) -> None:
        import duckdb

        self._catalog, self._options = catalog, options
        self._connection: duckdb.DuckDBPyConnection = duckdb.connect(":memory:")
        self._connection.execute("SET TimeZone = 'UTC'; SET threads = 2; SET memory_limit = '1GB'; SET default_null_order = 'NULLS LAST'")
        # as in Trino, integers divide to an integer
        self._connection.execute("SET integer_division = true")
        self._connection.create_function("trino_scientific", scientific, ["VARCHAR"], "VARCHAR")
        for macro in MACROS:
            self._connection.execute(macro)
        self._connection.execute("SET enable_external_access = false")

    def cancel(self) -> None:
        self._connection.interrupt()

    def close(self) -> None:
        self._connection.close()

    def open(self, sources: Iterable[Source]) -> int:
        """Make the sources readable and return the bytes of the column chunks, in all files of their snapshots, that the query names.

        That is what a scan reads when no filter skips a file, so an upper bound of what Athena would bill (without its minimum of 10 MB).
        """
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError, TableNotFoundError

        scanned = 0
        for source in sources:
            try:
                dataset = DeltaTable(source.location, storage_options=self._options).to_pyarrow_dataset()
            except (DeltaError, TableNotFoundError, OSError) as error:
                raise QueryFailedError(
                    f"HIVE_METASTORE_ERROR: {source.view} is no readable Delta table at {source.location}: {error}"
                ) from error
            self._view(source.view, dataset)
            scanned += _bytes(dataset, source.columns)
        return scanned

    def _view(self, name: str, dataset: Any) -> None:
        """Delta's timestamps are instants; Athena shows them as timestamps without a zone, in UTC."""
        import pyarrow.types as t

        files = f"{name} files"
        self._connection.register(files, dataset)
        zoned = [_quoted(field.name) for field in dataset.schema if t.is_timestamp(field.type) and field.type.tz]
        replaced = ", ".join(f"CAST({column} AS TIMESTAMP) AS {column}" for column in zoned)
        columns = f"* REPLACE ({replaced})" if zoned else "*"
        self._connection.execute(f"CREATE VIEW {_quoted(name)} AS SELECT {columns} FROM {_quoted(files)}")  # noqa: S608 (quoted names)

    def open_information_schema(self) -> None:
        import pyarrow as pa

        databases = self._catalog.databases()
        tables = [(database, table) for database in databases for table in self._catalog.tables(database)]
        columns = [
            (database, table["Name"], column["Name"], place, column["Type"])
            for database, table in tables
            for place, column in enumerate([*table["StorageDescriptor"].get("Columns", []), *table.get("PartitionKeys", [])], 1)
        ]
        self._register("schemata", ["catalog_name", "schema_name"], [("awsdatacatalog", name) for name in [*databases, INFORMATION_SCHEMA]])
        names = ["table_catalog", "table_schema", "table_name", "table_type"]
        self._register("tables", names, [("awsdatacatalog", database, table["Name"], "BASE TABLE") for database, table in tables])
        names = ["table_catalog", "table_schema", "table_name", "column_name", "ordinal_position", "data_type"]
        self._register("columns", names, [("awsdatacatalog", *column) for column in columns], {"ordinal_position": pa.int64()})

    def _register(self, name: str, columns: list[str], rows: list[tuple[Any, ...]], types: dict[str, Any] | None = None) -> None:
        import pyarrow as pa

        schema = pa.schema([(column, (types or {}).get(column, pa.string())) for column in columns])
        data = [dict(zip(columns, row, strict=True)) for row in rows]
        self._connection.register(f"{INFORMATION_SCHEMA}.{name}", pa.Table.from_pylist(data, schema=schema))

    def run(self, query: exp.Query, text: str, write: Callable[[pa.RecordBatchReader], None]) -> None:
        """Run `query` and hand its batches to `write`. Raises QueryFailedError in Athena's words."""
        import duckdb
        from sqlglot.errors import ErrorLevel, UnsupportedError

        try:
            write(self._connection.execute(rewrite(query).sql("duckdb", unsupported_level=ErrorLevel.RAISE)).to_arrow_reader(10_000))
        except UnsupportedError as error:
            raise QueryFailedError(f"NOT_SUPPORTED: line 1:1: {error}") from error
        except duckdb.InterruptException as error:
            raise QueryFailedError("Query was cancelled", state="CANCELLED") from error
        except duckdb.Error as error:
            raise translated(text, error) from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _bytes(dataset: Any, columns: frozenset[str] | None) -> int:
    fragments = list(dataset.get_fragments())
    with ThreadPoolExecutor(max_workers=8) as pool:
        return sum(pool.map(lambda fragment: _fragment_bytes(fragment.metadata, columns), fragments))


def _fragment_bytes(metadata: Any, columns: frozenset[str] | None) -> int:
    total = 0
    for group in map(metadata.row_group, range(metadata.num_row_groups)):
        for column in map(group.column, range(group.num_columns)):
            if columns is None or column.path_in_schema.split(".")[0].lower() in columns:
                total += column.total_compressed_size
    return total
