"""What a job prints, sent to CloudWatch Logs while it runs: stdout to /aws-glue/jobs/output, stderr to /aws-glue/jobs/error."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path
from typing import Any

GROUPS = {"stdout": "/aws-glue/jobs/output", "stderr": "/aws-glue/jobs/error"}
SECONDS_BETWEEN_READS = 0.25
LINE_LIMIT = 200_000  # CloudWatch takes 256 KB an event
BATCH = 500
log = logging.getLogger(__name__)


class LogStreams:
    """Follows the output files of one run; streams bear the run's id. `finish` sends what is left."""

    def __init__(self, logs: Any, folder: Path, run_id: str) -> None:
        self._logs, self._folder, self._run_id = logs, folder, run_id
        self._offsets = dict.fromkeys(GROUPS, 0)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True, name=f"logs-{run_id[:8]}")
        self._thread.start()

    def finish(self) -> None:
        self._done.set()
        self._thread.join(timeout=30)

    def _follow(self) -> None:
        try:
            for group in GROUPS.values():
                self._create(group)
            while not self._done.wait(SECONDS_BETWEEN_READS):
                self._send(final=False)
            self._send(final=True)
        except Exception:
            log.exception("logs of %s were not sent", self._run_id)

    def _create(self, group: str) -> None:
        exists = self._logs.exceptions.ResourceAlreadyExistsException
        for create, names in (
            (self._logs.create_log_group, {"logGroupName": group}),
            (self._logs.create_log_stream, {"logGroupName": group, "logStreamName": self._run_id}),
        ):
            try:
                create(**names)
            except exists:
                continue

    def _send(self, *, final: bool) -> None:
        for name, group in GROUPS.items():
            lines = self._new_lines(name, final=final)
            now = int(time.time() * 1000)
            for start in range(0, len(lines), BATCH):
                events = [{"timestamp": now, "message": line[:LINE_LIMIT]} for line in lines[start : start + BATCH]]
                self._logs.put_log_events(logGroupName=group, logStreamName=self._run_id, logEvents=events)

    def _new_lines(self, name: str, *, final: bool) -> list[str]:
        path = self._folder / name
        if not path.exists():
            return []
        with path.open("rb") as file:
            file.seek(self._offsets[name])
            data = file.read()
        if not final:
            data = data[: data.rfind(b"\n") + 1]
        self._offsets[name] += len(data)
        return [line for line in data.decode(errors="replace").splitlines() if line]
