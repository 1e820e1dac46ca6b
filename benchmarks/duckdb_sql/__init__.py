"""The same tables by hand-written SQL, DuckDB to Parquet: `python -m benchmarks.duckdb_sql BRONZE LAKE`."""
