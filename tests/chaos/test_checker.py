"""The checker of the randomized run can fail: each kind of damage, planted, is found and named."""

import pytest

from tests.chaos.history import History, RefusedError, UnknownOutcomeError, Version, verdict

ROWS = {2009: {1, 2, 3}, 2010: {4, 5}}
GOOD, VERSIONS = [1, 2, 3, 4, 5], [Version(1, "a"), Version(2, "b")]


@pytest.fixture
def history():
    found = History()
    for year, version in ((2009, 1), (2010, 2)):
        with found.operation("extract", year=year):
            pass
        with found.operation("job", years=[year]) as answer:
            answer |= {"years": [year], "version": version, "written": True}
    return found


def test_a_sound_run_has_no_violations(history):
    assert verdict(history, ROWS.get, GOOD, VERSIONS) == []


@pytest.mark.parametrize(
    ("read", "versions", "said"),
    [
        pytest.param([1, 2, 4, 5], VERSIONS, "1 rows lost", id="a lost row"),
        pytest.param([*GOOD, 3], VERSIONS, "1 rows doubled: [3]", id="a doubled row"),
        pytest.param([*GOOD, 77], VERSIONS, "1 rows phantom", id="a row that nobody wrote"),
        pytest.param(GOOD, VERSIONS[:1], "version 2 was acknowledged and is not there", id="a lost commit"),
        pytest.param(GOOD, [*VERSIONS, Version(3, "c")], "acknowledged by nobody", id="a commit that nobody made"),
        pytest.param(GOOD, [*VERSIONS[:1], Version(2, "a")], "2 versions bear the token a", id="a commit made twice"),
    ],
)
def test_damage_is_found(history, read, versions, said):
    assert [problem for problem in verdict(history, ROWS.get, read, versions) if said in problem]


def test_what_ended_unknown_may_have_been_done_or_not(history):
    with history.operation("extract", year=2011):
        raise UnknownOutcomeError("the answer was lost")
    with history.operation("job", years=[2011]):
        raise RefusedError("FAILED")
    rows = {**ROWS, 2011: {6}}
    for read, versions in ((GOOD, VERSIONS), ([*GOOD, 6], [*VERSIONS, Version(3, "c")])):
        assert verdict(history, rows.get, read, versions) == []
