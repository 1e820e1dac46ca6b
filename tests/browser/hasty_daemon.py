"""Dagster's own daemon, which looks at backfills and the quicker sensors every few seconds; in service it looks every thirty."""

import sys

from dagster._core.remote_representation.external import RemoteSensor
from dagster._daemon import controller
from dagster._daemon.cli import main

SECONDS = 3
USUAL = controller.DEFAULT_DAEMON_INTERVAL_SECONDS


def hasty(usual):
    return property(lambda sensor: SECONDS if usual.fget(sensor) <= USUAL else usual.fget(sensor))


if __name__ == "__main__":
    controller.DEFAULT_DAEMON_INTERVAL_SECONDS = SECONDS
    RemoteSensor.min_interval_seconds = hasty(RemoteSensor.min_interval_seconds)
    sys.exit(main())
