"""`python -m local_aws up|down|status`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from local_aws import launcher


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local_aws", description="The AWS of a laptop.")
    parser.add_argument("action", choices=["up", "down", "status"])
    parser.add_argument("--state-dir", type=Path, default=Path(".ggvd"))
    parser.add_argument("--port", type=int, default=4566)
    parser.add_argument("--sources-port", type=int, default=4577)
    options = parser.parse_args()
    try:
        return _act(options)
    except launcher.LauncherError as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _act(options: argparse.Namespace) -> int:
    if options.action == "up":
        running = launcher.up(options.state_dir, options.port, options.sources_port)
        sys.stdout.write(f"{running.endpoint} is up, {len(running.changes)} change(s) deployed\n")
    elif options.action == "down":
        sys.stdout.write("stopped\n" if launcher.down(options.state_dir) else "nothing ran\n")
    else:
        for name, pid in launcher.status(options.state_dir).items():
            sys.stdout.write(f"{name}: {f'runs as {pid}' if pid else 'does not run'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
