"""Fixtures that several folders of tests share."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest


def pytest_addoption(parser):
    default = int(os.environ.get("GGVD_FAULT_SEED", "1"))
    parser.addoption("--fault-seed", dest="fault_seed", type=int, default=default, help="what tests/faults choose their faults by")


def pytest_report_header(config):
    return f"fault seed: {config.getoption('fault_seed')}"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def aws_endpoint(tmp_path_factory):
    """An empty AWS of its own for this test session, as the environment variables that every client honours."""
    port, state = free_port(), tmp_path_factory.mktemp("aws")
    environment = {**os.environ, "GATEWAY_PORT": str(port), "STATE_DIR": str(state), "TMPDIR": str(state), "LOG_LEVEL": "ERROR"}
    environment.pop("AWS_ENDPOINT_URL", None)
    command = [sys.executable, "-m", "hypercorn", "--bind", f"127.0.0.1:{port}", "--log-level", "error", "ministack.app:app"]
    with (state / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    endpoint = f"http://127.0.0.1:{port}"
    try:
        wait_until_healthy(endpoint, process, state / "log")
        with pytest.MonkeyPatch.context() as patch:
            for name, value in {
                "AWS_ENDPOINT_URL": endpoint,
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_DEFAULT_REGION": "us-east-1",
            }.items():
                patch.setenv(name, value)
            yield endpoint
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="session")
def local_aws(tmp_path_factory):
    """A running local AWS, empty, whose Glue minute is a second. Gives the variables that every client honours."""
    with running_aws(tmp_path_factory.mktemp("local-aws"), GGVD_GLUE_MINUTE="1") as environment:
        yield environment


@pytest.fixture(autouse=True)
def aws_of_the_test(request, monkeypatch):
    """Several AWS run in one session; the clients of a test talk to the one that it asks for, not to the one that started last."""
    if "local_aws" in request.fixturenames:
        monkeypatch.setenv("AWS_ENDPOINT_URL", request.getfixturevalue("local_aws")["AWS_ENDPOINT_URL"])
    elif "aws_endpoint" in request.fixturenames:
        monkeypatch.setenv("AWS_ENDPOINT_URL", request.getfixturevalue("aws_endpoint"))


@contextlib.contextmanager
def running_aws(state, port=None, **settings):
    """The server process of the local AWS on `state`; its variables are set while it runs."""
    port = port or free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | settings
    environment["PYTHONPATH"] = str(Path(__file__).parents[1])
    command = [sys.executable, "-m", "local_aws.server", "--port", str(port), "--state", str(state)]
    state.mkdir(exist_ok=True)
    with (state / "log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    variables = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ALLOW_HTTP": "true",
    }
    try:
        wait_until_healthy(variables["AWS_ENDPOINT_URL"], process, state / "log")
        with pytest.MonkeyPatch.context() as patch:
            for name, value in variables.items():
                patch.setenv(name, value)
            yield {**variables, "pid": process.pid}
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_until_healthy(endpoint, process, log):
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"the local AWS did not start: {log.read_text()[-2000:]}")
