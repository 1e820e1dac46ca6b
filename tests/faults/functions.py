"""A function in a process of its own, as Lambda runs it, that a test can kill or starve."""

import json
import subprocess
import sys
from pathlib import Path

from tests.faults.world import ARCHIVE

ROOT = Path(__file__).parents[2]
PROGRAM = """
import importlib, json, sys
handler = importlib.import_module("lambda_handlers." + sys.argv[1]).lambda_handler
print(json.dumps(handler(json.load(sys.stdin), None)))
"""


def invoked(queue, records, pid=None, prepare=None):
    """Run the extraction of a batch in a process; `pid` learns its id, `prepare(pid)` is called before it gets the batch.

    Returns its exit code, negative when a signal ended it, and what it answered, None when it gave no answer.
    """
    module = "extract_archive" if queue == ARCHIVE else "extract_tmdb"
    command = [sys.executable, "-c", PROGRAM, module]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT, start_new_session=True
    )
    if pid is not None:
        pid.set_result(process.pid)
    if prepare is not None:
        prepare(process.pid)
    answered, _ = process.communicate(json.dumps({"Records": records}), timeout=120)
    return process.returncode, json.loads(answered) if process.returncode == 0 else None
