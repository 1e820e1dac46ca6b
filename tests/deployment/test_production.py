"""The image's files and commands outside a container, on a real PostgreSQL: a run asked for in Dagit's API is stored there."""

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
from local_aws import launcher
from tests.conftest import free_port
from tests.deployment import image, postgresql

ROOT = Path(__file__).parents[2]
ASSET = ["bronze", "movielens_links"]
LAUNCH = """mutation($key: [String!]!) { launchRun(executionParams: {
  selector: {repositoryLocationName: "ggvd", repositoryName: "__repository__", jobName: "__ASSET_JOB",
             assetSelection: [{path: $key}], assetCheckSelection: null}}) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } ... on RunConfigValidationInvalid { errors { message } } } }"""
STATUS = "query($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
LOCATIONS = """{ workspaceOrError { ... on Workspace { locationEntries { name loadStatus
  locationOrLoadError { __typename ... on PythonError { message } } } } } }"""


@pytest.fixture(scope="module")
def database():
    with postgresql.running() as server:
        yield server


@pytest.fixture(scope="module")
def aws(tmp_path_factory):
    """The local AWS with the spec deployed, as its variables."""
    state = tmp_path_factory.mktemp("aws")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TMDB_TOKEN", raising=False)
        try:
            yield launcher.up(state, free_port(), free_port()).environment
        finally:
            launcher.down(state)


class Production:
    """The three services of compose.yaml as processes, on free ports."""

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
            "PGSSLMODE": "require",  # what Terraform says
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

    def until(self, condition, what, seconds=90):
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


@pytest.fixture(scope="module")
def production(tmp_path_factory, database, aws):
    made = Production(tmp_path_factory.mktemp("image"), database, aws)
    try:
        for name in ("code", "webserver", "daemon"):
            made.start(name)
        for name in ("code", "webserver"):
            made.until_healthy(name)
        yield made
    finally:
        made.stop()


def test_the_webserver_has_the_code_over_grpc(production):
    (entry,) = production.ask(LOCATIONS)["workspaceOrError"]["locationEntries"]
    assert entry["name"] == "ggvd"
    assert entry["locationOrLoadError"]["__typename"] == "RepositoryLocation", entry


def test_a_run_is_launched_through_the_api_and_stored_in_postgresql(production, database):
    launched = production.ask(LAUNCH, key=ASSET)["launchRun"]
    assert launched["__typename"] == "LaunchRunSuccess", launched
    run = launched["run"]["runId"]
    ended = {"SUCCESS", "FAILURE", "CANCELED"}
    state = production.until(lambda: (s := production.ask(STATUS, id=run)["runOrError"]["status"]) in ended and s, "the run ends")
    events = database.rows("SELECT dagster_event_type, event FROM event_logs WHERE run_id = %s ORDER BY id", run)
    assert state == "SUCCESS", [event for kind, event in events if kind and "FAILURE" in kind]
    assert database.rows("SELECT status, pipeline_name FROM runs WHERE run_id = %s", run) == [("SUCCESS", "__ASSET_JOB")]
    kinds = [kind for kind, _ in events]
    # the daemon took it from the queue, and the asset was materialized by it
    assert {"PIPELINE_ENQUEUED", "PIPELINE_STARTING", "ASSET_MATERIALIZATION", "PIPELINE_SUCCESS"} <= set(kinds)
    assert not list((production.folder / "opt/dagster").rglob("*.db"))


def test_the_daemons_are_alive_and_their_heartbeats_are_in_postgresql(production, database):
    production.until_healthy("daemon")
    daemons = {name for (name,) in database.rows("SELECT daemon_type FROM daemon_heartbeats")}
    assert {"QUEUED_RUN_COORDINATOR", "SENSOR", "SCHEDULER", "MONITORING"} <= daemons


def test_connections_are_encrypted(production, database):
    used = database.rows(
        "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE datname = 'dagster' AND pid <> pg_backend_pid()"
    )
    assert used == [(True,)]
