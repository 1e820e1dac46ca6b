"""Errors are told apart, cards say what to do, and only what may pass is tried again."""

from datetime import UTC, datetime

import dagster as dg
import pytest
from botocore.exceptions import ClientError

from ggvd_dagster import maintenance, restore_job, restore_point, spec
from ggvd_dagster.alerts import card, classes, retries
from ggvd_dagster.assets import bronze, delta_table
from ggvd_dagster.resources.extraction import Extraction, ExtractionRefused, IntervalsDied
from ggvd_dagster.resources.glue import GlueJobs
from ggvd_dagster.resources.lake import Lake

ERRORS = {
    "throttled": ("An error occurred (ThrottlingException) when calling the StartJobRun operation: Rate exceeded", "throttled", True),
    "busy job": ("job ggvd-gold-movies-dev could not start for 3600 s: ConcurrentRunsExceededException", "throttled", True),
    "capacity": ("run jr_1 of job x waited for capacity for more than 1800 s and was stopped", "throttled", True),
    "heap": ("run jr_1 of Glue job x ended as FAILED: java.lang.OutOfMemoryError: Java heap space", "out of memory", False),
    "killed": ("Command failed with exit code 137", "out of memory", False),
    "permission": ("AccessDenied: User is not authorized to perform: s3:GetObject", "permission", False),
    "token": ("SourceRejected: TMDB answers 401: Invalid API key", "source rejected", False),
    "expired credentials": ("An error occurred (ExpiredToken): The security token included in the request is expired", "expired", False),
    "expired run": ("run jr_1 of Glue job x ended as EXPIRED: Glue gives no reason", "expired", False),
    "schema": ("AnalysisException: [UNRESOLVED_COLUMN.WITH_SUGGESTION] A column `titel` cannot be resolved", "schema", False),
    "missing object": ("An error occurred (NoSuchKey) when calling the GetObject operation", "missing input", False),
    "missing table": ("s3://ggvd-silver/tmdb_movies is not a Delta table", "missing input", False),
    "object of another length": ("s3://b/k.gz has 9310 bytes, its manifest says 18620; extract the snapshot again", "damaged input", False),
    "truncated object": ("EOFError: Compressed file ended before the end-of-stream marker was reached", "bad data", False),
    "unreachable": ("EndpointConnectionError: Could not connect to the endpoint URL", "unreachable", True),
    "bug": ("TypeError: unsupported operand", "unknown", False),
}


@pytest.mark.parametrize(("text", "name", "transient"), ERRORS.values(), ids=ERRORS.keys())
def test_class_of_an_error(text, name, transient):
    found = classes.classify(text)
    assert (found.name, found.transient) == (name, transient)


def test_the_message_counts_before_the_log():
    assert classes.classify("OutOfMemoryError", "Rate exceeded").name == "out of memory"
    assert classes.classify("ended as FAILED: Glue gives no reason", "AccessDenied").name == "permission"


def a_card(message, what="silver/tmdb_movies"):
    return card.Card(what=what, message=message, command="x")


def test_fingerprints_do_not_see_ids_and_numbers():
    one = a_card("run jr_0a1b2c of Glue job x ended as FAILED after 31 s: NoSuchKey")
    other = a_card("run jr_99ffee of Glue job x ended as FAILED after 5 s: NoSuchKey")
    assert one.fingerprint == other.fingerprint


@pytest.mark.parametrize("other", [a_card("AccessDenied"), a_card("NoSuchKey", what="gold/movies")], ids=["cause", "table"])
def test_fingerprints_tell_causes_and_tables_apart(other):
    assert other.fingerprint != a_card("NoSuchKey").fingerprint


@pytest.mark.parametrize(
    ("arguments", "end"),
    [
        ((["a/b"],), "materialize a/b"),
        ((["a/b"], "2010"), "--partition 2010"),
        ((["a/b"], None, ("2009", "2011")), "--from 2009 --to 2011"),
    ],
    ids=["table", "partition", "range"],
)
def test_command_names_just_what_failed(arguments, end):
    assert card.rerun_command(*arguments).endswith(end)


def test_card_has_all_that_a_person_needs():
    shown = card.Card("silver/x", "NoSuchKey: k", "dagster ...", tail=("l1", "l2"), link="https://c", run_id="r").markdown()
    for part in ("silver/x", "missing input", "NoSuchKey: k", "l2", "https://c", "`dagster ...`", "Materialize what it is made from first"):
        assert part in shown


def test_log_tail_has_no_fences():
    assert card.last_lines("```\na\n\nb\n```") == ("a", "b")


def test_transient_is_tried_again_a_few_times_later_and_later():
    failure = dg.Failure("ThrottlingException")
    first, last = (retries.retry_or(failure, attempt) for attempt in (0, 2))
    assert isinstance(first, dg.RetryRequested)
    assert last.seconds_to_wait > first.seconds_to_wait
    assert isinstance(retries.retry_or(failure, retries.MOST), dg.Failure)


def test_what_does_not_pass_is_final():
    final = retries.retry_or(dg.Failure("AccessDenied", metadata={"a": 1}), 0)
    assert isinstance(final, dg.Failure)
    assert not final.allow_retries
    assert final.metadata["a"].value == 1


def test_assets_are_tried_again_only_when_transient(monkeypatch):
    monkeypatch.setattr(retries, "FIRST_SECONDS", 0.01)
    tried = {"throttled": 0, "denied": 0}

    @dg.asset
    def throttled(context: dg.AssetExecutionContext) -> None:
        tried["throttled"] += 1
        if tried["throttled"] < 3:
            raise retries.retry_or(dg.Failure("ThrottlingException"), context.retry_number)

    @dg.asset
    def denied(context: dg.AssetExecutionContext) -> None:
        tried["denied"] += 1
        raise retries.retry_or(dg.Failure("AccessDenied"), context.retry_number)

    dg.materialize([throttled, denied], raise_on_error=False)
    assert tried == {"throttled": 3, "denied": 1}


REFUSALS = {
    "the source is away": (ExtractionRefused("SourceUnavailable", "SourceUnavailable: TMDB answers 503"), 1 + retries.MOST),
    "AWS throttles": (ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "Invoke"), 1 + retries.MOST),
    "the token is wrong": (ExtractionRefused("SourceRejected", "SourceRejected: TMDB answers 401"), 1),
    "dead letters, whatever the reason": (IntervalsDied("1 intervals ended in the dead-letter queue: SourceUnavailable: 503"), 1),
    "a bug": (TypeError("unsupported operand"), 1),
}


@pytest.mark.parametrize(("error", "tries"), REFUSALS.values(), ids=REFUSALS.keys())
def test_extraction_is_tried_again_only_when_transient(monkeypatch, error, tries):
    monkeypatch.setattr(retries, "FIRST_SECONDS", 0.01)
    tried = []

    def run(*_):
        tried.append(1)
        raise error

    monkeypatch.setattr(Extraction, "run", run)
    asset = bronze.build(spec.load().table("bronze/movielens_tags"))
    assert not dg.materialize([asset], resources={"extraction": Extraction(), "lake": Lake()}, raise_on_error=False).success
    assert len(tried) == tries


ANSWERS = {
    "AWS throttles": (ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "GetJobRuns"), 1 + retries.MOST),
    "AWS denies": (ClientError({"Error": {"Code": "AccessDeniedException", "Message": "not authorized to perform"}}, "GetJobRuns"), 1),
}


@pytest.mark.parametrize(("error", "tries"), ANSWERS.values(), ids=ANSWERS.keys())
@pytest.mark.parametrize("what", ["a table", "its maintenance", "an undo of it"])
def test_what_glue_or_s3_answers_before_and_after_a_job_is_tried_again_when_transient(monkeypatch, error, tries, what):
    monkeypatch.setattr(retries, "FIRST_SECONDS", 0.01)
    monkeypatch.setattr(maintenance, "read_report", lambda *_: object())
    monkeypatch.setenv("GGVD_ACCOUNT_ID", "000000000000")
    tried = []

    def run(*_, **__):
        tried.append(1)
        raise error

    monkeypatch.setattr(GlueJobs, "run", run)
    resources = {"glue": GlueJobs(), "lake": Lake()}
    if what == "a table":
        made = dg.materialize([delta_table.build(spec.load().table("gold/movies"))], resources=resources, raise_on_error=False)
    elif what == "an undo of it":
        made = restore_point.Made(version=2, at=datetime.now(UTC), run_id="run", rows=1)
        undo = restore_point.Undo("gold/movies", None, made, 1, None)
        monkeypatch.setattr(restore_point, "choose", lambda *_, **__: undo)
        job = dg.GraphDefinition("alone", node_defs=[restore_job.restore_op]).to_job(resource_defs=resources)
        made = job.execute_in_process(run_config={"ops": {"restore": {"config": {"table": "gold/movies"}}}}, raise_on_error=False)
    else:
        job = dg.GraphDefinition("alone", node_defs=[maintenance.OPS["gold/movies"]]).to_job(resource_defs=resources)
        made = job.execute_in_process(raise_on_error=False)
    assert not made.success
    assert len(tried) == tries
