"""Tables on a narrow terminal keep every value whole."""

import io

from rich.console import Console

from ggvd_dagster.commands import backfill, terminal


def test_a_narrow_terminal_cuts_no_name_off():
    written = io.StringIO()
    rows = [["bronze/tmdb_movies", 0, 0, 0, 0.0, None, None, 75], ["silver/tmdb_movies", 0, None, None, None, 0.0, 0.0, 0]]
    terminal.print_rows("Backfill plan", backfill.COLUMNS, rows, Console(file=written, width=80))
    lines = [line.split("│")[1].strip() for line in written.getvalue().splitlines() if line.startswith("│")]
    assert "…" not in written.getvalue()
    assert "".join(lines) == "bronze/tmdb_moviessilver/tmdb_movies"
