"""What a person gets back from `ggvd`: one clear line and exit code 2 for what cannot be done."""

import os
import socket
import subprocess
import sys

import pytest

from ggvd_dagster import cli, packaging
from ggvd_dagster.commands import local


def answer(capsys, *arguments):
    """Run `ggvd` and give its exit code and the lines on standard error."""
    with pytest.raises(SystemExit) as end:
        cli.main(list(arguments))
    return end.value.code, capsys.readouterr().err.splitlines()


BAD_ARGUMENTS = {
    "unknown command": (["nothing"], "No such command 'nothing'."),
    "unknown option": (["demo", "--nothing"], "No such option '--nothing'."),
    "port out of range": (["up", "--port", "70000"], "70000 is not in the range"),
    "missing argument": (["redrive"], "Missing argument 'QUEUE'."),
    "years that are no range": (["demo", "--years", "two"], "--years takes FIRST-LAST"),
    "years the wrong way round": (["demo", "--years", "2014-2010"], "--years takes FIRST-LAST"),
    "years before the first of the spec": (["demo", "--years", "1800-1801"], "the spec has 1940 to"),
}


@pytest.mark.parametrize(("arguments", "message"), BAD_ARGUMENTS.values(), ids=BAD_ARGUMENTS.keys())
def test_bad_arguments_get_one_line_and_exit_code_2(capsys, arguments, message):
    code, lines = answer(capsys, *arguments)
    assert code == 2
    assert len(lines) == 1
    assert message in lines[0]


@pytest.fixture
def no_aws(monkeypatch, tmp_path):
    for name in local.CHOSEN:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GGVD_HOME", str(tmp_path))
    return tmp_path


def test_missing_local_aws_is_said_with_what_to_do(capsys, no_aws):
    code, lines = answer(capsys, "redrive", "extract-tmdb")
    assert (code, len(lines)) == (2, 1)
    assert "start the local one with `ggvd up`" in lines[0]


def test_local_aws_that_does_not_answer_is_said(capsys, no_aws, monkeypatch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{closed.getsockname()[1]}")
        code, lines = answer(capsys, "redrive", "extract-tmdb")
    assert (code, len(lines)) == (2, 1)
    assert "does not answer" in lines[0]


def test_busy_dagit_port_is_said_before_anything_starts(capsys, no_aws):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        code, lines = answer(capsys, "dev", "--dagit-port", str(busy.getsockname()[1]))
    assert (code, len(lines)) == (2, 1)
    assert "is busy" in lines[0]
    assert not list(no_aws.iterdir())


@pytest.mark.parametrize("option", ["--port", "--sources-port"])
def test_busy_port_of_the_local_aws_is_said_with_the_option_to_change(capsys, no_aws, option):
    with socket.socket() as busy, socket.socket() as free:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        free.bind(("127.0.0.1", 0))
        ports = {"--port": str(free.getsockname()[1]), "--sources-port": str(busy.getsockname()[1])}
        if option == "--port":
            ports = {"--port": ports["--sources-port"], "--sources-port": ports["--port"]}
        free.close()
        code, lines = answer(capsys, "up", *(word for pair in ports.items() for word in pair))
    assert (code, len(lines)) == (2, 1)
    assert lines[0].endswith(f"choose another with {option}")
    assert not list(no_aws.rglob("*.pid"))


def test_help_lists_the_commands(capsys):
    cli.main(["--help"])
    shown = capsys.readouterr().out
    assert all(command in shown for command in ("demo", "up", "down", "dev", "query", "shell", "redrive"))


@pytest.mark.parametrize("words", [["--help"], ["spec", "--help"]], ids=" ".join)
def test_no_summary_of_a_command_is_cut_on_a_terminal_of_80_columns(capsys, monkeypatch, words):
    monkeypatch.setenv("COLUMNS", "80")
    cli.main(words)
    summaries = capsys.readouterr().out.partition("Commands:\n")[2].splitlines()
    assert summaries
    assert [line for line in summaries if "..." in line or len(line) > 80] == []


@pytest.mark.parametrize("command", ["up", "down"])
def test_a_home_that_is_no_folder_is_said(capsys, no_aws, monkeypatch, command):
    (no_aws / "file").touch()
    monkeypatch.setenv("GGVD_HOME", str(no_aws / "file"))
    code, lines = answer(capsys, command)
    assert (code, len(lines)) == (2, 1)
    assert str(no_aws / "file") in lines[0]


def test_letters_that_an_output_lacks_are_shown_by_number():
    """Of what `ggvd` prints where the locale is not UTF-8."""
    script = "from ggvd_dagster import cli; from ggvd_dagster.commands.terminal import console; "
    script += "cli.app.command('tell')(lambda: console.print('Am\u00e9lie \u5343')); cli.main(['tell'])"
    environment = os.environ | {"PYTHONIOENCODING": "latin-1"}
    made = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=False)
    assert made.stdout == b"Am\xe9lie \\u5343\n", made.stderr


def test_a_table_without_its_script_is_said_by_the_check_of_the_spec(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(packaging, "ROOT", tmp_path)
    code, lines = answer(capsys, "spec", "check")
    assert (code, len(lines)) == (2, 1)
    assert "gold/movies has no script glue_scripts/gold/movies.py" in lines[0]
