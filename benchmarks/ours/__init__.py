"""The platform's own jobs, as they are, over a lake in a folder: `python -m benchmarks.ours sail|spark BRONZE LAKE [table ...]`."""
