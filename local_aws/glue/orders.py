"""What a worker is told: the job's script and packages, fetched into the run's folder, its arguments and its environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from local_aws import clients
from local_aws.credentials import Credentials
from local_aws.glue import arguments
from local_aws.glue.host import Order


class UnrunnableError(Exception):
    """The job's code could not be fetched, or asks for what is not here; the message is the run's ErrorMessage."""


def order(job: dict[str, Any], record: dict[str, Any], folder: Path, who: Credentials) -> Order:
    """The order for the run of `record`, whose `folder` exists, with the credentials of the job's role. Raises UnrunnableError."""
    given = arguments.merged(job, record["Arguments"])
    if refused := arguments.refusal(job, given):
        raise UnrunnableError(refused)
    s3 = clients.client_as("s3", who)
    script = _fetch(s3, job["Command"]["ScriptLocation"], folder)
    names = [name for name in given.get("--extra-py-files", "").split(",") if name]
    return Order(
        run_id=record["Id"],
        folder=str(folder),
        argv=arguments.script_argv(script, job["Name"], record["Id"], given),
        py_files=[_fetch(s3, name, folder) for name in names],
        environment=_environment(folder, who),
        engine=os.environ.get("GGVD_ENGINE", "sail"),
        conf=arguments.spark_conf(given),
    )


def _fetch(s3: Any, uri: str, folder: Path) -> str:
    bucket, key = clients.split(uri)
    path = folder / Path(key).name
    try:
        s3.download_file(bucket, key, str(path))
    except Exception as error:
        raise UnrunnableError(f"Could not read {uri}: {error}") from error
    return str(path)


def _environment(folder: Path, who: Credentials) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("HOME", "JAVA_TOOL_OPTIONS", "LANG", "PATH") if name in os.environ}
    # only errors: the last line of standard error is the reason of a failure, and the engine warns when it ends
    own = {"TZ": "UTC", "RUST_LOG": "error", "PYTHONUNBUFFERED": "1", "TMPDIR": str(folder)}
    return kept | own | clients.environment(who)
