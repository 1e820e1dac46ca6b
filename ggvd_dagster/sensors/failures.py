"""The sensors that alert of what failed: a run, or an asset check."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster._core.errors import DagsterAssetCheckFailedError
from dagster._core.events import EngineEventData
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecord, AssetCheckExecutionRecordStatus

from ggvd_dagster import asset_checks, spec
from ggvd_dagster.alerts import again
from ggvd_dagster.alerts.card import Card, last_lines, rerun_command
from ggvd_dagster.alerts.delivery import deliver_once
from ggvd_dagster.lineage import drift

WILL_RETRY = "dagster/will_retry"
CLASS_TAG, CARDS_TAG = "ggvd/failure", ".dagster/ggvd_cards"  # tags under .dagster/ are not shown
MOST_EVENTS = 100  # of a check, a tick
SETTLING_SECONDS = 3600  # until a failure is surely stored, whatever the clock of its run
EARLIEST = 1e9  # UNIX time; a smaller cursor is the number of a record, which an earlier version kept
FAILED = AssetCheckExecutionRecordStatus.FAILED


@dg.run_failure_sensor(
    name="run_failure",
    description="One alert for each failure of a run, with a card that says what to do.",
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def run_failure(context: dg.RunFailureSensorContext) -> None:
    """A step that a blocking check stopped is shown in its run only: `check_failure` tells of that failure, with the check's numbers."""
    run = context.dagster_run
    if run.tags.get(WILL_RETRY) == "true":
        return  # it is not over
    steps = context.get_step_failure_events()
    for event in steps:
        card = of_step(run, event)
        show(context.instance, run, card)
        if not _stopped_by_check(event):
            deliver_once(context.instance, card, run.root_run_id or run.run_id, context.log)
    if not steps:  # its process died, or it never started
        what, command = again.of_run(run)
        card = Card(what=what, message=context.failure_event.message or "the run failed", command=command, run_id=run.run_id)
        show(context.instance, run, card)
        deliver_once(context.instance, card, run.root_run_id or run.run_id, context.log)


def _stopped_by_check(event: dg.DagsterEvent) -> bool:
    error = event.step_failure_data.error
    return error is not None and error.cls_name == DagsterAssetCheckFailedError.__name__


def show(instance: dg.DagsterInstance, run: dg.DagsterRun, card: Card) -> None:
    """Put the card into the run's own log, and its class beside the run in the list of runs; once, also when the alert is sent again."""
    stored = instance.get_run_by_id(run.run_id)
    told = (stored or run).tags.get(CARDS_TAG, "").split()
    if card.fingerprint in told:
        return
    facts: dict[str, Any] = {"failure_card": dg.MetadataValue.md(card.markdown()), "run_again": card.command}
    instance.report_engine_event(f"{card.what} failed: {card.error_class}. {card.advice}", run, EngineEventData(facts))
    instance.add_run_tags(run.run_id, {CLASS_TAG: card.error_class, CARDS_TAG: " ".join([*told, card.fingerprint])})


def of_step(run: dg.DagsterRun, event: dg.DagsterEvent) -> Card:
    """The card of a step that failed."""
    what, command = again.of_step(run, event.step_key or "")
    data = event.step_failure_data
    user = data.user_failure_data
    metadata = dict(user.metadata) if user else {}
    said = user.description if user and user.description else data.error.message if data.error else event.message
    return Card(
        what=what,
        message=said or "the step failed",
        command=command,
        tail=last_lines(_text(metadata.get("log_tail")) or (data.error.to_string() if data.error else "")),
        link=_text(metadata.get("job_run")) or None,
        run_id=run.run_id,
    )


def _text(value: Any) -> str:
    return str(value.value or "") if value is not None else ""


@dg.sensor(
    name="check_failure",
    description="One alert for each asset check that failed with severity ERROR. Warnings are seen at the asset and wake nobody.",
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def check_failure(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Cursor: the time (UNIX) until which all is told. The first tick only remembers it, so it tells nothing of the past.

    Not the number of a record: a check has it since its run began, and may fail later than those of runs that began after it.
    """
    now, since = time.time(), _time(context.cursor)
    if since is None:
        context.update_cursor(str(now))
        return dg.SkipReason("alerts begin with the next failed check")
    sent = 0
    for record in sorted(_failed_since(context.instance, since), key=_failed_at):
        evaluation = record.event.dagster_event.event_specific_data if record.event and record.event.dagster_event else None
        if isinstance(evaluation, dg.AssetCheckEvaluation) and evaluation.severity is dg.AssetCheckSeverity.ERROR:
            sent += deliver_once(context.instance, _of_check(context.instance, evaluation, record.run_id), record.run_id, context.log)
    context.update_cursor(str(max(since, now - SETTLING_SECONDS)))
    return dg.SkipReason(f"{sent} alerts of failed checks sent")


def _time(cursor: str | None) -> float | None:
    try:
        time = float(cursor or 0)
    except ValueError:
        return None
    return time if time > EARLIEST else None


def _failed_at(record: AssetCheckExecutionRecord) -> float:
    return record.event.timestamp if record.event else record.create_timestamp


def _failed_since(instance: dg.DagsterInstance, since: float) -> Iterator[AssetCheckExecutionRecord]:
    """Failures later than a time, by check: the only query by event that every storage of Dagster answers."""
    for key in _checks():
        history = instance.event_log_storage.get_asset_check_execution_history(key, MOST_EVENTS, status={FAILED})
        yield from (record for record in history if _failed_at(record) > since)


def _checks() -> Iterator[dg.AssetCheckKey]:
    """Every check: those of the tables, and those that compare the catalogs with their contracts."""
    for table in spec.load().tables.values():
        yield from (dg.AssetCheckKey(dg.AssetKey(table.name.split("/")), name) for name in asset_checks.names(table))
        if table.layer != "bronze":
            yield dg.AssetCheckKey(dg.AssetKey(["catalog", table.layer]), drift.check_name(table))


def _of_check(instance: dg.DagsterInstance, evaluation: dg.AssetCheckEvaluation, run_id: str) -> Card:
    table = "/".join(evaluation.asset_key.path)
    facts = ", ".join(f"{name} {value.value}" for name, value in sorted(evaluation.metadata.items()))
    run = instance.get_run_by_id(run_id)
    command = again.of_tables(run, [table]) if run else rerun_command([table])
    message = f"asset check {evaluation.check_name} of {table} failed: {evaluation.description or facts or 'it gives no facts'}"
    return Card(what=f"check {evaluation.check_name} of {table}", message=message, command=command, run_id=run_id)
