"""The life of one job run: wait for a slot, fetch the code, run it in a worker, follow its logs, say how it ended."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import signal
import threading
import time
from concurrent.futures import Future, TimeoutError, wait
from pathlib import Path
from typing import Any

from local_aws import clients
from local_aws.credentials import of_role
from local_aws.glue.host import Host, HostDiedError
from local_aws.glue.log_streams import LogStreams
from local_aws.glue.orders import UnrunnableError, order

GRACE_SECONDS = 5.0
SESSION_SECONDS = 6 * 3600.0
# DPUs of a worker, https://docs.aws.amazon.com/glue/latest/dg/worker-types.html
DPUS = {"G.025X": 0.25, "Standard": 1.0, "G.1X": 1.0, "G.2X": 2.0, "G.4X": 4.0, "G.8X": 8.0}
log = logging.getLogger(__name__)


class JobRun:
    """One run; `record` is what GetJobRun answers and changes as the run goes."""

    def __init__(self, job: dict[str, Any], record: dict[str, Any], host: Host, slots: threading.Semaphore, minute: float) -> None:
        self.job, self.record, self._host, self._slots = job, record, host, slots
        self._seconds = record["Timeout"] * minute
        self._stop: Future[None] = Future()
        self._changing = threading.Lock()  # a stop that comes as the run ends must not be what its record says for ever
        # the queue may take its time, the run at most its time-out: the session outlives both
        self._who = of_role(job["Role"], record["Id"], self._seconds + SESSION_SECONDS)
        self._folder = Path(os.environ["GGVD_RUNS_DIR"]) / record["Id"]

    def stop(self) -> bool:
        """Ask the run to end. False when it is over."""
        with self._changing:
            if self.record["JobRunState"] not in ("STARTING", "WAITING", "RUNNING"):
                return False
            self._set(JobRunState="STOPPING")
        self._stop.set_result(None)
        return True

    def run(self) -> None:
        if not self._take_slot():
            self._end("STOPPED")
            return
        try:
            self._folder.mkdir(parents=True)
            self._execute()
        except UnrunnableError as error:
            self._end("FAILED", str(error))
        except HostDiedError as error:
            self._end("ERROR", str(error))
        except Exception as error:
            log.exception("run %s", self.record["Id"])
            self._end("ERROR", f"{type(error).__name__}: {error}")
        finally:
            self._slots.release()
            shutil.rmtree(self._folder, ignore_errors=True)

    def _take_slot(self) -> bool:
        if not self._slots.acquire(blocking=False):
            self._set(JobRunState="WAITING")
            while not self._slots.acquire(timeout=0.05):
                if self._stop.done():
                    return False
        return True

    def _execute(self) -> None:
        worker = self._host.start(order(self.job, self.record, self._folder, self._who))
        pid = worker.pid.result()
        streams = LogStreams(clients.client_as("logs", self._who), self._folder, self.record["Id"])
        with self._changing:
            if self.record["JobRunState"] != "STOPPING":
                self._set(JobRunState="RUNNING")
        # the first to come: the worker's end, a stop, the time-out
        ends: set[Future[Any]] = {worker.exit_code, self._stop}
        wait(ends, timeout=self._seconds, return_when="FIRST_COMPLETED")
        finished = worker.exit_code.done()
        if not finished:
            self._kill(pid, worker.exit_code)
        streams.finish()
        if finished:
            self._judge(worker.exit_code.result())
        elif self._stop.done():
            self._end("STOPPED")
        else:
            self._end("TIMEOUT", f"Job run exceeded its time-out of {self.record['Timeout']} minutes")

    def _kill(self, pid: int, exit_code: Future[int]) -> None:
        for sent in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, sent)
            with contextlib.suppress(TimeoutError):
                exit_code.result(timeout=GRACE_SECONDS)
                return

    def _judge(self, code: int) -> None:
        if code == 0:
            self._end("SUCCEEDED")
        else:
            self._end("FAILED", self._reason(code))

    def _reason(self, code: int) -> str:
        """The exception that ended the script, or the last line that it printed to standard error."""
        for name in ("error", "stderr"):
            path = self._folder / name
            text = path.read_text(encoding="utf-8", errors="replace").strip() if path.exists() else ""
            if text:
                return text if name == "error" else text.splitlines()[-1]
        return f"Command failed with exit code {code}"

    def _set(self, **fields: Any) -> None:
        self.record.update(fields, LastModifiedOn=time.time())

    def _end(self, state: str, message: str = "") -> None:
        now = time.time()
        seconds = now - self.record["StartedOn"]
        dpus = DPUS.get(self.record["WorkerType"], 1.0) * self.record["NumberOfWorkers"]
        fields = {"CompletedOn": now, "ExecutionTime": round(seconds), "DPUSeconds": round(seconds * dpus, 3)}
        with self._changing:
            self._set(**fields, **({"ErrorMessage": message} if message else {}), JobRunState=state)
