"""A short randomized run with a fixed seed: nothing acknowledged is lost, nothing appears from nowhere, nothing is doubled."""

import io
import json

import pytest

from tests.chaos import workload
from tests.chaos.faults import schedule
from tests.chaos.history import UnknownOutcomeError
from tests.chaos.run import _user, run


def test_the_same_seed_is_the_same_schedule():
    assert schedule(7, 60) == schedule(7, 60) != schedule(8, 60)


def test_half_an_answer_leaves_open_what_was_done():
    with pytest.raises(UnknownOutcomeError):
        workload._asked(lambda: workload._answer({"Payload": io.BytesIO(b'{"snapshots": [{"sta')}))


def test_a_user_who_breaks_off_is_told():
    def extract():
        raise KeyError("snapshots")

    problems = []
    _user(extract, problems)
    assert problems == ["extract broke off: KeyError: 'snapshots'"]


@pytest.mark.faults
@pytest.mark.timeout(900)  # on a busy machine most of it is waiting for what the faults delayed
def test_a_short_run_is_sound(tmp_path):
    assert run(20261125, 20, tmp_path) == []
    entries = [json.loads(line) for line in (tmp_path / "history.ndjson").read_text().splitlines()]
    assert sum(entry["type"] == "fault" for entry in entries) > 10
    assert any(entry["type"] == "ok" and entry.get("kind") == "job" and entry["written"] for entry in entries)
