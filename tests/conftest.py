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


SESSION_AWS = {}  # the variables that lead to `local_aws` while it runs


@pytest.fixture(scope="session")
def local_aws(tmp_path_factory):
    """A running local AWS, one for the session, whose Glue minute is a second. Gives the variables that every client honours."""
    with running_aws(tmp_path_factory.mktemp("local-aws"), GGVD_GLUE_MINUTE="1") as environment:
        SESSION_AWS.update({name: value for name, value in environment.items() if name.startswith("AWS_")})
        yield environment
        SESSION_AWS.clear()


@pytest.fixture(scope="session")
def aws_endpoint(local_aws):
    """Its address."""
    return local_aws["AWS_ENDPOINT_URL"]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Several AWS run in one session: fixtures and test talk to the one that the test asks for, not to the one that started last."""
    if "local_aws" in item.fixturenames:
        os.environ.update(SESSION_AWS)


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
