"""What can go wrong with an exchange: the actions of the proxy's rules."""

import contextlib
import json
import os
import random
import resource
import signal
import socket
import threading
import time
from collections import defaultdict
from concurrent.futures import Future

import psutil

from tests.faults.http_bytes import abort, answer


def delayed(seconds):
    """The request waits before it is sent on."""

    def act(exchange):
        time.sleep(seconds)
        return exchange.forward()

    return act


def met(seconds):
    """A request waits until another of the same path is there, at most `seconds`: the slowness by which two writers meet, without luck."""
    there = defaultdict(lambda: threading.Barrier(2))

    def act(exchange):
        with contextlib.suppress(threading.BrokenBarrierError):
            there[exchange.request.path].wait(seconds)
        return exchange.forward()

    return act


def held(gate: threading.Event, seconds=60):
    """A request waits until the gate is open."""

    def act(exchange):
        gate.wait(seconds)
        return exchange.forward()

    return act


def refused(status, code, **headers):
    """S3's way to say no, without asking S3."""
    body = f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>a fault</Message><RequestId>1</RequestId></Error>'
    return lambda exchange: answer(status, body.encode(), **headers)


def json_answer(value):
    return answer(200, json.dumps(value).encode(), "application/x-amz-json-1.0")


def reset(exchange):
    """The connection breaks before anything was done."""
    return


def reply_dropped(exchange):
    """Everything is done; only its answer is lost."""
    exchange.forward()
    return


def upload_broken(exchange):
    """Only half of the request reaches the other side before both connections break."""
    sent = exchange.request.to_bytes()
    with socket.create_connection(exchange.proxy.upstream) as upstream:
        upstream.sendall(sent[: len(sent) - len(exchange.request.body) // 2])
        abort(upstream)


def cut(share=0.5):
    """The answer's body ends early although its head tells the whole length."""

    def act(exchange):
        whole = exchange.forward()
        return whole.with_body(whole.body[: int(len(whole.body) * share)], declared=len(whole.body), broken=True)

    return act


def flipped(count, chance: random.Random):
    """`count` bytes of the answer's body are others."""

    def act(exchange):
        whole = exchange.forward()
        body = bytearray(whole.body)
        for at in chance.sample(range(len(body)), min(count, len(body))):
            body[at] ^= chance.randrange(1, 256)
        return whole.with_body(bytes(body))

    return act


def killed(pid: Future, *, after: bool):
    """SIGKILL to a process and its group: before the request is sent on, or after it was done and before its answer arrives."""

    def act(exchange):
        if after:
            exchange.forward()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(os.getpgid(pid.result(timeout=30)), signal.SIGKILL)
        return

    return act


def without_disk(pid: Future):
    """From this exchange on a process and its children may write no byte more to any file."""

    def act(exchange):
        first = psutil.Process(pid.result(timeout=30))
        for process in [first, *first.children(recursive=True)]:
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, 0))
        return exchange.forward()

    return act


def out_of_memory(pid: Future, spare):
    """As the kernel does it: SIGKILL as soon as a process holds `spare` bytes more than at this exchange."""

    def watch(process, most):
        with contextlib.suppress(psutil.NoSuchProcess):
            while process.memory_info().rss <= most:
                time.sleep(0.002)
            os.killpg(os.getpgid(process.pid), signal.SIGKILL)

    def act(exchange):
        process = psutil.Process(pid.result(timeout=30))
        threading.Thread(target=watch, args=(process, process.memory_info().rss + spare), daemon=True).start()
        return exchange.forward()

    return act
