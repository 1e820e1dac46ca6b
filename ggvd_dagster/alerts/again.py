"""What a step or run was about, in words, and the exact command that does it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg

from ggvd_dagster import backfill_job, maintenance, restore_job
from ggvd_dagster.alerts.card import rerun_command
from ggvd_dagster.sensors.silver_runs import RANGE_END, RANGE_START

PARTITION = "dagster/partition"
DAGIT = "ggvd dev"  # where a person sees what there is, when no command does the same again


def of_step(run: dg.DagsterRun, step: str) -> tuple[str, str]:
    """What failed and the command, for a step of a run: an asset's, or one of the jobs that are no assets."""
    if run.job_name == maintenance.JOB:
        table = step.removeprefix(maintenance.op_name("")).replace("__", "/", 1)
        return f"maintenance of {table}", f"ggvd maintain {table}"
    if own := _of_job(run):
        return own
    table = step.split("[")[0].replace("__", "/", 1)
    return table, of_tables(run, [table])


def of_run(run: dg.DagsterRun) -> tuple[str, str]:
    """The same for a run that failed as a whole: its process died, or it never started."""
    if run.job_name == maintenance.JOB:
        return f"run of {run.job_name}", "ggvd maintain"
    if own := _of_job(run):
        return own
    tables = _tables(run)
    return f"run of {run.job_name}", of_tables(run, tables) if tables else DAGIT


def of_tables(run: dg.DagsterRun, tables: list[str]) -> str:
    """The command that materializes tables for the partitions of a run."""
    tags = run.tags
    both = (tags[RANGE_START], tags[RANGE_END]) if RANGE_START in tags and RANGE_END in tags else None
    return rerun_command(tables, tags.get(PARTITION), both)


def _of_job(run: dg.DagsterRun) -> tuple[str, str] | None:
    if run.job_name == restore_job.restore_job.name:
        config = _config(run, "restore")
        options = {name: config.get(name) for name in ("partition", "to_version", "to_time", "to_run")}
        given = [f"--{name.replace('_', '-')} {value}" for name, value in options.items() if value is not None]
        return f"undo of {config.get('table')}", " ".join(["ggvd undo", str(config.get("table")), *given])
    if run.job_name == backfill_job.plan_job.name:
        config = _config(run, "plan")
        selection = config.get("selection", backfill_job.PlanConfig.model_fields["selection"].default)
        return f"plan of {selection}", f"ggvd plan-backfill {selection} --from {config.get('first')} --to {config.get('last')}"
    return None


def _config(run: dg.DagsterRun, op: str) -> Mapping[str, Any]:
    ops: Mapping[str, Any] = run.run_config.get("ops", {})  # type: ignore[assignment]
    found: Mapping[str, Any] = ops.get(op, {}).get("config", {})
    return found


def _tables(run: dg.DagsterRun) -> list[str]:
    """The assets of a run; of one that names none, those of its job, and none of a job that this version no longer has."""
    from ggvd_dagster.definitions import defs

    if not run.asset_selection and not defs.get_repository_def().has_job(run.job_name):
        return []
    keys = run.asset_selection or defs.resolve_job_def(run.job_name).asset_layer.executable_asset_keys
    return sorted(key.to_user_string() for key in keys)
