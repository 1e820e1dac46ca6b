"""The prompt of `ggvd query`: history, completion of names, one statement after another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ggvd_dagster import names, questions
from ggvd_dagster.commands import local, query, query_output
from ggvd_dagster.errors import GgvdError

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.key_binding import KeyBindings

KEYWORDS = (
    "SELECT", "FROM", "WHERE", "GROUP BY", "HAVING", "ORDER BY", "LIMIT", "JOIN", "LEFT JOIN", "ON", "USING", "WITH", "AS", "AND", "OR",
    "NOT", "IN", "LIKE", "BETWEEN", "IS NULL", "IS NOT NULL", "DISTINCT", "COUNT", "SUM", "AVG", "MIN", "MAX", "ROUND", "CASE", "WHEN",
    "THEN", "ELSE", "END", "UNION ALL", "DESC", "ASC", "CAST", "OVER", "PARTITION BY", "UNNEST", "CROSS JOIN",
)  # fmt: skip
LEAVE = ("exit", "quit")
NAMES = "SELECT table_schema, table_name, column_name FROM information_schema.columns WHERE table_schema IN (?, ?)"


def run(layer: str) -> None:
    """Read statements until Ctrl-D or `exit`. A statement that fails says why, and the prompt goes on."""
    session = _session(layer)
    query.notes.print(f"SQL, ended by ;  Questions: {', '.join(questions.all_names())}. Tab completes, Ctrl-D leaves.")
    while True:
        try:
            text = session.prompt("ggvd> ").strip()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        if text.rstrip(";") in LEAVE:
            return
        if text:
            answer(text, layer)


def answer(text: str, layer: str) -> None:
    """Print the rows of one statement, or why there are none."""
    try:
        title, sql, database = query.resolve(text, layer)
        rows = query.ask(sql, [], database)
    except GgvdError as error:
        query.notes.print(str(error), style="red", markup=False)
        return
    except KeyboardInterrupt:
        query.notes.print("cancelled")
        return
    query_output.write(rows, "table", None, title)
    query.notes.print(f"[dim]{query.summary(rows)}[/]")


def words(layer: str) -> list[str]:
    """What may be completed: keywords, questions, and the tables and columns that the catalog has now."""
    found: Iterable[tuple[str, ...]] = ()
    databases = names.from_environment()
    try:
        found = query.ask(NAMES, [databases.database("silver"), databases.database("gold")], layer).rows
    except GgvdError as error:
        query.notes.print(f"names of tables cannot be completed: {error}", style="dim", markup=False)
    own = databases.database(layer)
    completed = {name for schema, table, column in found for name in (f"{schema}.{table}" if schema != own else table, column)}
    return [*sorted(completed), *questions.all_names(), *KEYWORDS]


def complete(text: str) -> bool:
    """Whether Enter ends the statement: it has a semicolon, or is one word."""
    stripped = text.strip()
    return not stripped or stripped.endswith(";") or bool(query.NAME.fullmatch(stripped))


def _session(layer: str) -> PromptSession[str]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import FileHistory
    from prompt_toolkit.lexers import PygmentsLexer
    from pygments.lexers.sql import SqlLexer  # type: ignore[import-untyped]

    home = local.state_dir()
    home.mkdir(parents=True, exist_ok=True)
    return PromptSession(
        history=FileHistory(str(home / "query_history")),
        completer=WordCompleter(words(layer), ignore_case=True),
        complete_while_typing=False,
        lexer=PygmentsLexer(SqlLexer),
        multiline=True,
        key_bindings=_enter(),
        prompt_continuation="  ... ",
    )


def _enter() -> KeyBindings:
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

    bindings = KeyBindings()

    @bindings.add("enter")
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if complete(buffer.text):
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n")

    return bindings
