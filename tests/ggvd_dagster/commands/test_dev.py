"""`ggvd dev` on a machine where nothing has run yet."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import pytest
import requests

from ggvd_dagster.commands import dagster_home
from ggvd_dagster.errors import GgvdError
from tests.conftest import free_port

ROOT = Path(__file__).parents[3]
LOADED = "{ workspaceOrError { ... on Workspace { locationEntries { name locationOrLoadError { __typename } } } } }"


@contextlib.contextmanager
def dev(home, folder):
    """The address of `ggvd dev`, started in `folder`; its log is there."""
    port = free_port()
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), "DAGSTER_HOME": str(home)}
    command = [sys.executable, "-c", f"from ggvd_dagster.commands import dev; dev.run({port})"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def locations(process, address):
    """Code locations as Dagit has them; None while it does not answer yet."""
    assert process.poll() is None, "it ended"
    with contextlib.suppress(requests.RequestException):
        answer = requests.post(f"{address}/graphql", json={"query": LOADED}, timeout=30).json()
        return answer["data"]["workspaceOrError"]["locationEntries"]
    return None


@pytest.mark.timeout(200)
def test_the_first_thing_that_is_run_may_be_the_control_room(tmp_path):
    home, deadline = tmp_path / "not" / "there" / "yet", time.monotonic() + 150
    with dev(home, tmp_path) as (process, address):
        while not (found := locations(process, address)):
            assert time.monotonic() < deadline, (tmp_path / "log").read_text()[-2000:]
            time.sleep(0.2)
    assert found == [{"name": "ggvd", "locationOrLoadError": {"__typename": "RepositoryLocation"}}]
    with dg.DagsterInstance.from_config(str(home)) as instance:  # with the local settings
        assert instance.get_concurrency_config().pool_config.default_pool_limit == 1


def test_settings_that_are_there_stay(tmp_path, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    (tmp_path / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    dagster_home.prepared("at all")
    assert (tmp_path / "dagster.yaml").read_text() == "telemetry: {enabled: false}\n"


def test_without_an_instance_it_is_said(monkeypatch):
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    with pytest.raises(GgvdError, match="DAGSTER_HOME is not set: there is no Dagster instance to show"):
        dagster_home.prepared("to show")
