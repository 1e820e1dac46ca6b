"""A local AWS and the sample sources of a benchmark's own, with the spec deployed, on free ports and in a folder that goes with it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ggvd_dagster.names import LOCAL_ACCOUNT, Names

TOKEN = "token-of-the-sample-sources"


@dataclass(frozen=True)
class Platform:
    """A running one: `sources` is the root of the sources' server, `variables` lead clients to the AWS."""

    names: Names
    sources: str
    variables: dict[str, str]

    @property
    def tmdb(self) -> str:
        return f"{self.sources}/3"

    @property
    def s3(self) -> Any:
        import boto3

        return boto3.client("s3")

    def health(self) -> dict[str, Any]:
        """Of the sources: how many requests of TMDB were answered and refused."""
        with urllib.request.urlopen(f"{self.sources}/health", timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
        return found


@contextmanager
def running(folder: Path, *, latency: float = 0, per_second: int = 40) -> Iterator[Platform]:
    """Start both, deploy, and set the variables of AWS clients until the block ends. `latency` in milliseconds."""
    port, sources_port = _free_port(), _free_port()
    kept = dict(os.environ)
    server = [sys.executable, "-m", "local_aws.server", "--port", str(port), "--state", str(folder / "aws")]
    source = [sys.executable, "-m", "local_aws.sources", "--port", str(sources_port), "--state", str(folder / "sources"), "--token", TOKEN]
    source += ["--latency", str(latency), "--requests-per-second", str(per_second)]
    started: list[subprocess.Popen[bytes]] = []
    try:
        for command in (server, source):
            started.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        _wait(f"http://127.0.0.1:{port}/_ministack/health")
        _wait(f"http://127.0.0.1:{sources_port}/health")
        yield _deployed(port, sources_port, folder)
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(timeout=30)
        os.environ.clear()
        os.environ.update(kept)


def _deployed(port: int, sources_port: int, folder: Path) -> Platform:
    from local_aws import deployer, launcher, sources

    variables = launcher._variables(folder, port)
    os.environ.update(variables)
    os.environ.pop("AWS_PROFILE", None)
    names = Names(variables["GGVD_ENV"], LOCAL_ACCOUNT)
    deployer.deploy(names, sources.urls(sources_port), TOKEN)
    return Platform(names, f"http://127.0.0.1:{sources_port}", variables)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str) -> None:
    for _ in range(600):
        with suppress(OSError), urllib.request.urlopen(url, timeout=2):
            return
        time.sleep(0.1)
    raise SystemExit(f"{url} does not answer")
