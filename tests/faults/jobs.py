"""Jobs in processes that a test can kill, forked from the local AWS's own preloaded process; they meet S3 where the test says."""

import itertools
import os
import uuid
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from ggvd_dagster import job_arguments
from local_aws.glue.arguments import spark_conf
from local_aws.glue.host import Host, Order

ROOT = Path(__file__).parents[2]


@dataclass
class Ended:
    """How a job ended: its exit code (negative: the signal that ended it), and what it wrote to its two streams."""

    code: int
    output: str
    error: str


@dataclass
class Jobs:
    """Runs the platform's jobs; `folder` keeps what they print."""

    host: Host
    folder: Path
    numbers: itertools.count = field(default_factory=itertools.count)

    def start(self, names, table, endpoint, *, engine="sail", script=None, zone="UTC", **extra):
        """Start the job of `table` on a machine of time zone `zone`. Returns its worker (`pid` and `exit_code` to come) and its folder."""
        place = self.folder / f"{next(self.numbers):03}-{table.replace('/', '-')}"
        place.mkdir()
        given = job_arguments.defaults(names, table) | {f"--{name}": value for name, value in extra.items()}
        program = script or str(ROOT / "glue_scripts" / f"{table}.py")
        order = Order(
            run_id=uuid.uuid4().hex,
            folder=str(place),
            argv=[program, *(part for pair in given.items() for part in pair)],
            py_files=[str(ROOT)],
            environment=_environment(endpoint, place, zone),
            engine=engine,
            conf=spark_conf(given),
        )
        return self.host.start(order), place

    def wait(self, started, seconds=120) -> Ended:
        worker, place = started
        code = worker.exit_code.result(timeout=seconds)
        streams = ((place / name).read_text(errors="replace") if (place / name).exists() else "" for name in ("stdout", "stderr"))
        return Ended(code, *streams)

    def run(self, names, table, endpoint, **extra) -> Ended:
        return self.wait(self.start(names, table, endpoint, **extra))


def pid_of(holder: Future, started):
    """Let a rule that was made before its job know the job's process."""
    started[0].pid.add_done_callback(lambda pid: holder.set_result(pid.result()))
    return started


def _environment(endpoint, place, zone):
    kept = {name: os.environ[name] for name in ("HOME", "JAVA_TOOL_OPTIONS", "LANG", "PATH") if name in os.environ}
    return kept | {
        "TZ": zone,
        "RUST_LOG": "error",
        "PYTHONUNBUFFERED": "1",
        "TMPDIR": str(place),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ALLOW_HTTP": "true",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
