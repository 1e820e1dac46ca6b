"""What an analyst has: the prompt with its history and names, and the report as asset, link and file."""

import re

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from docs.generate import files
from ggvd_dagster import cli, questions
from ggvd_dagster.commands import local, query_prompt
from ggvd_dagster.report import build, sections

pytestmark = pytest.mark.timeout(600)


def test_the_prompt_completes_what_the_catalog_has(lake):
    words = query_prompt.words("gold")
    assert {"best_rated_movies", "weighted_rating", "uffic_silver_db.tmdb_movies", "tmdb_id", "SELECT", "data_date"} <= set(words)
    assert "uffic_gold_db.movies" not in words
    assert {"tmdb_movies", "uffic_gold_db.movies"} <= set(query_prompt.words("silver"))


def test_the_prompt_answers_goes_on_after_an_error_and_remembers(lake, capsys):
    typed = "SELECT 6 *\r7 AS made;\rSELECT nope FROM nothing;\rbest_rated_movies\rSELECT 1 AS after_all;\rexit\r"
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.send_text(typed)
        query_prompt.run("gold")
    shown = capsys.readouterr()
    assert "42" in shown.out
    assert "TABLE_NOT_FOUND" in shown.err
    assert questions.load("best_rated_movies").text in " ".join(shown.out.split())
    assert "after all" in shown.out
    remembered = (local.state_dir() / "query_history").read_text()
    assert all(f"+{line}" in remembered for line in ("SELECT 6 *", "7 AS made;", "best_rated_movies", "SELECT 1 AS after_all;"))


def test_a_question_is_asked_of_its_own_database_from_everywhere(lake, capsys):
    cli.main(["query", "data_date", "--format", "csv"])
    header, row = capsys.readouterr().out.splitlines()
    assert header == "snapshot,movies"
    assert int(row.split(",")[1]) > 1000


def test_dates_come_as_dates(lake, capsys):
    cli.main(["query", "SELECT min(rating_month) AS first FROM ratings_over_time", "--format", "json"])
    assert capsys.readouterr().out == '[{"first": "1995-01-01"}]\n'


def test_the_report_is_an_asset_whose_page_the_command_writes(lake, tmp_path, capsys):
    assert lake.materialize("gold/report").success  # whatever tests before this one wrote
    made = lake.materialize("gold/report")
    (materialization,) = made.asset_materializations_for_node("gold__report")
    assert materialization.metadata["status"].value == "unchanged"
    bucket, _, path = materialization.metadata["dagster/uri"].value.removeprefix("s3://").partition("/")
    stored = lake.client("s3").get_object(Bucket=bucket, Key=path)
    page = stored["Body"].read().decode()
    assert stored["ContentType"].startswith("text/html")
    assert materialization.metadata["open_with"].value == "ggvd report"
    cli.main(["report", "--output", str(tmp_path / "r.html"), "--no-open"])
    assert (tmp_path / "r.html").read_text() == page
    assert str(tmp_path / "r.html") in capsys.readouterr().out.replace("\n", "")
    assert all(questions.load(section.question).text in page.replace("&#x27;", "'") for section in sections.SECTIONS)
    assert f"as of <time>{materialization.metadata['data_as_of'].value}</time>" in page


def test_a_report_that_is_not_there_says_how_to_make_it(lake, capsys, monkeypatch):
    monkeypatch.setattr(build, "KEY", "_report/none.html")
    with pytest.raises(SystemExit) as end:
        cli.main(["report", "--no-open"])
    assert end.value.code == 2
    assert "materialize gold/report in Dagit, or run `ggvd demo`" in capsys.readouterr().err


def test_what_the_dictionary_says_of_a_column_is_its_comment_in_the_catalog(lake):
    page, glue = (files.ROOT / "docs/tables.md").read_text(encoding="utf-8"), lake.client("glue")
    for layer in ("silver", "gold"):
        for table in lake.names.platform.layer(layer):
            section = page.split(f"### `{table.name}`\n")[1].split("\n### ")[0]
            told = dict(re.findall(r"^\| `(\w+)` \| `[^`]+` \| (.*?) \| ", section, re.MULTILINE))
            found = glue.get_table(DatabaseName=lake.names.database(layer), Name=table.table)["Table"]
            columns = [*found["StorageDescriptor"]["Columns"], *found.get("PartitionKeys", [])]
            assert {column["Name"]: column.get("Comment") for column in columns} == told, table.name
