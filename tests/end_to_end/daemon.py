"""A real code server and daemon over an instance of a test, what the bronze sensor asked them for, and how to kill what they started."""

import contextlib

import dagster as dg
import psutil
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import GrpcServerTarget

from ggvd_dagster.sensors import s3_events
from tests.conftest import free_port
from tests.end_to_end.killing import until

MODULE = "ggvd_dagster.definitions"


@contextlib.contextmanager
def code_server(world):
    """As production has it, apart from the daemon and outliving it; the bronze sensor is on. Gives a function that starts a daemon."""
    port, file = free_port(), world.home / "workspace.yaml"
    file.write_text(f"load_from: [{{grpc_server: {{host: 127.0.0.1, port: {port}, location_name: ggvd}}}}]\n")
    target = GrpcServerTarget(host="127.0.0.1", port=port, socket=None, location_name="ggvd")

    def sensor():
        with WorkspaceProcessContext(world.instance, target) as workspace:
            location = workspace.create_request_context().get_location_entry("ggvd").code_location
            return location and next(iter(location.get_repositories().values())).get_sensor(s3_events.NAME)

    with world.process("-m", "dagster", "api", "grpc", "-m", MODULE, "--host", "127.0.0.1", "--port", str(port), log="code.log"):
        world.instance.start_sensor(until(sensor, "the code server answers"))
        yield lambda: world.process("-m", "dagster._daemon", "run", "-w", str(file), log="daemon.log")


def half_a_minute_passes(world):
    """The sensor waits that long between ticks; the next daemon finds that it is over."""
    for state in world.instance.all_instigator_state(instigator_type=InstigatorType.SENSOR):
        if state.instigator_name == s3_events.NAME:
            data = state.instigator_data._replace(last_tick_start_timestamp=1.0, last_tick_timestamp=1.0)
            world.instance.update_instigator_state(state.with_data(data))


def asked(world):
    """The runs that the sensor asked for, and those that came of them; by the first and last partition of each."""
    found = {}
    for run in world.instance.get_runs():
        if run.tags.get("dagster/sensor_name") == s3_events.NAME:
            one = run.tags.get("dagster/partition")
            ends = [run.tags.get(f"dagster/asset_partition_range_{end}", one) for end in ("start", "end")]
            found.setdefault(tuple(ends), []).append(run)
    return found


def kill_worker(world, run):
    """SIGKILL to the run's process and to all that it started, as when its machine goes."""
    events = [entry.dagster_event for entry in world.instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ENGINE_EVENT)]
    pid = next(e.engine_event_data.metadata["pid"].value for e in events if "pid" in e.engine_event_data.metadata)
    worker = psutil.Process(int(pid))
    for process in [worker, *worker.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
