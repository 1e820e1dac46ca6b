"""The server process: sets the emulator's environment, then serves the application.

Started by the launcher, or by hand: `python -m local_aws.server --port 4566 --state .ggvd/aws`.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
from pathlib import Path
from typing import Any


def environment(port: int, state: Path) -> dict[str, str]:
    """What the emulator reads at import: where it listens, where its state lies, which of its listeners stay off."""
    return {
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "127.0.0.1",
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state / "s3"),
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state / "services"),
        "GGVD_RUNS_DIR": str(state / "runs"),
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
    }


DEFAULTS = {
    "GGVD_GLUE_SLOTS": "2",
    "GGVD_GLUE_MINUTE": "60",
    "LOG_LEVEL": "WARNING",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=4566)
    parser.add_argument("--state", type=Path, default=Path(".ggvd/aws"))
    options = parser.parse_args()
    os.environ.update(environment(options.port, options.state.resolve()))
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    serve(options.port)


def serve(port: int) -> None:
    from hypercorn.asyncio import serve as hypercorn_serve
    from hypercorn.config import Config

    from local_aws import connections
    from local_aws.app import LocalAws

    connections.install()
    application: Any = LocalAws()
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.keep_alive_timeout = 75
    config.loglevel = os.environ["LOG_LEVEL"]
    logging.getLogger("hypercorn.error").setLevel(logging.WARNING)
    asyncio.run(hypercorn_serve(application, config))


if __name__ == "__main__":
    main()
