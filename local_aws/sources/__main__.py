"""Build the archives once, then serve them with the sample TMDB."""

import argparse
import shutil
import socket
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError
from pathlib import Path

from local_aws.sources.archives import digest


def prepare(state: Path) -> Path | None:
    """The folder of built archives; built in a process of its own, so that the server never holds pandas. None: that said why it failed."""
    folder = state / digest()
    if not folder.is_dir():
        state.mkdir(parents=True, exist_ok=True)
        work = tempfile.mkdtemp(dir=state)
        try:
            if subprocess.run([sys.executable, "-m", "local_aws.sources.archives", work], check=False).returncode:
                return None
            if not folder.is_dir():
                Path(work).rename(folder)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return folder


def main() -> int:
    parser = argparse.ArgumentParser(prog="local_aws.sources")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--token", default="sample-token")
    parser.add_argument("--requests-per-second", type=int, default=40, help="a client; 0 is no limit")
    parser.add_argument("--latency", type=float, default=0, help="milliseconds")
    options = parser.parse_args()
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", options.port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        sys.stderr.write(f"cannot listen on port {options.port}: {error}; choose another --port\n")
        return 2
    try:
        folder = prepare(options.state)
    except OSError as error:
        sys.stderr.write(f"cannot write the state directory {options.state}: {error}; choose another --state\n")
        return 2
    except PackageNotFoundError as error:
        sys.stderr.write(f"the sample sources need the package {error.name}: install the extra `local`\n")
        return 2
    if folder is None:
        return 2
    import uvicorn

    from local_aws.sources.app import application

    app = application(folder, options.token, options.requests_per_second, options.latency)
    uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run(sockets=[listener])
    return 0


if __name__ == "__main__":
    sys.exit(main())
