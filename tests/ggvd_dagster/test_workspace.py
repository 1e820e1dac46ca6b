"""The workspace as Dagster's own command line loads it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOAD_SECONDS = 3  # of processor time, so that a busy machine does not count


def test_dagster_validates_the_workspace(tmp_path):
    command = [sys.executable, "-m", "dagster", "definitions", "validate", "-w", str(ROOT / "workspace.yaml")]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "DAGSTER_HOME": str(tmp_path), "HOME": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    assert "Validation successful for code location ggvd" in done.stdout + done.stderr


def test_loading_prints_no_notice_of_beta_parameters():
    done = subprocess.run([sys.executable, "-c", "import ggvd_dagster.definitions"], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stderr == ""


def test_loading_takes_at_most_three_seconds():
    code = "import time, ggvd_dagster.definitions; print(time.process_time())"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert float(done.stdout) < LOAD_SECONDS
