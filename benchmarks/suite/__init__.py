"""One module a benchmark, named in result.SUITE: each has `run(scale) -> dict`, made by `result.result`, and prints only its progress."""
