"""The one place that knows that a laptop's AWS exists: start it, stop it, or find the one that runs."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ggvd_dagster.commands.terminal import console
from ggvd_dagster.errors import GgvdError

# Any of these says that the person has chosen an AWS already.
CHOSEN = ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")


def state_dir() -> Path:
    """Where the local AWS and Dagster keep their state: GGVD_HOME, or .ggvd in the current folder."""
    return Path(os.environ.get("GGVD_HOME", ".ggvd")).resolve()


def up(port: int, sources_port: int) -> None:
    """Start the local AWS, deploy to it, and use it in this process. Raises GgvdError when a port is busy."""
    launcher = _launcher()
    with console.status("Starting the local AWS ..."):
        try:
            launcher.up(state_dir(), port=port, sources_port=sources_port)
        except launcher.LauncherError as error:
            raise GgvdError(str(error)) from error
    os.environ.update(launcher.environment(state_dir()))


def down() -> None:
    stopped = _launcher().down(state_dir())
    console.print("The local AWS is stopped." if stopped else "The local AWS was not running.")


def say_where() -> None:
    console.print(f"The local AWS answers at {os.environ['AWS_ENDPOINT_URL']}. Its state is in {state_dir()}.", markup=False)
    console.print("Next: [bold]ggvd demo[/] runs everything, [bold]ggvd dev[/] opens Dagit, [bold]ggvd down[/] stops it.")


def use() -> None:
    """Use the AWS that the environment names, else the local AWS that `up` started. Raises GgvdError when there is none."""
    if not any(os.environ.get(name) for name in CHOSEN):
        file = state_dir() / "env"
        if not file.is_file():
            raise GgvdError("no AWS to talk to: start the local one with `ggvd up`, or set AWS_PROFILE and GGVD_ENV for an account")
        os.environ.update(_launcher().environment(state_dir()))
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    if endpoint and not answers(endpoint):
        raise GgvdError(f"the AWS at {endpoint} does not answer: start the local one with `ggvd up`")


def answers(endpoint: str) -> bool:
    address = urlsplit(endpoint)
    try:
        with socket.create_connection((address.hostname or "", address.port or 443), timeout=2):
            return True
    except OSError:
        return False


def _launcher() -> Any:
    try:
        from local_aws import launcher
    except ModuleNotFoundError as error:
        raise GgvdError(f"the local AWS is not installed ({error.name} is missing): run `make init`") from error
    return launcher
