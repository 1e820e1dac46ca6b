"""The server's side of the preloaded process (`preload.py`): starts it, hands it orders, tells when a worker ended."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from typing import IO

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Order:
    """A job to run: `argv` begins with the script, `folder` is where its output files go."""

    run_id: str
    folder: str
    argv: list[str]
    py_files: list[str]
    environment: dict[str, str]
    engine: str
    conf: dict[str, str]
    launched_in: str = field(default_factory=os.getcwd)


class HostDiedError(Exception):
    """The preloaded process ended, and its workers with it."""


@dataclass(eq=False)
class Worker:
    """A job's process: `pid` and `exit_code` (negative: the signal that ended it) come when they are known, or raise HostDiedError."""

    host: subprocess.Popen[str]
    pid: Future[int] = field(default_factory=Future)
    exit_code: Future[int] = field(default_factory=Future)


class Host:
    """Keeps one preloaded process; it is started again when it died, and the workers that it had are ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._workers: dict[str, Worker] = {}
        self._process: subprocess.Popen[str] | None = None

    def warm_up(self) -> None:
        with self._lock:
            self._alive()

    def start(self, order: Order) -> Worker:
        with self._lock:
            while True:
                worker = Worker(self._alive())
                self._workers[order.run_id] = worker
                try:
                    pipe = _pipe(worker.host)
                    pipe.write(json.dumps(asdict(order)) + "\n")
                    pipe.flush()
                    return worker
                except BrokenPipeError:  # it is dying: the next one takes the order
                    worker.host.wait()

    def close(self) -> None:
        with self._lock:
            if self._process and self._process.stdin:
                self._process.stdin.close()
                self._process.wait(timeout=10)

    def _alive(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "local_aws.glue.preload"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=_environment(),
            )
            threading.Thread(target=self._listen, args=(self._process,), daemon=True, name="glue-workers").start()
        return self._process

    def _listen(self, process: subprocess.Popen[str]) -> None:
        for line in process.stdout or ():
            event = json.loads(line)
            worker = self._workers.get(event.get("run_id", ""))
            if event["event"] == "started" and worker:
                worker.pid.set_result(event["pid"])
            elif event["event"] == "exited" and worker:
                del self._workers[event["run_id"]]
                worker.exit_code.set_result(event["code"])
        self._lose(process, process.wait())

    def _lose(self, process: subprocess.Popen[str], code: int) -> None:
        """The workers of a host that died end before their runs do, for the next run of a job may come at once."""
        with self._lock:
            lost = {run_id: worker for run_id, worker in self._workers.items() if worker.host is process}
            self._workers = {run_id: worker for run_id, worker in self._workers.items() if run_id not in lost}
        error = HostDiedError(f"The process that runs jobs ended ({code}), and the job with it.")
        for worker in lost.values():
            if worker.pid.done():
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(worker.pid.result(), signal.SIGKILL)
            else:
                worker.pid.set_exception(error)
            worker.exit_code.set_exception(error)
        if lost:
            log.error("the preloaded Glue process ended (%s) with %d job(s)", code, len(lost))


def _pipe(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdin is not None  # noqa: S101 (narrowing: it was opened as a pipe)
    return process.stdin


def _environment() -> dict[str, str]:
    # one BLAS thread: threads that exist at the time of a fork do not exist in the worker
    return {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
