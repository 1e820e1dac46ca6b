"""The limits of docs/demo.md, measured: two demos from nothing and one small asset, with the memory of all processes together.

`make bench-limits` prints a table and writes benchmarks/results/limits.json. Nothing else should run beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

RESULTS = Path(__file__).with_name("results") / "limits.json"
SMALL_TABLE = "silver/movielens_tags"
ONE_ASSET = """
import os, time
import dagster as dg
from ggvd_dagster.definitions import defs
with dg.DagsterInstance.from_config(os.environ["DAGSTER_HOME"]) as instance:
    loaded = time.monotonic()
    key = dg.AssetKey(["silver", "movielens_tags"])
    config = {"ops": {"silver__movielens_tags": {"config": {"force": True}}}}
    result = defs.resolve_implicit_global_asset_job_def().execute_in_process(instance=instance, asset_selection=[key], run_config=config)
    assert result.success
print("SECONDS", time.monotonic() - loaded)
"""


class Memory(threading.Thread):
    """Peak of the proportional memory (bytes; a page that n processes share counts 1/n for each) of everything under a folder of state."""

    def __init__(self, marks: tuple[str, ...]) -> None:
        super().__init__(daemon=True)
        self.marks, self.peak, self.done = marks, 0, threading.Event()

    def run(self) -> None:
        while not self.done.wait(0.5):
            self.peak = max(self.peak, sum(map(self._proportional, psutil.process_iter())))

    def _proportional(self, process: psutil.Process) -> int:
        try:
            line = " ".join(process.cmdline())
            if process.pid == os.getpid() or not any(mark in line for mark in self.marks):
                return 0
            return int(process.memory_full_info().pss)
        except (psutil.Error, AttributeError):
            return 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def demo(home: Path, ports: tuple[int, int], years: str) -> tuple[float, int]:
    """Seconds and peak bytes of one `ggvd demo`."""
    memory = Memory((str(Path(sys.prefix)), "ministack-lambda"))
    memory.start()
    began = time.monotonic()
    command = [f"{sys.prefix}/bin/ggvd", "demo", "--years", years, "--port", str(ports[0]), "--sources-port", str(ports[1])]
    subprocess.run(command, env=os.environ | {"GGVD_HOME": str(home)}, check=True, stdout=subprocess.DEVNULL)
    seconds = time.monotonic() - began
    memory.done.set()
    memory.join()
    return seconds, memory.peak


def one_asset(home: Path) -> float:
    """Seconds of one small table, written anew, in the in-process executor: launch to done, the code already loaded."""
    variables = dict(line.split("=", 1) for line in (home / "env").read_text().splitlines() if "=" in line)
    run = subprocess.run([sys.executable, "-c", ONE_ASSET], env=os.environ | variables, check=True, capture_output=True, text=True)
    return float(next(line.split()[1] for line in run.stdout.splitlines() if line.startswith("SECONDS")))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--years", default="1940-2014", help="release years to extract")
    years = parser.parse_args().years
    home = Path(tempfile.mkdtemp(prefix="ggvd-bench-"))
    ports = (free_port(), free_port())
    try:
        first, peak = demo(home, ports, years)
        second, _ = demo(home, ports, years)
        small = one_asset(home)
    finally:
        subprocess.run(
            [f"{sys.prefix}/bin/ggvd", "down"], env=os.environ | {"GGVD_HOME": str(home)}, check=False, stdout=subprocess.DEVNULL
        )
        shutil.rmtree(home, ignore_errors=True)
    rows = [
        ("first demo, seconds", first, 120.0),
        ("second demo, share of the first", second / first, 0.5),
        ("peak memory of all processes, GB", peak / 1e9, 4.0),
        (f"{SMALL_TABLE}, launch to done, seconds", small, 6.0),
    ]
    for what, measured, limit in rows:
        print(f"{what:<48} {measured:>8.2f}   limit {limit:g}")
    RESULTS.parent.mkdir(exist_ok=True)
    machine = {"cores": os.cpu_count(), "memory_gb": round(psutil.virtual_memory().total / 1e9), "system": platform.platform()}
    RESULTS.write_text(json.dumps({"machine": machine, "years": years, "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
