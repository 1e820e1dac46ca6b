"""Tables on a narrow terminal keep every value whole."""

import io

from rich.console import Console

from ggvd_dagster.commands import backfill, diff, local, terminal
from ggvd_dagster.table_diff import TableDiff


def test_a_narrow_terminal_cuts_no_name_off():
    written = io.StringIO()
    rows = [["bronze/tmdb_movies", 0, 0, 0, 0.0, None, None, 75], ["silver/tmdb_movies", 0, None, None, None, 0.0, 0.0, 0]]
    terminal.print_rows("Backfill plan", backfill.COLUMNS, rows, Console(file=written, width=80))
    lines = [line.split("│")[1].strip() for line in written.getvalue().splitlines() if line.startswith("│")]
    assert "…" not in written.getvalue()
    assert "".join(lines) == "bronze/tmdb_moviessilver/tmdb_movies"


def test_what_reads_as_markup_is_shown_as_it_is():
    written = io.StringIO()
    terminal.print_rows("[b]Rows", ["[i]title"], [["[rec] Two"], ["a [/b] c"], ["back\\"]], Console(file=written, width=80))
    assert all(text in written.getvalue() for text in ("[b]Rows", "[i]title", "[rec] Two", "a [/b] c", "back\\"))


def test_types_with_brackets_and_paths_with_brackets_are_shown_whole(capsys, monkeypatch, tmp_path):
    found = TableDiff(0, 0, 0, {}, {"at": "timestamp[us]"}, {}, {}, [])
    diff.show("gold/movies", found, 0, 1)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("GGVD_HOME", str(tmp_path / "[/b]"))
    local.say_where()
    shown = "".join(capsys.readouterr().out.split())
    assert "at(timestamp[us])" in shown
    assert "[/b]." in shown
