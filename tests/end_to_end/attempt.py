"""One attempt at `silver/tmdb_movies` as a run worker makes it, in a process that a test can kill.

`python tests/end_to_end/attempt.py YEAR|FIRST-LAST [RUN]` runs it on the instance at DAGSTER_HOME, as a re-execution of RUN if given.
Of several years the step runs in the worker itself: one process less to wait for, and it dies with the worker in either case.
"""

import sys

import dagster as dg


def refresh():
    from ggvd_dagster.definitions import defs

    return defs.resolve_job_def("refresh_tmdb")


def refresh_in_process():
    return refresh().with_executor_def(dg.in_process_executor)


def main(years, parent=None):
    first, several, last = years.partition("-")
    tags = {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}
    with dg.DagsterInstance.get() as instance:
        result = dg.execute_job(
            dg.reconstructable(refresh_in_process if several else refresh),
            instance,
            asset_selection=[dg.AssetKey(["silver", "tmdb_movies"])],
            tags=tags if several else {"dagster/partition": years},
            reexecution_options=dg.ReexecutionOptions(parent_run_id=parent) if parent else None,
        )
    return 0 if result.success else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
