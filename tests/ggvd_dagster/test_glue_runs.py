"""A Glue job run, against a Glue that answers badly. Each defect of the stock client has a case here."""

import logging
from itertools import chain, repeat

import pytest
from botocore.exceptions import ClientError

from ggvd_dagster.resources.glue import run_token
from ggvd_dagster.resources.glue_runs import GlueBusy, GlueOutOfReach, GlueRuns, GlueRunWaits, Patience


def refusal(code):
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "Operation")


class FakeGlue:
    """Answers from a script: states of the run (or errors), and answers of a start (an id or an error)."""

    def __init__(self, states=(), starts=("jr_1",), runs=((),), stop=None):
        self.states, self.starts, self.runs = iter(states), iter(starts), chain(runs, repeat(runs[-1]))
        self.stop_answer, self.started, self.stopped = stop or {"SuccessfulSubmissions": [{}]}, [], []

    def get_paginator(self, operation):
        return self

    def paginate(self, JobName):  # noqa: N803  boto3's name
        return [{"JobRuns": list(next(self.runs))}]

    def start_job_run(self, **request):
        self.started.append(request)
        answer = next(self.starts)
        if isinstance(answer, Exception):
            raise answer
        return {"JobRunId": answer}

    def get_job_run(self, **request):
        answer = next(self.states)
        if isinstance(answer, Exception):
            raise answer
        return {"JobRun": {"Id": "jr_1", "JobRunState": answer}}

    def batch_stop_job_run(self, **request):
        self.stopped.append(request["JobRunIds"])
        return self.stop_answer


def runs_of(glue, **patience):
    time = [0.0]
    return GlueRuns(
        glue, "job", logging.getLogger("glue"), Patience(**patience), lambda: time[0], lambda s: time.__setitem__(0, time[0] + s)
    )


@pytest.mark.parametrize(("flex", "asked"), [(True, "FLEX"), (False, None)])
def test_a_backfill_takes_spare_workers(flex, asked):
    glue = FakeGlue()
    runs_of(glue).start_or_attach({"--run_token": "t"}, flex=flex)
    assert glue.started[0].get("ExecutionClass") == asked


@pytest.mark.parametrize("state", ["SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR", "EXPIRED"])
def test_every_end_state_ends_the_wait(state):
    assert runs_of(FakeGlue(["RUNNING", state])).wait("jr_1", lambda: None)["JobRunState"] == state


def test_messages_are_polled_while_a_run_goes_and_after_it_failed():
    polls = []
    runs_of(FakeGlue(["RUNNING", "FAILED"])).wait("jr_1", lambda: polls.append(1))
    assert len(polls) == 2


def test_some_throttling_is_waited_out():
    glue = FakeGlue([*[refusal("ThrottlingException")] * 20, "SUCCEEDED"])
    assert runs_of(glue).wait("jr_1", lambda: None)["JobRunState"] == "SUCCEEDED"


def test_throttling_without_end_is_an_error_that_leaves_the_run_to_be_attached_to():
    glue = FakeGlue(repeat(refusal("ThrottlingException")))
    with pytest.raises(GlueOutOfReach, match="attaches"):
        runs_of(glue, silence=60).wait("jr_1", lambda: None)
    assert glue.stopped == []


def test_a_refusal_that_waiting_cannot_change_is_raised_at_once():
    with pytest.raises(ClientError, match="AccessDenied"):
        runs_of(FakeGlue([refusal("AccessDeniedException")])).wait("jr_1", lambda: None)


def test_a_run_that_stays_in_glues_queue_is_stopped():
    glue = FakeGlue(repeat("WAITING"))
    with pytest.raises(GlueRunWaits, match="waited for capacity"):
        runs_of(glue, queue=60).wait("jr_1", lambda: None)
    assert glue.stopped == [["jr_1"]]


def test_a_run_that_glue_does_not_stop_is_told_not_a_key_error(caplog):
    errors = {"SuccessfulSubmissions": [], "Errors": [{"ErrorDetail": {"ErrorCode": "JobRunNotInTerminalState", "ErrorMessage": "no"}}]}
    assert runs_of(FakeGlue(stop=errors)).stop("jr_1") is False
    assert "JobRunNotInTerminalState" in caplog.text


def test_arguments_of_the_caller_stay_as_they_are():
    arguments = {"--run_token": "t"}
    glue = FakeGlue()
    runs_of(glue).start_or_attach(arguments)
    glue.started[0]["Arguments"]["--more"] = "x"
    assert arguments == {"--run_token": "t"}


@pytest.mark.parametrize(
    ("state", "token", "expected"),
    [
        pytest.param("RUNNING", "t", ("jr_0", True), id="ours, going: attach"),
        pytest.param("WAITING", "t", ("jr_0", True), id="ours, in the queue: attach"),
        pytest.param("RUNNING", "other", ("jr_1", False), id="of another: start"),
        pytest.param("STOPPING", "t", ("jr_1", False), id="ours, being stopped: start"),
        pytest.param("SUCCEEDED", "t", ("jr_1", False), id="ours, ended: start"),
    ],
)
def test_a_retry_attaches_only_to_its_own_run_that_still_goes(state, token, expected):
    run = {"Id": "jr_0", "JobRunState": state, "Arguments": {"--run_token": token}}
    assert runs_of(FakeGlue(runs=[[run]])).start_or_attach({"--run_token": "t"}) == expected


def test_a_start_whose_answer_was_lost_is_found_again():
    ours = {"Id": "jr_0", "JobRunState": "RUNNING", "Arguments": {"--run_token": "t"}}
    glue = FakeGlue(starts=[refusal("ConcurrentRunsExceededException")], runs=[[], [ours]])
    assert runs_of(glue).start_or_attach({"--run_token": "t"}) == ("jr_0", True)
    assert len(glue.started) == 1


def test_a_busy_job_is_waited_for_with_an_end():
    glue = FakeGlue(starts=repeat(refusal("ConcurrentRunsExceededException")))
    with pytest.raises(GlueBusy, match="could not start for 60 s"):
        runs_of(glue, busy=60).start_or_attach({"--run_token": "t"})


def test_a_token_tells_table_partitions_and_root_run_apart():
    tokens = {
        run_token(*a)
        for a in [("a/b", None, "r"), ("a/c", None, "r"), ("a/b", ["1", "3"], "r"), ("a/b", ["1", "2", "3"], "r"), ("a/b", None, "s")]
    }
    assert len(tokens) == 5
