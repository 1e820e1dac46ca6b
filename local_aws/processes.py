"""The background processes: started detached with a log and a pid file, recognized when they already run, stopped politely, then not."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from local_aws.errors import PortBusyError, StartFailedError
from local_aws.fingerprint import ROOT

PATIENCE_SECONDS = 60.0
TICK = 0.02
DYING_SECONDS = 2.0


@dataclass
class Process:
    """A part of the local AWS that listens on `port`, which `option` chooses; its pid file and log lie in `state`."""

    name: str
    command: list[str]
    port: int
    state: Path
    option: str = "--port"

    def check(self) -> None:
        """Raise PortBusyError when a stranger listens on its port."""
        deadline = time.monotonic() + DYING_SECONDS  # of ours that was killed a moment ago, whose threads still hold its port
        while not self._runs() and listens(self.port):
            if time.monotonic() < deadline:
                time.sleep(TICK)
                continue
            raise PortBusyError(f"port {self.port} is used by another program: stop it, or choose another with {self.option}")

    def start(self) -> Process:
        """Start it unless ours listens already; ours on another port is stopped first."""
        if self._runs():
            return self
        if alive(self.state, self.name):
            stop(self.state, self.name)
        _end_orphans(self.state, self.name)
        self._log().parent.mkdir(parents=True, exist_ok=True)
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
        with self._log().open("wb") as log:
            process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.state,
                env={**os.environ, "PYTHONPATH": path},
                start_new_session=True,
            )
        _pid_file(self.state, self.name).write_text(f"{process.pid} {self.port} {_started(process.pid)}", encoding="utf-8")
        return self

    def wait(self) -> None:
        """Return as soon as it accepts connections. Raises StartFailedError with the end of its log when it ends or stays silent."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not listens(self.port):
            if not alive(self.state, self.name) or time.monotonic() > deadline:
                lines = self._log().read_text(encoding="utf-8", errors="replace").strip().splitlines()[-5:]
                raise StartFailedError(f"{self.name} did not start; {self._log()} ends with: {' | '.join(lines) or 'nothing'}")
            time.sleep(TICK)

    def _runs(self) -> bool:
        return bool(alive(self.state, self.name)) and _port_of(self.state, self.name) == self.port

    def _log(self) -> Path:
        return self.state / "logs" / f"{self.name}.log"


def which(state: Path, name: str) -> str:
    """Tells the process of a part from every other that was or will be; empty when there is none."""
    return _pid_file(state, name).read_text(encoding="utf-8") if alive(state, name) else ""


def serves(state: Path, name: str, port: int) -> bool:
    """Whether the part runs on `port` and accepts connections."""
    return bool(alive(state, name)) and _port_of(state, name) == port and listens(port)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def alive(state: Path, name: str) -> int | None:
    """The pid of the part when it runs; a pid that was given to another process since does not count."""
    with contextlib.suppress(FileNotFoundError, ValueError):
        pid, _, started = _pid_file(state, name).read_text(encoding="utf-8").split()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(int(pid), os.WNOHANG)  # one that we started ourselves stays a zombie otherwise
        if _started(int(pid)) == started:
            return int(pid)
    return None


def stop(state: Path, name: str) -> bool:
    """End the part and all that it started. False when it did not run."""
    pid = alive(state, name)
    if pid is None:
        _end_orphans(state, name)
        return False
    for sent, seconds in ((signal.SIGTERM, 15.0), (signal.SIGKILL, 5.0)):
        with contextlib.suppress(ProcessLookupError):
            (os.kill if sent is signal.SIGTERM else os.killpg)(pid, sent)
        deadline = time.monotonic() + seconds
        while alive(state, name) and time.monotonic() < deadline:
            time.sleep(TICK)
        if not alive(state, name):
            break
    _pid_file(state, name).unlink(missing_ok=True)
    return True


def _end_orphans(state: Path, name: str) -> None:
    """What a part that was killed had started, such as functions that run: they would work on beside those of the part that comes next."""
    with contextlib.suppress(OSError, ValueError):
        leader = int(_pid_file(state, name).read_text(encoding="utf-8").split()[0])
        if not _started(leader):  # a number that is a process again is none of ours
            os.killpg(leader, signal.SIGKILL)


def _pid_file(state: Path, name: str) -> Path:
    return state / f"{name}.pid"


def _port_of(state: Path, name: str) -> int:
    return int(_pid_file(state, name).read_text(encoding="utf-8").split()[1])


def _started(pid: int) -> str:
    """When a process began, as its system counts it; empty when there is none."""
    stat = Path(f"/proc/{pid}/stat")
    if stat.exists():
        fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        return "" if fields[0] == "Z" else fields[19]
    if Path("/proc").exists():
        return ""
    answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip().replace(" ", "_")
