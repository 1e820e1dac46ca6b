"""Ticks of the bronze sensor, each by a daemon of its own that may be killed in the middle.

`python tests/end_to_end/ticks.py PORT` reads a point of a tick from each line, or nothing, and prints how the daemon of that tick ended.
Dagster's daemon makes ticks by the same call; the points are those at which Dagster can be told to die.
"""

import logging
import os
import signal
import sys

import dagster as dg
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import GrpcServerTarget
from dagster._daemon.sensor import execute_sensor_iteration

from ggvd_dagster.sensors import s3_events


def tick(port, point):
    target = GrpcServerTarget(host="127.0.0.1", port=port, socket=None, location_name="ggvd")
    crash = {s3_events.NAME: {point: signal.SIGKILL}} if point else None
    with dg.DagsterInstance.get() as instance, WorkspaceProcessContext(instance, target) as workspace:
        list(execute_sensor_iteration(workspace, logging.getLogger("tick"), None, None, debug_crash_flags=crash))


def main(port):
    for line in sys.stdin:
        child = os.fork()  # before anything here has a connection
        if child == 0:
            tick(port, line.strip())
            os._exit(0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
