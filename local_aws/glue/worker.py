"""One job in its own process, as Glue would run it: arguments, environment, package path, engine, script, exit code."""

from __future__ import annotations

import _thread
import atexit
import os
import runpy
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from local_aws.glue import arguments


def run(order: dict[str, Any], lifeline: int) -> int:
    """Run the order's script to its end and return the process's exit code; what failed is also left in the run's `error` file.

    When `lifeline` ends, so does the process, and all that it started: nobody follows it any more, and the job may be run again.
    """
    os.setsid()
    _thread.start_new_thread(_end_with, (lifeline,))  # threading's start would wait for ever where the memory for a thread is lacking
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    folder = Path(order["folder"])
    _redirect(folder)
    os.environ.clear()
    os.environ.update(order["environment"])
    time.tzset()
    os.chdir(folder)
    sys.argv = order["argv"]
    sys.path[:] = [*order["py_files"], *(entry for entry in sys.path if entry not in ("", order["launched_in"]))]
    try:
        engine = _start_engine(order)  # noqa: F841 (the server ends with its last reference)
        runpy.run_path(order["argv"][0], run_name="__main__")
        code = 0
    except SystemExit as stop:
        code = _exit_code(stop)
    except BaseException as error:
        traceback.print_exc()
        (folder / "error").write_text("".join(traceback.format_exception_only(error)).strip(), encoding="utf-8")
        code = 1
    _leave()
    return code


def _end_with(lifeline: int) -> None:
    os.read(lifeline, 1)
    os.killpg(0, signal.SIGKILL)


def _redirect(folder: Path) -> None:
    devnull = os.open(os.devnull, os.O_RDONLY)
    os.dup2(devnull, 0)
    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        opened = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    sys.stdout = os.fdopen(1, "w", buffering=1, closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)


def _start_engine(order: dict[str, Any]) -> object:
    if order["engine"] == "spark":
        from local_aws.glue import spark_engine

        spark_engine.configure(Path(order["folder"]), order["conf"])
        return None
    from local_aws.glue import sail_engine

    server = sail_engine.start()
    _configure_session(arguments.session_conf(order["conf"]))
    return server


def _configure_session(conf: dict[str, str]) -> None:
    """Make the session that the script's `getOrCreate` will find; what the script sets itself still wins, as on Glue."""
    if conf:
        from pyspark.sql import SparkSession

        SparkSession.builder.config(map={**conf}).getOrCreate()


def _exit_code(stop: SystemExit) -> int:
    if stop.code is None:
        return 0
    if isinstance(stop.code, int):
        return stop.code
    sys.stderr.write(f"{stop.code}\n")
    return 1


def _leave() -> None:
    # os._exit follows: the engine's threads must not keep a finished job alive, but what the script registered still runs
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
