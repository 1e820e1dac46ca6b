"""`ggvd dev`: Dagit and the daemon, on localhost, over the AWS that the environment names."""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path

from ggvd_dagster.commands import dagster_home
from ggvd_dagster.errors import GgvdError

WORKSPACE = Path(__file__).parents[2] / "workspace.yaml"
HOST = "127.0.0.1"  # Dagit has no login of its own, so it is not shown to the network


def check_port(port: int) -> None:
    """Raise GgvdError when something else listens on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex((HOST, port)) == 0:
            raise GgvdError(f"port {port} is busy: stop what listens there, or choose another with --dagit-port")


def run(port: int) -> None:
    """Become Dagster's own development server; it ends with Ctrl-C, and with SIGTERM also where a script started it in the background."""
    dagster_home.prepared("to show")
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # shells have background work ignore it, and Dagster does with SIGTERM as with SIGINT
    # without the notice that `dg dev` will take this command's place
    command = [sys.executable, "-W", "ignore", "-m", "dagster", "dev", "-w", str(WORKSPACE), "-h", HOST, "-p", str(port)]
    os.execv(sys.executable, command)  # noqa: S606  the arguments are a list, no shell reads them
