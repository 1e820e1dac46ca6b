"""`ggvd materialize` says what is wrong with a request before anything runs."""

import dagster as dg
import pytest

from ggvd_dagster.commands import materialize
from ggvd_dagster.errors import GgvdError

SILVER = "silver/tmdb_movies"
BAD = {
    "unknown": (("gold/books", None, None, None), "no asset 'gold/books'; there are: bronze/"),
    "nothing": ((",", None, None, None), "no asset ','; there are:"),
    "both ways": ((SILVER, "2008", "2008", "2009"), "give --partition, or --from and --to"),
    "half a range": ((SILVER, None, "2008", None), "give both --from and --to"),
    "no partition": ((SILVER, None, None, None), "silver/tmdb_movies has partitions, 1940 to"),
    "a partition too much": (("gold/movies", "2008", None, None), "gold/movies has no partitions: leave"),
    "unknown partition": ((SILVER, "1802", None, None), "no partition '1802'; it has 1940 to"),
    "wrong way round": ((SILVER, None, "2009", "2008"), "--from 2009 is after --to 2008"),
}


@pytest.mark.parametrize(("arguments", "message"), BAD.values(), ids=BAD.keys())
def test_bad_requests_get_one_line(monkeypatch, tmp_path, arguments, message):
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    with pytest.raises(GgvdError) as error:
        materialize.run(*arguments)
    assert message in str(error.value)


def test_without_an_instance_it_is_said(monkeypatch):
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    with pytest.raises(GgvdError, match="DAGSTER_HOME is not set"):
        materialize.run(SILVER, "2008", None, None)


def test_partitions_that_a_failed_run_made_are_shown(capsys):
    """A table's asset logs them itself, before it fails for the others."""

    @dg.asset(key=["silver", "tmdb_movies"])
    def partly(context: dg.AssetExecutionContext):
        metadata = {"dagster/partition_row_count": 12, "dagster/row_count": 99}
        context.log_event(dg.AssetMaterialization(["silver", "tmdb_movies"], partition="2010", metadata=metadata))
        raise dg.Failure("2009: no complete bronze snapshot")

    with dg.DagsterInstance.ephemeral() as instance:
        materialize._show(instance, dg.materialize([partly], instance=instance, raise_on_error=False))
    shown = capsys.readouterr().out
    assert "2010" in shown
    assert "12" in shown
    assert "Nothing" not in shown
