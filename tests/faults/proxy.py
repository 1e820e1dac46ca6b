"""An HTTP proxy that works on bytes, between our code and the local AWS. Rules make chosen exchanges go wrong, a given number of times.

What is signed passes unchanged: neither paths, headers nor bodies are written anew unless a rule says so.
"""

import re
import socket
import socketserver
import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.faults.http_bytes import Message, abort, read_message


@dataclass
class Exchange:
    """One request; `forward` sends it on, once, and gives the whole answer. `number` counts the matches of the rule, from 0."""

    proxy: "Proxy"
    request: Message
    client: socket.socket
    number: int = 0
    answer: Message | None = None

    def forward(self) -> Message:
        if self.answer is None:
            with socket.create_connection(self.proxy.upstream) as upstream, upstream.makefile("rb") as reader:
                upstream.sendall(self.request.replace(b"Connection", b"close").to_bytes())
                self.answer = read_message(reader, self.request.method)
        return self.answer


@dataclass
class Rule:
    """Applies `action` to the exchanges that match, after the first `skip` of them and `times` times (None: for ever).

    `method` is a pattern of the whole method, `path` is searched for in "/bucket/key?query", `target` in X-Amz-Target (of services
    that are asked by one address).
    An action gives the answer, or None when there is none: the connection is then reset.
    """

    action: Callable[[Exchange], Message | None]
    method: str = ""
    path: str = ""
    target: str = ""
    skip: int = 0
    times: int | None = 1
    seen: int = 0
    fired: int = 0

    def matches(self, request: Message) -> bool:
        return (
            re.fullmatch(self.method or ".*", request.method) is not None
            and re.search(self.path, request.path) is not None
            and re.search(self.target, request.header(b"X-Amz-Target")) is not None
        )

    def takes(self, request: Message) -> bool:
        """Whether this exchange is the rule's; counts. Called under the proxy's lock."""
        if not self.matches(request):
            return False
        self.seen += 1
        if self.seen <= self.skip or (self.times is not None and self.fired >= self.times):
            return False
        self.fired += 1
        return True


@dataclass
class Proxy:
    """`log` has (method, path, status) of each exchange, status 0 where there was no answer."""

    upstream: tuple[str, int]
    url: str = ""
    rules: list[Rule] = field(default_factory=list)
    log: list[tuple[str, str, int]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def on(self, action, **where) -> Rule:
        rule = Rule(action, **where)
        with self.lock:
            self.rules.append(rule)
        return rule

    def clear(self) -> None:
        with self.lock:
            self.rules.clear()
            self.log.clear()

    def requests(self, method="", path="") -> list[str]:
        return [p for m, p, _ in list(self.log) if method in ("", m) and re.search(path, p)]

    def answer(self, request: Message, client: socket.socket) -> Message | None:
        exchange = Exchange(self, request, client)
        with self.lock:
            rule = next((rule for rule in self.rules if rule.takes(request)), None)
            exchange.number = rule.fired - 1 if rule else 0
        answer = rule.action(exchange) if rule else exchange.forward()
        with self.lock:
            self.log.append((request.method, request.path, answer.status if answer else 0))
        return answer


class _Handler(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self.request.makefile("rb") as reader:
            while request := read_message(reader, continue_on=self.request):
                answer = self.server.proxy.answer(request, self.request)
                if answer is None:
                    return abort(self.request)
                self.request.sendall(answer.to_bytes())
                if answer.broken:
                    return abort(self.request)
        return None


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads, request_queue_size = True, True, 128

    def handle_error(self, request, client_address):
        pass  # clients that are killed or hang up are part of the tests


@contextmanager
def proxying(endpoint):
    """A proxy before `endpoint` (http://host:port) until the block ends."""
    address = urlsplit(endpoint)
    proxy = Proxy((address.hostname, address.port))
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.proxy = proxy
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        proxy.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield proxy
        server.shutdown()
