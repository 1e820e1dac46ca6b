"""One large member of an archive through the function that extracts it, in a process of its own whose memory is watched."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from benchmarks.suite import local_platform
from benchmarks.suite.local_platform import Platform
from ggvd_dagster import function_environment

MEMBER, ROWS = "top/raw/ratings.json", 200_000
SERVER = """
import sys
from pathlib import Path
import uvicorn
from local_aws.sources.app import application
uvicorn.run(application(Path(sys.argv[1]), "", 0, 0), port=int(sys.argv[2]), log_level="warning", access_log=False)
"""
# VmHWM is the high-water mark of this process alone
FUNCTION = """
import json, sys, time
from lambda_handlers import extract_archive, start_extraction
event = {"table": "movielens_ratings", "partitions": None, "snapshot": None}
start_extraction.lambda_handler(event, None)
import boto3, os
sqs, url = boto3.client("sqs"), json.loads(os.environ["QUEUE_URLS"])["extract-archive"]
message = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"][0]
arn = "a:b:" + url.rsplit("/", 1)[1]
record = {"messageId": "1", "receiptHandle": "1", "body": message["Body"], "attributes": {}, "eventSourceARN": arn}
began = time.monotonic()
answer = extract_archive.lambda_handler({"Records": [record]}, None)
seconds = time.monotonic() - began
assert answer == {"batchItemFailures": []}, answer
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(json.dumps({"seconds": seconds, "peak": int(status["VmHWM"].split()[0]) * 1024}))
"""


def run(platform: Platform, folder: Path, size: int) -> dict[str, Any]:
    """Seconds, bytes of the member, and peak bytes of memory."""
    root, port = folder / "archive", local_platform._free_port()
    root.mkdir()
    written = write(root / "genome_2021.zip", size)
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(root), str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        local_platform._wait(f"http://127.0.0.1:{port}/health")
        queues = {queue: f"{platform.variables['AWS_ENDPOINT_URL']}/000000000000/bench-{queue}" for queue in platform.names.platform.queues}
        _queues(queues)
        url = {"tag_genome": f"http://127.0.0.1:{port}/datasets/tag-genome-2021/genome_2021.zip"}
        settings = function_environment.variables(platform.names, "extract-archive", queues, url)
        environment = {**os.environ, **settings}
        done = subprocess.run([sys.executable, "-c", FUNCTION], env=environment, capture_output=True, text=True, check=False)
    finally:
        server.terminate()
        server.wait(timeout=30)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return {**json.loads(done.stdout.splitlines()[-1]), "bytes": written}


def write(path: Path, size: int) -> int:
    """A zip whose one member is lines of ratings of at least `size` bytes; returns its bytes."""
    chance = random.Random(7)
    block = b"".join(
        b'{"item_id": %d, "user_id": %d, "rating": %.1f}\n'
        % (chance.randrange(90_000), chance.randrange(250_000), chance.randrange(1, 11) / 2)
        for _ in range(ROWS)
    )
    blocks = -(-size // len(block))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(MEMBER, "w", force_zip64=True) as member:
        for _ in range(blocks):
            member.write(block)
    return blocks * len(block)


def _queues(urls: dict[str, str]) -> None:
    """Queues that no function is fed from, so that this process reads them."""
    import boto3

    for url in urls.values():
        boto3.client("sqs").create_queue(QueueName=url.rsplit("/", 1)[1])
