"""What a run does, while it does it: a line for each asset with its state, rows and seconds."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table

from ggvd_dagster.commands.terminal import console

if TYPE_CHECKING:
    from ggvd_dagster.pipeline import Progress

SIGNS = {"finished": "[green]done[/]", "failed": "[red]failed[/]"}


class ProgressTable:
    """Use as a context and give it each Progress. Live on a terminal, one line per finished asset elsewhere."""

    def __init__(self) -> None:
        self._lines: dict[str, tuple[Progress, float]] = {}
        self._live = (
            Live(get_renderable=self._render, console=console, refresh_per_second=8, transient=False) if console.is_terminal else None
        )

    def __enter__(self) -> Self:
        if self._live:
            self._live.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._live:
            self._live.__exit__(kind, error, trace)

    def tell(self, progress: Progress) -> None:
        began = self._lines[progress.asset][1] if progress.asset in self._lines else time.monotonic()
        self._lines[progress.asset] = (progress, began)
        if not self._live and progress.state != "started":
            rows = f"{progress.rows:>9,} rows" if progress.rows is not None else " " * 14
            console.print(f"{progress.asset:<36} {progress.state:<8} {rows} {progress.seconds:>6.1f} s")

    def _render(self) -> Table:
        table = Table(box=None, padding=(0, 2, 0, 0))
        table.add_column("asset")
        table.add_column("state")
        table.add_column("rows", justify="right")
        table.add_column("seconds", justify="right")
        for name, (progress, began) in self._lines.items():
            going = progress.state == "started"
            seconds = time.monotonic() - began if going else progress.seconds
            rows = f"{progress.rows:,}" if progress.rows is not None else ""
            table.add_row(name, Spinner("dots") if going else SIGNS[progress.state], rows, f"{seconds:.1f}")
        return table
