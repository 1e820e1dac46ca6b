"""Dagit and its daemon as processes over a deployed platform, ended by their process groups."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import pytest
import requests

from tests.conftest import free_port

ROOT = Path(__file__).parents[2]
WORKSPACE = ["-w", str(ROOT / "workspace.yaml")]
INSTANCE = ROOT / "ggvd_dagster/instance/dagster.yaml"


@contextlib.contextmanager
def running(home, folder):
    """The address of Dagit over the instance at `home`; logs go to `folder`."""
    shutil.copyfile(INSTANCE, home / "dagster.yaml")
    dg.DagsterInstance.from_config(str(home)).dispose()  # makes the tables of its storage: two processes that do so at once fail
    port = free_port()
    webserver = ["-m", "dagster_webserver", *WORKSPACE, "-h", "127.0.0.1", "-p", str(port)]
    daemon = [str(Path(__file__).with_name("hasty_daemon.py")), "run", *WORKSPACE]
    with contextlib.ExitStack() as stack:
        processes = [
            stack.enter_context(_process(command, folder / f"{name}.log"))
            for name, command in (("webserver", webserver), ("daemon", daemon))
        ]
        address = f"http://127.0.0.1:{port}"
        _wait_until_ready(address, processes, folder)
        yield address


@contextlib.contextmanager
def _process(command, log):
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
        with contextlib.suppress(ProcessLookupError):  # what it started, too
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_until_ready(address, processes, folder):
    """Dagit answers once it has loaded the code location."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and all(process.poll() is None for process in processes):
        with contextlib.suppress(requests.RequestException):
            if requests.get(f"{address}/server_info", timeout=5).ok:
                return
        time.sleep(0.2)
    pytest.fail("\n".join(f"{log.name}: {log.read_text()[-2000:]}" for log in folder.glob("*.log")))
