"""What `ggvd query` makes of its arguments, and how rows leave it."""

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal

import pyarrow.parquet as pq
import pytest
import sqlglot

from ggvd_dagster import cli, questions
from ggvd_dagster.commands import query, query_output, query_prompt
from ggvd_dagster.errors import GgvdError
from ggvd_dagster.resources.athena import Rows, literal

PARAMETERS = {
    "integer": ("1990", "1990"),
    "negative integer": ("-3", "-3"),
    "decimal": ("3.5", "3.5"),
    "text": ("Amelie", "'Amelie'"),
    "text that reads as a number": ("'1984'", "'1984'"),
    "text with a quote": ("Schindler's List", "'Schindler''s List'"),
    "SQL stays data": ("x' OR 1=1 --", "'x'' OR 1=1 --'"),
    "empty": ("", "''"),
    "one quote": ("'", "''''"),
    "exponents are text": ("1e5", "'1e5'"),
    "NULL is text": ("NULL", "'NULL'"),
}


@pytest.mark.parametrize(("given", "sent"), PARAMETERS.values(), ids=PARAMETERS.keys())
def test_parameters_are_bound_as_data(given, sent):
    assert literal(query.bound(given)) == sent


@pytest.mark.parametrize("name", questions.all_names())
def test_named_questions_are_one_trino_select_with_a_sentence(name):
    question = questions.load(name)
    (statement,) = sqlglot.parse(question.sql, read="trino")
    assert isinstance(statement, sqlglot.exp.Query)
    assert question.text.endswith("?")
    assert query.resolve(f" {name}; ") == (question.text, question.sql, question.layer)


@pytest.mark.parametrize(
    ("text", "message"), [("  ;", "nothing to ask"), ("nope", "no question 'nope'")], ids=["nothing", "unknown question"]
)
def test_what_cannot_be_asked_is_said_with_the_questions(text, message):
    with pytest.raises(GgvdError, match=message) as error:
        query.resolve(text)
    assert "best_rated_movies" in str(error.value)


COLUMNS = {
    "title": ("varchar", ['Say "hi", you', None, ""]),
    "movies": ("bigint", [1, None, 2**40]),
    "rating": ("double", [4.5, None, 0.0]),
    "month": ("date", [date(2010, 1, 31), None, date(1940, 1, 1)]),
    "at": ("timestamp", [datetime(2010, 1, 31, 10), None, datetime(1940, 1, 1)]),
    "price": ("decimal", [Decimal("1.50"), None, Decimal("10.25")]),
    "known": ("boolean", [True, None, False]),
}
ANSWER = Rows(
    list(COLUMNS), list(zip(*(values for _, values in COLUMNS.values()), strict=True)), 2048, 0.5, [kind for kind, _ in COLUMNS.values()]
)


def written(tmp_path, name):
    path = tmp_path / name
    query_output.write(ANSWER, query_output.choose(None, path), path, "")
    return path


def test_csv_keeps_every_value(tmp_path):
    header, *rows = csv.reader(io.StringIO(written(tmp_path, "a.csv").read_text()))
    assert header == list(COLUMNS)
    assert rows[0] == ['Say "hi", you', "1", "4.5", "2010-01-31", "2010-01-31 10:00:00", "1.50", "True"]
    assert rows[1] == [""] * len(COLUMNS)


def test_json_keeps_types_and_nulls(tmp_path):
    rows = json.loads(written(tmp_path, "a.json").read_text())
    assert rows[0] == {
        **dict(zip(COLUMNS, ANSWER.rows[0], strict=True)),
        "month": "2010-01-31",
        "at": "2010-01-31 10:00:00",
        "price": "1.50",
    }
    assert rows[1] == dict.fromkeys(COLUMNS)


def test_parquet_is_typed(tmp_path):
    first, second, _ = pq.read_table(written(tmp_path, "a.parquet")).to_pylist()
    assert list(first.values()) == ['Say "hi", you', 1, 4.5, date(2010, 1, 31), datetime(2010, 1, 31, 10), Decimal("1.50"), True]
    assert set(second.values()) == {None}


def test_parquet_of_no_rows_keeps_its_columns(tmp_path):
    path = tmp_path / "none.parquet"
    query_output.write(Rows(ANSWER.columns, [], 0, 0, ANSWER.types), "parquet", path, "")
    assert pq.read_table(path).column_names == list(COLUMNS)


def test_table_in_a_file_has_no_terminal_codes(tmp_path):
    text = written(tmp_path, "a.txt").read_text()
    assert "Say" in text
    assert "\x1b" not in text


BAD_OUTPUT = {
    "parquet to the terminal": (["--format", "parquet"], "name a file with --output FILE"),
    "folder that is not there": (["--output", "/nowhere/a.csv"], "there is no folder /nowhere"),
    "unknown format": (["--format", "xml"], "'xml' is not one of"),
}


@pytest.mark.parametrize(("options", "message"), BAD_OUTPUT.values(), ids=BAD_OUTPUT.keys())
def test_output_that_cannot_be_is_refused_before_asking(capsys, local_aws, options, message):
    with pytest.raises(SystemExit) as end:
        cli.main(["query", "SELECT 1", *options])
    assert (end.value.code, message in capsys.readouterr().err) == (2, True)


def test_local_athena_answers_and_refuses_in_its_own_words(capsys, local_aws, deployed_workgroup):
    cli.main(["query", "SELECT ? AS name, ? + 1 AS next", "It's", "41", "--format", "csv"])
    assert capsys.readouterr().out == "name,next\nIt's,42\n"
    for statement, words in {"SELECT nope FROM nothing": "TABLE_NOT_FOUND", "SELEC 1": "mismatched input"}.items():
        with pytest.raises(SystemExit) as end:
            cli.main(["query", statement])
        captured = capsys.readouterr()
        assert end.value.code == 2
        assert len(captured.err.splitlines()) == 1
        assert words in captured.err


@pytest.fixture
def deployed_workgroup(local_aws, monkeypatch):
    """What a query needs of a deployment: the workgroup with its place for results, and the databases; other tests make their own."""
    import boto3

    from ggvd_dagster import names as naming

    monkeypatch.setenv("GGVD_ACCOUNT_ID", naming.LOCAL_ACCOUNT)
    names = naming.from_environment()
    glue, athena = boto3.client("glue"), boto3.client("athena")
    there = {database["Name"] for database in glue.get_databases()["DatabaseList"]}
    made = [name for name in map(names.database, names.platform.databases) if name not in there]
    for name in made:
        glue.create_database(DatabaseInput={"Name": name})
    boto3.client("s3").create_bucket(Bucket=names.bucket("athena"))
    place = {"ResultConfiguration": {"OutputLocation": f"s3://{names.bucket('athena')}/"}}
    athena.create_work_group(Name=names.workgroup(), Configuration=place)
    yield names
    athena.delete_work_group(WorkGroup=names.workgroup(), RecursiveDeleteOption=True)
    for name in made:
        glue.delete_database(Name=name)


STATEMENTS = {"open": ("SELECT 1", False), "closed": ("SELECT 1;", True), "question": ("best_rated_movies", True), "nothing": (" ", True)}


@pytest.mark.parametrize(("text", "ended"), STATEMENTS.values(), ids=STATEMENTS.keys())
def test_enter_ends_a_statement_only_when_it_is_whole(text, ended):
    assert query_prompt.complete(text) is ended


SIZES = {"bytes": (12, "12 bytes"), "kibibytes": (2048, "2.0 KiB"), "gibibytes": (3 << 30, "3.0 GiB")}


@pytest.mark.parametrize(("count", "text"), SIZES.values(), ids=SIZES.keys())
def test_sizes_are_said_as_people_read_them(count, text):
    assert query.size(count) == text


def test_json_refuses_two_columns_of_one_name():
    with pytest.raises(GgvdError, match="2 columns are named a: give each a name of its own with AS"):
        query_output.write(Rows(["a", "b", "a"], [(1, 2, 3)], 0, 0, ["integer"] * 3), "json", None, "")
