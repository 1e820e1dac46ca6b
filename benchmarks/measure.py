"""A command in a process group of its own: how long it takes and the memory of it and all that it starts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
SECONDS_BETWEEN = 0.25


@dataclass(frozen=True)
class Measured:
    """Wall and processor seconds, of it and all that it waited for; peak proportional memory in bytes; what it printed.

    A page that n processes share counts 1/n for each.
    """

    seconds: float
    processor: float
    peak: int
    output: str


class Failed(RuntimeError):  # noqa: N818 (it is a state of the command)
    """A measured command ended with another code than 0; the message has the end of its output."""


class _Watch(threading.Thread):
    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak, self.processor, self.done, self._root = 0, 0.0, threading.Event(), psutil.Process(pid)

    def run(self) -> None:
        while not self.done.wait(SECONDS_BETWEEN):
            self.peak, self.processor = max(self.peak, self._now()), max(self.processor, self._worked())

    def _now(self) -> int:
        try:
            return sum(map(_proportional, [self._root, *self._root.children(recursive=True)]))
        except psutil.Error:
            return 0

    def _worked(self) -> float:
        """Processor seconds of the processes that run now: those of a JVM that its parent does not wait for are in no `wait4`."""
        try:
            times = [process.cpu_times() for process in [self._root, *self._root.children(recursive=True)]]
        except psutil.Error:
            return 0.0
        return sum(time.user + time.system + time.children_user + time.children_system for time in times)


def _proportional(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except (psutil.Error, AttributeError):
        return 0


def command(arguments: list[str], log: Path, environment: dict[str, str] | None = None) -> Measured:
    """Run it to its end. Raises Failed."""
    log.parent.mkdir(parents=True, exist_ok=True)
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("SPARK_", "AWS_"))}
    with log.open("wb") as output:
        began = time.monotonic()
        process = subprocess.Popen(
            arguments, stdout=output, stderr=subprocess.STDOUT, cwd=ROOT, env=variables | (environment or {}), start_new_session=True
        )
        watch = _Watch(process.pid)
        watch.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = code = os.waitstatus_to_exitcode(status)
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
        seconds = time.monotonic() - began
        watch.done.set()
        watch.join()
    said = log.read_text(errors="replace")
    if code:
        raise Failed(f"{' '.join(arguments)} ended with {code}:\n{said[-3000:]}")
    processor = max(usage.ru_utime + usage.ru_stime, watch.processor)
    return Measured(round(seconds, 3), round(processor, 3), watch.peak, said)


def module(name: str, *arguments: str, log: Path, environment: dict[str, str] | None = None) -> Measured:
    """`python -m name arguments`."""
    return command([sys.executable, "-m", name, *arguments], log, environment)
