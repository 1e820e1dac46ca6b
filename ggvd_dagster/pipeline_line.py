"""One line of the pipeline: Dagster runs one after the other, in this process. `python -m ggvd_dagster.pipeline_line JOB ...`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import dagster as dg

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
PROCESS_TAG = ".dagster/ggvd_process"  # Dagit shows no tags under .dagster/


@dataclass
class Job:
    """One Dagster run, for these partitions (consecutive) if it has any."""

    name: str
    keys: Sequence[str] = ()
    run_id: str = field(default_factory=lambda: dg.DagsterRun(job_name="").run_id)

    def as_argument(self) -> str:
        return json.dumps(asdict(self))

    def execute(self, instance: dg.DagsterInstance) -> bool:
        """Whether the run succeeded; its events say the rest."""
        from ggvd_dagster.definitions import defs

        tags = {PROCESS_TAG: this_process()}
        if self.keys:
            tags |= {"dagster/asset_partition_range_start": self.keys[0], "dagster/asset_partition_range_end": self.keys[-1]}
        job = defs.resolve_job_def(self.name)
        return job.execute_in_process(instance=instance, run_id=self.run_id, tags=tags, run_config=QUIET, raise_on_error=False).success


def this_process() -> str:
    """Names this process for good: its id alone is given again to others."""
    return f"{os.getpid()}-{_born(os.getpid())}"


def is_alive(process: str) -> bool:
    """Whether the process that `this_process` named still runs on this machine."""
    pid, _, born = process.partition("-")
    return _born(int(pid)) == born


def _born(pid: int) -> str:
    import psutil

    try:
        return f"{psutil.Process(pid).create_time():.0f}"
    except psutil.NoSuchProcess:
        return "gone"


def main(arguments: Sequence[str]) -> int:
    with dg.DagsterInstance.from_config(str(Path(os.environ["DAGSTER_HOME"]))) as instance:
        return 0 if all(Job(**json.loads(argument)).execute(instance) for argument in arguments) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
