"""The three services of compose.yaml as processes, without containers: the image's files, commands and health checks."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
import yaml

from tests.conftest import free_port
from tests.deployment import image, postgresql

ROOT = Path(__file__).parents[2]
IMAGE = "000000000000.dkr.ecr.us-east-1.amazonaws.com/ggvd-dev-dagster:0.1.0"


class Production:
    """The files that the image would hold, in `folder`, and the services that were started on free ports."""

    def __init__(self, folder, database, aws):
        self.folder, self.processes = folder, {}
        self.ports = {"3000": free_port(), "4000": free_port(), "5432": database.port}
        image.copy_to(folder)
        for file in ("opt/dagster/container/dagster.yaml", "opt/ggvd/workspace.yaml"):
            self._put_ports(folder / file)
        self.services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        kept = {"PATH": path, "HOME": str(folder), "PYTHONPATH": str(folder / "opt/ggvd"), "PYTHONUNBUFFERED": "1"}
        self.environment = kept | aws | self._told()

    def _told(self):
        told = {name: value for name, value in self.services["code"]["environment"].items() if value and not value.startswith("$")}
        return told | {
            "DAGSTER_HOME": f"{self.folder}{told['DAGSTER_HOME']}",
            "DAGSTER_POSTGRES_HOST": "127.0.0.1",
            "DAGSTER_CODE_LOCATION": "127.0.0.1",
            "DAGSTER_POSTGRES_PASSWORD": postgresql.PASSWORD,
            "PGSSLMODE": "require",  # these two as Terraform says them
            "DAGSTER_CURRENT_IMAGE": IMAGE,
        }

    def _put_ports(self, file):
        text = file.read_text(encoding="utf-8")
        for known, free in self.ports.items():
            text = text.replace(f"port: {known}", f"port: {free}")
        file.write_text(text, encoding="utf-8")

    def _here(self, command):
        words = {"0.0.0.0": "127.0.0.1", **{known: str(free) for known, free in self.ports.items()}}
        return [words.get(word, word.replace(":3000/", f":{self.ports['3000']}/")) for word in command]

    def start(self, name):
        with (self.folder / f"{name}.log").open("wb") as log:
            command = self._here(self.services[name]["command"])
            self.processes[name] = subprocess.Popen(
                command, cwd=self.folder / "opt/ggvd", env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def healthy(self, name):
        """Whether the service's own health check in compose.yaml passes."""
        command = self._here(self.services[name]["healthcheck"]["test"][1:])
        return subprocess.run(command, cwd=self.folder / "opt/ggvd", env=self.environment, capture_output=True).returncode == 0

    def until_healthy(self, name):
        self.until(lambda: self.healthy(name), f"{name} is healthy")

    def until(self, condition, what, seconds=150):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for name, process in self.processes.items():
                assert process.poll() is None, f"{name} ended: {(self.folder / f'{name}.log').read_text()[-3000:]}"
            if answer := condition():
                return answer
            time.sleep(0.3)
        logs = "\n".join(f"{file.name}: {file.read_text()[-2000:]}" for file in self.folder.glob("*.log"))
        return pytest.fail(f"not within {seconds} s: {what}\n{logs}")

    def ask(self, query, **variables):
        body = {"query": query, "variables": variables}
        answer = requests.post(f"http://127.0.0.1:{self.ports['3000']}/graphql", json=body, timeout=60).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def stop(self):
        for name in ("daemon", "webserver", "code"):
            if process := self.processes.get(name):
                process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=20)
            with contextlib.suppress(ProcessLookupError):  # what a run started, too
                os.killpg(process.pid, signal.SIGKILL)
