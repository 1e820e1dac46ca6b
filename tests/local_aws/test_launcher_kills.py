"""What `up` makes of a server that was killed, of two calls at once, and of a full disk."""

import errno
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import psutil
import pytest

from ggvd_dagster import cli
from ggvd_dagster.names import Names
from local_aws import launcher, processes
from tests.conftest import free_port
from tests.local_aws.conftest import ROLE, until

ROOT = Path(__file__).parents[2]


@pytest.fixture
def states(tmp_path, archives, monkeypatch):
    """Two state folders whose sample sources are built; what runs in them is stopped at the end."""
    monkeypatch.delenv("TMDB_TOKEN", raising=False)
    found = [tmp_path / "a state", tmp_path / "another"]
    for state in found:
        shutil.copytree(archives, state / "sources")
    yield found
    for state in found:
        launcher.down(state)


def test_what_a_killed_server_had_not_saved_yet_is_deployed_again(states, monkeypatch):
    ports = free_port(), free_port()
    running = launcher.up(states[0], *ports)
    os.kill(processes.alive(states[0], "aws"), signal.SIGKILL)
    until(lambda: not processes.alive(states[0], "aws"))
    launcher.up(states[0], *ports)
    for name, value in running.environment.items():
        monkeypatch.setenv(name, value)
    names = Names("dev", "000000000000")
    functions = {function["FunctionName"] for function in boto3.client("lambda").list_functions()["Functions"]}
    assert functions == {names.function(name) for name in names.platform.functions}
    assert boto3.client("athena").list_named_queries(WorkGroup=names.workgroup())["NamedQueryIds"]
    assert launcher.up(states[0], *ports).changes == []


RUNS_LONG = """
import os, pathlib, time
def handler(event, context):
    pathlib.Path(event["told"]).write_text(str(os.getpid()))
    time.sleep(100)
"""


@pytest.mark.parametrize("then", [launcher.up, lambda state, *_: launcher.down(state)], ids=["up", "down"])
def test_a_function_does_not_outlive_a_killed_server_that_is_started_again(states, monkeypatch, tmp_path, then):
    ports, package, told = (free_port(), free_port()), io.BytesIO(), tmp_path / "told"
    for name, value in launcher.up(states[0], *ports).environment.items():
        monkeypatch.setenv(name, value)
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("held.py", RUNS_LONG)
    code, client = {"ZipFile": package.getvalue()}, boto3.client("lambda")
    client.create_function(FunctionName="f", Runtime="python3.11", Role=ROLE, Handler="held.handler", Timeout=120, Code=code)
    client.invoke(FunctionName="f", InvocationType="Event", Payload=json.dumps({"told": str(told)}))
    function = psutil.Process(int(until(lambda: told.exists() and told.read_text())))
    os.kill(processes.alive(states[0], "aws"), signal.SIGKILL)
    until(lambda: not processes.alive(states[0], "aws"))
    then(states[0], *ports)
    until(lambda: not function.is_running() or function.status() == psutil.STATUS_ZOMBIE, seconds=5)


def up_in(state, ports):
    command = [sys.executable, "-m", "local_aws", "up", "--state-dir", str(state), "--port", str(ports[0]), "--sources-port", str(ports[1])]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_of_two_platforms_that_start_on_the_same_ports_one_is_refused(states):
    ports = free_port(), free_port()
    with ThreadPoolExecutor() as pool:
        ended = list(pool.map(up_in, states, [ports, ports]))
    assert sorted(one.returncode for one in ended) == [0, 2], [one.stderr for one in ended]
    (refused,) = (one.stderr for one in ended if one.returncode == 2)
    assert "is used by another program" in refused
    assert sorted(sum(map(bool, launcher.status(state).values())) for state in states) == [0, 2]


def test_two_calls_for_the_same_platform_start_it_once(states):
    ports = free_port(), free_port()
    with ThreadPoolExecutor() as pool:
        ended = list(pool.map(up_in, [states[0]] * 2, [ports, ports]))
    assert [one.returncode for one in ended] == [0, 0], [one.stderr for one in ended]
    assert all(launcher.status(states[0]).values())
    assert all(processes.serves(states[0], name, port) for name, port in zip(("aws", "sources"), ports, strict=True))


def test_a_full_disk_is_said_before_anything_starts(states, monkeypatch):
    monkeypatch.setenv("GGVD_DISK_RESERVE_MB", str(10**9))
    with pytest.raises(launcher.LauncherError, match=r"MB free, .* make room"):
        launcher.up(states[0], free_port(), free_port())
    assert not any(launcher.status(states[0]).values())


def test_a_disk_that_fills_up_later_is_one_line_too(monkeypatch, capsys):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(cli, "app", full)
    with pytest.raises(SystemExit) as end:
        cli.main(["up"])
    assert end.value.code == 2
    assert capsys.readouterr().err.splitlines() == ["ggvd: No space left on device: make room, then run the command again"]
