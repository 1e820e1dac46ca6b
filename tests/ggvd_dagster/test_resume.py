"""The command that a partial failure prints names exactly the partitions that are missing."""

import pytest

from ggvd_dagster import spec
from ggvd_dagster.assets import delta_table

TABLE = spec.load().table("silver/tmdb_movies")
COMMAND = "ggvd materialize silver/tmdb_movies"


@pytest.mark.parametrize(
    ("missing", "options"),
    [
        pytest.param(["2008"], ["--partition 2008"], id="one"),
        pytest.param(["2008", "2009", "2010"], ["--from 2008 --to 2010"], id="a range"),
        pytest.param(["2008", "2010"], ["--partition 2008", "--partition 2010"], id="a good one between"),
        pytest.param(["2010", "1941", "1940"], ["--from 1940 --to 1941", "--partition 2010"], id="in any order"),
    ],
)
def test_resume_names_exactly_the_missing(missing, options):
    assert delta_table.resume(TABLE, missing) == f"Resume with: {' && '.join(f'{COMMAND} {option}' for option in options)}"
