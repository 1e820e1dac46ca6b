"""Alerts arrive whatever the order of runs, a receiver that refuses, or a cursor that cannot be read."""

import json
import threading
import time

import dagster as dg
import pytest

from ggvd_dagster import spec
from ggvd_dagster.alerts import delivery
from ggvd_dagster.sensors import dead_letters, failures


@pytest.fixture
def sent(monkeypatch):
    """What was told, and errors that the receiver answers with first."""
    told, refusals = [], []

    def deliver(card, log):
        if refusals:
            raise refusals.pop()
        told.append(card.what)

    monkeypatch.setattr(delivery, "deliver", deliver)
    return told, refusals


@pytest.fixture
def instance(tmp_path):
    with dg.DagsterInstance.local_temp(str(tmp_path)) as found:
        yield found


def checked(key, wait=None, begun=None):
    @dg.asset(key=key, check_specs=[dg.AssetCheckSpec("has_rows", asset=key)])
    def asset():
        if begun:
            begun.set()
        if wait:
            assert wait.wait(60)
        return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=False, check_name="has_rows")])

    return asset


def check_tick(instance, cursor):
    context = dg.build_sensor_context(instance=instance, cursor=cursor)
    failures.check_failure(context)
    return context.cursor


def test_a_check_of_a_run_that_began_first_and_failed_last_is_told(sent, instance):
    told, _ = sent
    begun, go = threading.Event(), threading.Event()
    cursor = check_tick(instance, None)
    slow = threading.Thread(target=dg.materialize, args=([checked(["gold", "movies"], go, begun)],), kwargs={"instance": instance})
    slow.start()
    assert begun.wait(60)
    dg.materialize([checked(["silver", "tmdb_movies"])], instance=instance)
    cursor = check_tick(instance, cursor)
    go.set()
    slow.join()
    cursor = check_tick(instance, cursor)
    check_tick(instance, cursor)
    assert told == ["check has_rows of silver/tmdb_movies", "check has_rows of gold/movies"]


@pytest.mark.parametrize("cursor", ["17", "nonsense", "[]", "nan"])
def test_a_cursor_of_another_version_begins_anew(sent, instance, cursor):
    told, _ = sent
    dg.materialize([checked(["gold", "movies"])], instance=instance)
    time.sleep(0.01)
    cursor = check_tick(instance, cursor)
    assert told == []
    dg.materialize([checked(["gold", "movies"])], instance=instance)
    check_tick(instance, cursor)
    assert told == ["check has_rows of gold/movies"]


@dg.asset(key=["silver", "tmdb_movies"])
def failing():
    raise dg.Failure("NoSuchKey")


def run_tick(instance, cursor):
    """A tick as the daemon makes it: the cursor stays only where the tick itself fails. Gives the cursor and whether it failed."""
    try:
        made = failures.run_failure.evaluate_tick(dg.build_sensor_context(instance=instance, cursor=cursor))
    except Exception:
        return cursor, True
    return made.cursor, any(reaction.error for reaction in made.dagster_run_reactions)


def test_a_failed_run_is_told_when_the_receiver_answers_again(sent, instance):
    told, refusals = sent
    cursor, _ = run_tick(instance, None)
    dg.materialize([failing], instance=instance, raise_on_error=False)
    refusals.append(OSError("the receiver is away"))
    cursor, failed = run_tick(instance, cursor)
    assert (failed, told) == (True, [])
    for _ in range(2):
        cursor, failed = run_tick(instance, cursor)
    assert (failed, told) == (False, ["silver/tmdb_movies"])


@pytest.mark.parametrize("cursor", ["nonsense", "[]", "null", '{"extract-tmdb": "many"}'])
def test_dead_letters_are_counted_anew_after_a_cursor_that_cannot_be_read(aws_endpoint, monkeypatch, cursor):
    monkeypatch.setenv("GGVD_ENV", "unreadable")
    monkeypatch.setenv("GGVD_ACCOUNT_ID", "000000000000")
    context = dg.build_sensor_context(cursor=cursor)
    dead_letters.dead_letters(context)
    assert json.loads(context.cursor) == dict.fromkeys(spec.load().queues, 0)


def test_a_run_of_a_job_that_is_no_longer_there_holds_no_alert_up(sent, instance):
    told, _ = sent
    cursor, _ = run_tick(instance, None)
    run = instance.create_run_for_job(dg.Definitions(jobs=[dg.define_asset_job("gone", "*")], assets=[failing]).resolve_job_def("gone"))
    instance.report_run_failed(run, "its process died")
    dg.materialize([failing], instance=instance, raise_on_error=False)
    for _ in range(3):
        cursor, _ = run_tick(instance, cursor)
    assert told == ["run of gone", "silver/tmdb_movies"]
