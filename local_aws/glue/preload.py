"""The process that has the engine's libraries loaded and forks one worker a job, so that a job starts at once and shares their memory.

It reads one JSON order a line on standard input (see `host.Order`) and writes one JSON event a line on standard output. It never starts a
thread or an engine itself: a fork is safe only before. When standard input ends, so do all its workers; when it is killed, they see that by
the end of a pipe that it alone holds open.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import sys
from typing import Any

PRELOADED = (
    "boto3",
    "dagster_pipes",
    "numpy",
    "pandas",
    "pyarrow.parquet",
    "pyspark.sql.connect.functions",
    "pyspark.sql.connect.session",
    "pyspark.sql.functions",
    "pyspark.sql.types",
    "pysail.spark",
)


def main() -> None:
    """Load, say so, and serve orders until standard input ends."""
    import importlib

    for module in PRELOADED:
        importlib.import_module(module)
    wake, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    signal.set_wakeup_fd(wake_write)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    say(event="ready", pid=os.getpid())
    serve(wake, os.pipe())


def serve(wake: int, lifeline: tuple[int, int]) -> None:
    workers: dict[int, str] = {}
    buffer = b""
    selector = selectors.DefaultSelector()
    selector.register(0, selectors.EVENT_READ)
    selector.register(wake, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            data = os.read(key.fd, 65536)
            if key.fd == wake:
                reap(workers)
                continue
            if not data:
                return end(workers)
            *lines, buffer = (buffer + data).split(b"\n")
            for line in lines:
                fork(json.loads(line), workers, lifeline)


def fork(order: dict[str, Any], workers: dict[int, str], lifeline: tuple[int, int]) -> None:
    if pid := os.fork():
        workers[pid] = order["run_id"]
        say(event="started", run_id=order["run_id"], pid=pid)
        return
    # from here on this is the worker: nothing of the parent's loop may run in it
    code = 70
    try:
        from local_aws.glue import worker

        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(lifeline[1])
        code = worker.run(order, lifeline[0])
    finally:
        os._exit(code)


def reap(workers: dict[int, str]) -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            if run_id := workers.pop(pid, None):
                say(event="exited", run_id=run_id, code=os.waitstatus_to_exitcode(status))


def end(workers: dict[int, str]) -> None:
    for pid in workers:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def say(**event: object) -> None:
    sys.__stdout__.write(json.dumps(event) + "\n")  # type: ignore[union-attr]
    sys.__stdout__.flush()  # type: ignore[union-attr]


if __name__ == "__main__":
    main()
