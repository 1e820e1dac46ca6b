"""Ten thousand messages through a queue, most of them more than once and none in order, from a source that answers 30 % errors."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from tests.lambda_handlers.servers import Tmdb, error, movie, serving

ERRORS = 0.3
WORKERS = 4
ROWS_A_YEAR, MESSAGES_A_YEAR, TIMES = 400, 20, 5  # a message comes five times on average


class Unreliable(Tmdb):
    """Answers a share of the requests with an error of its own or of the way to it."""

    def answer(self, query):
        if self.chance.random() < ERRORS:
            return self.chance.choice([error(500, 11), error(503, 9), error(502, 43), error(429, 25, Retry_After="0")])
        return super().answer(query)


def run(functions_of, messages, seed, tell):
    """Deliver `messages` messages; gives what was counted. `functions_of` makes the functions from the source's address."""
    chance = random.Random(seed)
    years = range(1940, 1940 + max(1, messages // (MESSAGES_A_YEAR * TIMES)))
    source = Unreliable(movies=[_row(year, number) for year in years for number in range(ROWS_A_YEAR)])
    source.chance = random.Random(seed + 1)
    with serving(source, "/3"):
        functions = functions_of({"tmdb": source.url})
        for year in years:
            _until_planned(functions, str(year))
        found = functions.messages("extract-tmdb")
        again = found + [chance.choice(found) for _ in range(messages - len(found))]
        chance.shuffle(again)
        _put(functions, again)
        begun = time.monotonic()
        delivered, failed = _drain(functions, tell)
        seconds = time.monotonic() - begun
    keys = functions.listing()
    return {
        "distinct": len(found),
        "sent": len(again),
        "delivered": delivered,
        "failed deliveries": failed,
        "objects": sum(key.endswith(".ndjson.gz") for key in keys),
        "manifests": sum(key.endswith("_manifest.json") for key in keys),
        "rows": sum(functions.json(key)["rows"] for key in keys if key.endswith("_manifest.json")),
        "requests": len(source.requests),
        "seconds": round(seconds, 1),
    }


def _row(year, number):
    return movie(year * 1000 + number, f"{year}-{number % 12 + 1:02}-{number % 28 + 1:02}")


def _until_planned(functions, year):
    for _ in range(20):
        try:
            return functions.start("tmdb_movies", [year], "2026-11-24")
        except Exception as problem:
            last = problem
    raise last


def _put(functions, records):
    url = functions.queues["extract-tmdb"]
    for start in range(0, len(records), 10):
        entries = [{"Id": str(i), "MessageBody": record["body"]} for i, record in enumerate(records[start : start + 10])]
        functions.sqs.send_message_batch(QueueUrl=url, Entries=entries)


def _drain(functions, tell):
    """Four workers take batches of ten until nothing is left; a message whose delivery failed is visible again at once."""
    url, counts, lock = functions.queues["extract-tmdb"], [0, 0], threading.Lock()

    def work():
        while batch := functions.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=120).get("Messages"):
            records = [functions.record("extract-tmdb", m["Body"], m["MessageId"], m["ReceiptHandle"]) for m in batch]
            try:
                failed = {item["itemIdentifier"] for item in functions.extract("extract-tmdb", records)["batchItemFailures"]}
            except Exception:
                failed = {record["messageId"] for record in records}
            for message in batch:
                if message["MessageId"] in failed:
                    functions.sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
                else:
                    functions.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            with lock:
                counts[0] += len(batch)
                counts[1] += len(failed)
                if counts[0] % 1000 < 10:
                    tell(f"  {counts[0]} deliveries\n")

    with ThreadPoolExecutor(WORKERS) as pool:
        for worker in [pool.submit(work) for _ in range(WORKERS)]:
            worker.result()
    return counts
