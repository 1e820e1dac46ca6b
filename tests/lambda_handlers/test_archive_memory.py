import json
import mmap
import subprocess
import sys
from collections import deque

from tests.lambda_handlers import synthetic

MEMBER_BYTES = 300 * 1024 * 1024
BOUND_BYTES = 256 * 1024 * 1024

# The high-water mark of the process that ran the function. Not ru_maxrss, which a child takes over from its parent.
PROGRAM = """
import json, sys
from lambda_handlers import extract_archive
print(extract_archive.lambda_handler(json.load(sys.stdin), None))
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(int(status["VmHWM"].split()[0]) * 1024)
"""


def test_memory_stays_flat_whatever_the_size_of_the_member(archive, archive_functions, monkeypatch, tmp_path):
    _, rows = synthetic.write_archive(tmp_path / "large.zip", MEMBER_BYTES, synthetic.ndjson_block())
    sources = json.loads(archive_functions.variables["SOURCES"])
    sources["tag_genome"]["part_bytes"] = 64 * 1024 * 1024
    monkeypatch.setenv("SOURCES", json.dumps(sources))
    with (tmp_path / "large.zip").open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        archive.versions = deque([(content, '"v1"')])
        prefix = archive_functions.start("movielens_ratings")["snapshots"][0]["prefix"]
        event = json.dumps({"Records": archive_functions.messages("extract-archive")})
        done = subprocess.run([sys.executable, "-c", PROGRAM], input=event, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    answer, peak = done.stdout.splitlines()
    assert answer == "{'batchItemFailures': []}"
    manifest = archive_functions.json(prefix + "_manifest.json")
    assert manifest["rows"] == rows
    assert len(manifest["objects"]) == 5
    assert int(peak) < BOUND_BYTES
