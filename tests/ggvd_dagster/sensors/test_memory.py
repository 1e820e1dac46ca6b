"""A code server ticks for weeks: what a tick made is gone when it is over."""

import atexit
import gc
import json
import sys

import dagster as dg
import pytest
from dagster._grpc.impl import get_external_sensor_execution
from dagster._serdes import serialize_value

from ggvd_dagster.definitions import defs

SENSORS = ("run_failure", "planned_versus_actual")  # they talk to nobody but Dagster's storage
WARM, STRETCHES, ROUNDS, MOST_BLOCKS_A_TICK = 15, 3, 25, 10  # reading the migrations three times a tick kept 30


@pytest.fixture
def tick(tmp_path):
    """Evaluate each sensor once as the code server does, with an instance opened anew."""
    repository, cursors = defs.get_repository_def(), {}
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        reference = instance.get_ref()

    def each():
        for name in SENSORS:
            result = get_external_sensor_execution(repository, None, reference, name, None, None, cursors.get(name), None, None)
            told = json.loads(serialize_value(result))
            assert told["__class__"] == "SensorExecutionData", told
            cursors[name] = told["cursor"] or cursors.get(name)

    return each


def test_a_tick_leaves_nothing_behind(tick):
    for _ in range(WARM):
        tick()
    registered = atexit._ncallbacks()
    # Threads of other tests may keep something meanwhile, a leak of a tick shows in every stretch.
    assert min(_kept(tick) for _ in range(STRETCHES)) < MOST_BLOCKS_A_TICK
    assert atexit._ncallbacks() == registered  # kept by Python until the process ends


def _kept(tick):
    gc.collect()
    blocks = sys.getallocatedblocks()
    for _ in range(ROUNDS):
        tick()
    gc.collect()
    return (sys.getallocatedblocks() - blocks) / (ROUNDS * len(SENSORS))
