"""A job from its arguments to its report: what every script's main calls. Order and formats are in docs/architecture.md."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

from glue_scripts import arguments as job_arguments
from glue_scripts import maintenance, pipes, restore
from glue_scripts.errors import JobError, UsageError, reason
from glue_scripts.gold_work import Gold
from glue_scripts.silver_work import Silver
from glue_scripts.work import Work, say

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType

    from glue_scripts.silver_input import Source

Transform = Callable[..., "DataFrame"]


def run(transform: Transform, schema: StructType, source: Source | None = None, locate: Callable[[str], str] | None = None) -> None:
    """Make the table that sys.argv names. Exits with 2 for bad arguments and 1 when the table cannot be made, each with one line."""
    try:
        arguments = job_arguments.parse(sys.argv[1:])
    except UsageError as error:
        _end(2, str(error))
    try:
        work: Work = Silver(arguments, transform, schema, source) if source else Gold(arguments, transform, schema, locate)
        with pipes.messages(sys.argv) as send, _logged():
            report = _made(work)
            send(report)
        if report["failed"]:
            raise JobError("; ".join(f"{partition}: {why}" for partition, why in report["failed"].items()))
    except Exception as error:
        line = reason(error)
        _end(1, line if line.startswith(arguments.table) else f"{arguments.table}: {line}")


@contextmanager
def _logged() -> Iterator[None]:
    """Print an error to the log while the messages still carry it; the error stream has the one line that Glue shows as the run's error."""
    try:
        yield
    except JobError as error:
        say(str(error))
        raise
    except Exception:
        traceback.print_exc(file=sys.stdout)
        raise


def _made(work: Work) -> dict[str, Any]:
    if work.arguments.restore_version is not None:
        return restore.make(work)
    return make(work) if work.arguments.maintain is None else maintenance.make(work)


def make(work: Work) -> dict[str, Any]:
    """Write what changed and return the report, which is also an object of the lake."""
    from glue_scripts import report

    started = time.monotonic()
    arguments = work.arguments
    last = report.last(arguments.report, arguments.output)
    changed = work.changed(last)
    if not changed and last:
        say(f"{arguments.table}: inputs and code are unchanged, nothing is written")
        for undone in ("restored", "maintained"):
            last.pop(undone, None)
        result = {**last, "status": "unchanged", "run_token": arguments.run_token, "failed": work.failed}
    elif not changed:
        raise JobError(f"{arguments.table}: no input to write; " + "; ".join(f"{p}: {why}" for p, why in work.failed.items()))
    else:
        result = {"table": arguments.table, "run_token": arguments.run_token, "status": "written", **work.write(last, changed)}
        result["failed"] = work.failed
    result["seconds"] = round(time.monotonic() - started, 3)
    report.write(arguments.report, result)
    return result


def _end(code: int, message: str) -> NoReturn:
    sys.stderr.write(message + "\n")
    raise SystemExit(code)
