"""Names that follow from the spec: one table, one name, everywhere."""

import json

import pytest

from ggvd_dagster import function_environment, job_arguments, names

DEV = names.Names("dev", "123456789012")

EXPECTED = {
    "bucket": (DEV.bucket("bronze"), "ggvd-bronze-dev-123456789012"),
    "queue": (DEV.queue("extract-tmdb"), "ggvd-extract-tmdb-dev"),
    "dead letter queue": (DEV.dead_letter_queue("extract-tmdb"), "ggvd-extract-tmdb-dead-letters-dev"),
    "function": (DEV.function("start-extraction"), "ggvd-start-extraction-dev"),
    "secret": (DEV.secret("tmdb"), "ggvd/dev/tmdb-token"),
    "job": (DEV.job("silver/tmdb_movies"), "ggvd-silver-tmdb-movies-dev"),
    "crawler": (DEV.crawler("gold"), "ggvd-gold-dev"),
    "database": (DEV.database("silver"), "uffic_silver_db"),
    "workgroup": (DEV.workgroup(), "wg_uffic_dev"),
    "table": (DEV.table_uri("silver/tmdb_movies"), "s3://ggvd-silver-dev-123456789012/tmdb_movies"),
    "script": (DEV.script_key("gold/movies"), "glue_scripts/gold/movies.py"),
    "report": (DEV.report_key("gold/movies"), "reports/gold/movies.json"),
}


@pytest.mark.parametrize(("name", "expected"), EXPECTED.values(), ids=EXPECTED.keys())
def test_name(name, expected):
    assert name == expected


def test_environment_and_account_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("GGVD_ENV", "prod")
    monkeypatch.setenv("GGVD_ACCOUNT_ID", "999999999999")
    assert names.from_environment().bucket("gold") == "ggvd-gold-prod-999999999999"


def test_functions_are_told_where_things_are():
    variables = function_environment.variables(DEV, "extract-tmdb", {"extract-tmdb": "http://q"}, {"tmdb": "http://source/3"})
    assert variables["BRONZE_BUCKET"] == "ggvd-bronze-dev-123456789012"
    assert variables["MAXIMUM_CONCURRENCY"] == "8"
    assert json.loads(variables["SOURCES"])["tmdb"]["url"] == "http://source/3"
    assert json.loads(variables["SOURCES"])["movielens"]["url"].startswith("https://files.grouplens.org/")
    assert json.loads(variables["TABLES"])["tmdb_movies"] == {
        "source": "tmdb",
        "member": None,
        "partitions": "release_year",
        "queue": "extract-tmdb",
    }


def test_functions_share_a_source_s_requests():
    start, extract = (
        json.loads(function_environment.variables(DEV, function, {})["SOURCES"])["tmdb"]["requests_per_second"]
        for function in ("start-extraction", "extract-tmdb")
    )
    assert (start, extract) == (1.6, 38.4)


def test_job_arguments_name_inputs_output_and_keys():
    arguments = job_arguments.defaults(DEV, "silver/tmdb_movies")
    assert json.loads(arguments["--inputs"]) == {"bronze/tmdb_movies": "s3://ggvd-bronze-dev-123456789012/tmdb_movies"}
    assert arguments["--output"] == "s3://ggvd-silver-dev-123456789012/tmdb_movies"
    assert arguments["--quarantine"] == "s3://ggvd-silver-dev-123456789012/_quarantine/tmdb_movies"
    assert arguments["--partition_by"] == "release_year"
    assert arguments["--key"] == "tmdb_id,release_year"


def test_gold_jobs_have_no_quarantine():
    assert "--quarantine" not in job_arguments.defaults(DEV, "gold/movies")
