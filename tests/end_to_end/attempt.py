"""One attempt at `silver/tmdb_movies` of a year as a run worker makes it, in a process that a test can kill.

`python tests/end_to_end/attempt.py YEAR [RUN]` runs it on the instance at DAGSTER_HOME, as a re-execution of RUN if given.
"""

import sys

import dagster as dg


def refresh():
    from ggvd_dagster.definitions import defs

    return defs.resolve_job_def("refresh_tmdb")


def main(year, parent=None):
    with dg.DagsterInstance.get() as instance:
        result = dg.execute_job(
            dg.reconstructable(refresh),
            instance,
            asset_selection=[dg.AssetKey(["silver", "tmdb_movies"])],
            tags={"dagster/partition": year},
            reexecution_options=dg.ReexecutionOptions(parent_run_id=parent) if parent else None,
        )
    return 0 if result.success else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
