"""Which fault strikes when, as it follows from the seed, and how each strikes."""

import contextlib
import json
import os
import random
import time
from dataclasses import dataclass

import psutil

from tests.faults import actions
from tests.lambda_handlers.servers import Fault, error

PATHS = (r"\.ndjson\.gz", "_plan", "_manifest", "_delta_log", r"\.parquet", "/reports/", "/invocations", "^/$")


@dataclass(frozen=True)
class Strike:
    """At `at` seconds `kind` strikes; `chance` seeds what it still has to choose."""

    at: float
    kind: str
    chance: int


def schedule(seed, seconds):
    """The strikes of a run. The same seed and duration give the same."""
    chance, at, found = random.Random(seed), 1.0, []
    while at < seconds:
        found.append(Strike(round(at, 2), chance.choice(list(KINDS)), chance.randrange(1 << 30)))
        at += chance.uniform(0.3, 1.5)
    return found


def strike(platform, fault):
    """Carry it out and say what was hit."""
    return KINDS[fault.kind](platform, random.Random(fault.chance))


def _proxy(make):
    def act(platform, chance):
        path, times = chance.choice(PATHS), chance.randint(1, 3)
        platform.proxy.on(make(chance), path=path, times=times)
        return f"{times} of {path}"

    return act


def _kill(find):
    def act(platform, chance):
        found = sorted(find(platform), key=lambda process: process.pid)
        if not found:
            return "nobody"
        victim = chance.choice(found)
        with contextlib.suppress(psutil.NoSuchProcess):
            victim.kill()
        return f"pid {victim.pid}"

    return act


def _functions(platform):
    return [process for process in _below(platform.pid) if any("_worker.py" in part for part in _command(process))]


def _jobs(platform):
    # a worker is a fork of the preloaded process, so it has its command, and the group that it made itself
    found = [process for process in _below(platform.pid) if "local_aws.glue.preload" in _command(process)]
    return [process for process in found if _leads_its_group(process.pid)]


def _below(pid):
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).children(recursive=True)
    return []


def _leads_its_group(pid):
    with contextlib.suppress(ProcessLookupError):
        return os.getpgid(pid) == pid
    return False


def _command(process):
    with contextlib.suppress(psutil.Error):
        return process.cmdline()
    return []


def _source(platform, chance):
    answers = [
        error(429, 25, "slow down", Retry_After="1"),
        error(500, 11),
        error(503, 9),
        Fault(200, b"<html>maintenance</html>", {"Content-Type": "text/html"}),
        Fault(200, b'{"page":1,"results":[', {}),
        Fault(200, b'{"page":1}', {}, 0.0, 5000),
    ]
    many = [chance.choice(answers) for _ in range(chance.randint(1, 4))]
    platform.tmdb.faults.extend(many)
    return f"{len(many)} answers"


def _duplicates(platform, chance):
    """Messages that were sent before come again, as SQS may."""
    plans = [key for key in platform.bronze() if key.endswith("_plan.json")]
    if not plans:
        return "none yet"
    plan = json.loads(platform.object("bronze", chance.choice(plans)))
    bodies = [json.dumps(interval["message"]) for interval in plan["intervals"]]
    for body in bodies * chance.randint(1, 3):
        platform.sqs.send_message(QueueUrl=platform.queue, MessageBody=body)
    return f"{len(bodies)} messages of {plan['partition']}"


def _impatient_queue(platform, chance):
    """For a moment messages are visible again before their function is done."""
    platform.visibility(1)
    time.sleep(chance.uniform(0.5, 1.5))
    platform.visibility(platform.VISIBILITY)
    return "visible after 1 s"


KINDS = {
    "delay": _proxy(lambda chance: actions.delayed(chance.uniform(0.2, 2.0))),
    "SlowDown": _proxy(lambda chance: actions.refused(503, "SlowDown")),
    "reset": _proxy(lambda chance: actions.reset),
    "lost answer": _proxy(lambda chance: actions.reply_dropped),
    "cut answer": _proxy(lambda chance: actions.cut(chance.uniform(0.1, 0.9))),
    "killed function": _kill(_functions),
    "killed job": _kill(_jobs),
    "source": _source,
    "duplicates": _duplicates,
    "visibility": _impatient_queue,
}
