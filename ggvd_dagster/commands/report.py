"""`ggvd report`: the report's page as a file, and in the browser."""

from __future__ import annotations

import webbrowser
from pathlib import Path

from ggvd_dagster import names as naming
from ggvd_dagster.commands import local
from ggvd_dagster.commands.terminal import console
from ggvd_dagster.errors import GgvdError


def run(output: Path | None, *, show: bool) -> None:
    """Write the page that the asset gold/report stored to a file. Raises GgvdError when there is none, or the file cannot be written."""
    from ggvd_dagster.report.build import KEY
    from ggvd_dagster.resources.lake import Lake

    bucket = naming.from_environment().bucket("gold")
    html = Lake().read_text(bucket, KEY)
    if html is None:
        raise GgvdError(f"there is no report at s3://{bucket}/{KEY} yet: materialize gold/report in Dagit, or run `ggvd demo`")
    target = output or local.state_dir() / "report.html"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(html, encoding="utf-8")
    except OSError as error:
        raise GgvdError(f"{target}: {error.strerror or error}") from error
    console.print(f"The report is in {target}.", markup=False)
    if show and not webbrowser.open(target.resolve().as_uri()):
        console.print("No browser could be opened: open the file yourself.")
