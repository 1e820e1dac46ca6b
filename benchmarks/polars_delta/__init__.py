"""The same tables by Polars to Delta, one process: `python -m benchmarks.polars_delta BRONZE LAKE`."""
