"""Starts, finds and stops the local AWS and the sample sources, and deploys the spec to it. All state lies in one folder."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from local_aws import disk, locks, processes
from local_aws.errors import LauncherError, NotRunningError, PortBusyError, StartFailedError
from local_aws.fingerprint import fingerprint
from local_aws.processes import Process

__all__ = ["LauncherError", "NotRunningError", "PortBusyError", "Running", "StartFailedError", "down", "environment", "status", "up"]

LOCAL_TOKEN = "token-of-the-sample-sources"  # noqa: S105 (opens nothing but the sample sources)
ACCOUNT = "000000000000"


@dataclass(frozen=True)
class Running:
    """A local AWS that answers: its addresses, the variables that lead to it, and what this call deployed (empty: nothing changed)."""

    endpoint: str
    sources: str
    environment: dict[str, str]
    changes: list[str]


def up(state_dir: Path = Path(".ggvd"), port: int = 4566, sources_port: int = 4577) -> Running:
    """Start what does not run yet, deploy what changed, and write `<state_dir>/env`.

    Of two calls at once, the second finds what the first has started. Raises PortBusyError when a stranger listens on one of the ports,
    StartFailedError when a process does not come up, LauncherError when the disk is full.
    """
    state = state_dir.resolve()
    state.mkdir(parents=True, exist_ok=True)
    disk.check(state)
    with locks.alone(state, port, sources_port):
        return _up(state, port, sources_port, os.environ.get("TMDB_TOKEN", ""))


def _up(state: Path, port: int, sources_port: int, token: str) -> Running:
    if found := _found(state, port, sources_port, token):
        return found
    wanted = _processes(state, port, sources_port)
    for process in wanted:
        process.check()  # before any is started, so that a busy port leaves nothing behind
    for process in wanted:
        process.start()
    for process in wanted:
        process.wait()
    variables = _variables(state, port)
    _write(state / "env", "".join(f"{name}={value}\n" for name, value in variables.items()))
    changes = _deploy(state, variables, token, sources_port)
    return Running(variables["AWS_ENDPOINT_URL"], f"http://127.0.0.1:{sources_port}", variables, changes)


def _found(state: Path, port: int, sources_port: int, token: str) -> Running | None:
    """What runs already with the same ports and the same code deployed; nothing heavy is imported to find out."""
    deployed = state / "deployed"
    running = all(processes.serves(state, name, at) for name, at in (("aws", port), ("sources", sources_port)))
    if not running or not deployed.is_file() or not (state / "env").is_file():
        return None
    variables = environment(state)
    if deployed.read_text(encoding="utf-8") != _wanted(state, variables, token, sources_port):
        return None
    return Running(variables["AWS_ENDPOINT_URL"], f"http://127.0.0.1:{sources_port}", variables, [])


def down(state_dir: Path = Path(".ggvd")) -> bool:
    """Stop both processes; their state stays. False when none ran."""
    return bool(sum(processes.stop(state_dir.resolve(), name) for name in ("sources", "aws")))


def status(state_dir: Path = Path(".ggvd")) -> dict[str, int | None]:
    """The process id of each part, None where it does not run."""
    return {name: processes.alive(state_dir.resolve(), name) for name in ("aws", "sources")}


def environment(state_dir: Path = Path(".ggvd")) -> dict[str, str]:
    """The variables that `up` wrote. Raises NotRunningError when it never ran here."""
    file = state_dir / "env"
    if not file.is_file():
        raise NotRunningError(f"there is no local AWS in {state_dir}: start one with `python -m local_aws up`")
    return dict(line.split("=", 1) for line in file.read_text(encoding="utf-8").splitlines() if "=" in line)


def _processes(state: Path, port: int, sources_port: int) -> list[Process]:
    from local_aws import sources

    token = os.environ.get("TMDB_TOKEN") or LOCAL_TOKEN
    server = [sys.executable, "-m", "local_aws.server", "--port", str(port), "--state", str(state / "aws")]
    return [
        Process("aws", server, port, state),
        Process("sources", sources.command(sources_port, str(state / "sources"), token), sources_port, state, "--sources-port"),
    ]


def _variables(state: Path, port: int) -> dict[str, str]:
    from ggvd_dagster import spec

    region = spec.load().region
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_ALLOW_HTTP": "true",
        "AWS_EC2_METADATA_DISABLED": "true",
        "GGVD_ENV": "dev",
        "GGVD_ACCOUNT_ID": ACCOUNT,
        "DAGSTER_HOME": str(state / "dagster"),
    }


def _deploy(state: Path, variables: dict[str, str], token: str, sources_port: int) -> list[str]:
    """Deploy unless the same code, spec and addresses were deployed to the server that runs."""
    file = state / "deployed"
    wanted = _wanted(state, variables, token, sources_port)
    if file.is_file() and file.read_text(encoding="utf-8") == wanted:
        return []
    from ggvd_dagster.names import Names
    from local_aws import deployer, sources

    kept = dict(os.environ)
    os.environ.update(variables)
    os.environ.pop("AWS_PROFILE", None)
    try:
        names = Names(variables["GGVD_ENV"], variables["GGVD_ACCOUNT_ID"])
        # with a token of its own, a person wants the real sources at the spec's addresses
        changes = deployer.deploy(names, {} if token else sources.urls(sources_port), token or LOCAL_TOKEN)
    finally:
        os.environ.clear()
        os.environ.update(kept)
    _write(file, wanted)
    return changes


def _wanted(state: Path, variables: dict[str, str], token: str, sources_port: int) -> str:
    """What `deployed` says when nothing is to be done. Of a server that was killed since, part of the deployment may be lost."""
    return fingerprint(variables["AWS_ENDPOINT_URL"], str(sources_port), token, processes.which(state, "aws"))


def _write(file: Path, text: str) -> None:
    part = file.with_name(f"{file.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(file)
