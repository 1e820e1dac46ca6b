"""A job run counts only when its own report and the Delta commit that it names are there."""

from collections import deque
from types import SimpleNamespace

import pytest

from ggvd_dagster.job_report import JobReport
from ggvd_dagster.resources import glue

REPORT = JobReport.model_validate(
    {"table": "a/b", "run_token": "t", "status": "written", "delta_version": 3, "uri": "s3://b/t", "partitions": {}, "checks": {"rows": 1}}
)


class FakeLake:
    def __init__(self, commits=(), stored=None):
        self.known, self.stored = commits, stored

    def commits(self, uri, version):
        return self.known.count(version)

    def read_json(self, bucket, key):
        return self.stored


def outcome(state, report, error=None):
    return glue.Outcome("job", {"Id": "jr_1", "JobRunState": state, "ErrorMessage": error}, False, report)


def prove(lake, ended):
    return glue._proven(lake, ended, "s3://b/t", SimpleNamespace(tail=deque(["last words"])))


def test_report_and_commit_prove_a_run():
    ended = outcome("SUCCEEDED", REPORT)
    assert prove(FakeLake([3]), ended) is ended


@pytest.mark.parametrize(
    ("report", "commits", "missing"),
    [
        pytest.param(None, [3], "left no report", id="no report with our token"),
        pytest.param(REPORT, [2], "has no such commit", id="no commit"),
    ],
)
def test_a_run_that_says_it_succeeded_is_not_believed(report, commits, missing):
    with pytest.raises(glue.NotProven, match=missing):
        prove(FakeLake(commits), outcome("SUCCEEDED", report))


def test_a_commit_that_was_written_over_is_not_believed():
    with pytest.raises(glue.NotProven, match="version 3 of s3://b/t was written 2 times: two writers"):
        prove(FakeLake([3, 3]), outcome("SUCCEEDED", REPORT))


def test_a_failed_run_says_why_and_shows_its_last_lines():
    with pytest.raises(glue.GlueJobFailed, match="ended as EXPIRED: too late") as caught:
        prove(FakeLake([3]), outcome("EXPIRED", REPORT, "too late"))
    assert caught.value.tail == ["last words"]


@pytest.mark.parametrize(("token", "expected"), [("t", REPORT), (None, REPORT), ("other", None)])
def test_a_report_of_another_run_is_no_report(token, expected):
    names = SimpleNamespace(bucket=lambda role: role, report_key=lambda table: table)
    assert glue.read_report(FakeLake(stored=REPORT.model_dump(by_alias=True)), names, "a/b", token) == expected
