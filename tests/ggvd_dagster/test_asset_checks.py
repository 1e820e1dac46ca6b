"""Checks from a job's report."""

import dagster as dg
import pytest

from ggvd_dagster import asset_checks, spec
from ggvd_dagster.assets import bronze
from ggvd_dagster.job_report import JobReport

TABLE = spec.load().table("silver/movielens_tag_count")
NULLS = dict.fromkeys(TABLE.required, 0)


def report(read=10, written=7, duplicates=1, quarantined=2, fields=None, **checks):
    facts = {"rows": written, "duplicate_keys": 0, "nulls": NULLS, "orphans": {"tag_id": 0}} | checks
    counts = {"rows_read": read, "rows_written": written, "duplicates": duplicates, "quarantined": {"no_id": quarantined}}
    partition = {"fingerprint": "f", "delta_version": 3, **counts, **(fields or {})}
    content = {
        "table": TABLE.name,
        "status": "written",
        "delta_version": 3,
        "uri": "s3://b/t",
        "partitions": {"": partition},
        "checks": facts,
    }
    return JobReport.model_validate(content)


@pytest.mark.parametrize(
    ("reported", "failed"),
    [
        pytest.param(report(), set(), id="all is well"),
        pytest.param(report(duplicate_keys=1), {"unique_key"}, id="a key twice"),
        pytest.param(report(nulls=NULLS | {"num": 1}), {"required_columns"}, id="a null"),
        pytest.param(report(nulls={}), {"required_columns"}, id="nulls that nobody counted"),
        pytest.param(report(orphans={"tag_id": 4}), {"foreign_keys"}, id="an orphan"),
        pytest.param(report(rows=0), {"has_rows"}, id="empty"),
        pytest.param(report(read=11), {"nothing_lost"}, id="a row lost"),
        pytest.param(report(read=9), {"nothing_lost"}, id="a row doubled"),
        pytest.param(report(fields={"unknown_fields": ["budget"]}), {"source_fields"}, id="a new field"),
        pytest.param(report(fields={"absent_fields": ["num"]}), {"source_fields"}, id="a field is gone"),
    ],
)
def test_checks_fail_for_their_own_reason_only(reported, failed):
    assert {result.check_name for result in asset_checks.results(TABLE, reported) if not result.passed} == failed


def test_fields_of_a_source_are_named_with_their_partitions_and_block_nothing():
    spoken = report().model_dump(by_alias=True)
    (facts,) = spoken["partitions"].values()
    parts = {"2009": facts, "2010": {**facts, "unknown_fields": ["budget"]}, "2011": {**facts, "unknown_fields": ["budget", "crew"]}}
    reported = JobReport.model_validate({**spoken, "partitions": parts})
    (result,) = [r for r in asset_checks.results(TABLE, reported) if r.check_name == "source_fields"]
    assert result.severity is dg.AssetCheckSeverity.WARN
    assert result.metadata["unknown"].value == {"budget": ["2010", "2011"], "crew": ["2011"]}
    assert {spec.name: spec.blocking for spec in asset_checks.specs(TABLE)}["source_fields"] is False
    assert all(spec.blocking for spec in asset_checks.specs(TABLE) if spec.name != "source_fields")


@pytest.mark.parametrize(("rows", "said"), [(3, None), (4, None), (2, "2010 has 2 of 3 rows")], ids=["all", "pages moved", "short"])
def test_a_snapshot_with_fewer_rows_than_the_source_counted_fails_and_says_so(rows, said):
    manifest = {"partition": "2010", "rows": rows, "total_results": 3, "stable": rows == 3}
    result = bronze.complete(spec.load().table("bronze/tmdb_movies"), [manifest])
    assert (result.passed, result.description) == (said is None, said)
    assert ("pages_moved_in" in result.metadata) is (rows != 3)
