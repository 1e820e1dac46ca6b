"""A short randomized run with a fixed seed: nothing acknowledged is lost, nothing appears from nowhere, nothing is doubled."""

import json

import pytest

from tests.chaos.faults import schedule
from tests.chaos.run import run


def test_the_same_seed_is_the_same_schedule():
    assert schedule(7, 60) == schedule(7, 60) != schedule(8, 60)


@pytest.mark.faults
@pytest.mark.timeout(900)  # on a busy machine most of it is waiting for what the faults delayed
def test_a_short_run_is_sound(tmp_path):
    assert run(20261125, 20, tmp_path) == []
    entries = [json.loads(line) for line in (tmp_path / "history.ndjson").read_text().splitlines()]
    assert sum(entry["type"] == "fault" for entry in entries) > 10
    assert any(entry["type"] == "ok" and entry.get("kind") == "job" and entry["written"] for entry in entries)
