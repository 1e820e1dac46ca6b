"""Blocking checks from a job's report."""

import pytest

from ggvd_dagster import asset_checks, spec
from ggvd_dagster.job_report import JobReport

TABLE = spec.load().table("silver/movielens_tag_count")
NULLS = dict.fromkeys(TABLE.required, 0)


def report(read=10, written=7, duplicates=1, quarantined=2, **checks):
    facts = {"rows": written, "duplicate_keys": 0, "nulls": NULLS, "orphans": {"tag_id": 0}} | checks
    counts = {"rows_read": read, "rows_written": written, "duplicates": duplicates, "quarantined": {"no_id": quarantined}}
    partition = {"fingerprint": "f", "delta_version": 3, **counts}
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
    ],
)
def test_checks_fail_for_their_own_reason_only(reported, failed):
    assert {result.check_name for result in asset_checks.results(TABLE, reported) if not result.passed} == failed
