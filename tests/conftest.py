"""Fixtures that several folders of tests share."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest


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
