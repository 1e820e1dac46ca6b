"""The two sources as real HTTP servers on this machine, that can be told to misbehave as the real ones do."""

import json
import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJ0ZXN0In0.c2lnbmF0dXJl"
PAGE_SIZE = 20


@dataclass
class Fault:
    """One answer in place of the right one. `body` bytes; `pause` seconds between its bytes; `declared` a false Content-Length."""

    status: int = 200
    body: bytes = b""
    headers: dict = field(default_factory=dict)
    pause: float = 0.0
    declared: int | None = None


def error(status, code, message="no", **headers):
    return Fault(status, json.dumps({"success": False, "status_code": code, "status_message": message}).encode(), headers)


@dataclass
class Tmdb:
    """TMDB's discover API over `movies`: (release date, JSON text of the movie). `faults` are used up first, one a request."""

    movies: list = field(default_factory=list)
    faults: deque = field(default_factory=deque)
    requests: list = field(default_factory=list)
    times: list = field(default_factory=list)
    peers: set = field(default_factory=set)
    url: str = ""
    before_answer: object = None

    def answer(self, query):
        page = int(query["page"][0])
        if not 1 <= page <= 500:
            return error(400, 22, "Invalid page: Pages start at 1 and max at 500.")
        first, last = query["primary_release_date.gte"][0], query["primary_release_date.lte"][0]
        found = sorted(movie for movie in self.movies if first <= movie[0] <= last)
        texts = [text for _, text in found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]]
        pages = -(-len(found) // PAGE_SIZE)
        body = f'{{"page":{page},"results":[{",".join(texts)}],"total_pages":{pages},"total_results":{len(found)}}}'
        return Fault(200, body.encode())


@dataclass
class Archive:
    """One file served by ranges; `versions` are (content, ETag), of which the last stays."""

    versions: deque
    modified: float = 1_600_000_000.0
    ranges: bool = True
    conditions: bool = True
    cut: deque = field(default_factory=deque)  # after how many bytes to drop the connection, one a request
    faults: deque = field(default_factory=deque)
    requests: list = field(default_factory=list)
    url: str = ""
    piece: int = 1 << 20  # bytes that are sent at once
    pause: float = 0.0  # seconds between pieces

    def current(self):
        return self.versions[0] if len(self.versions) == 1 else self.versions.popleft()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    state = None

    def log_message(self, *arguments):
        pass

    def send(self, answer):
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(answer.body) if answer.declared is None else answer.declared))
        self.end_headers()
        if answer.pause:
            for byte in answer.body:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(answer.pause)
        else:
            self.wfile.write(answer.body)
        if answer.declared is not None:
            self.close_connection = True


class _TmdbHandler(_Handler):
    def do_GET(self):
        state = self.state
        state.requests.append((self.path, dict(self.headers)))
        state.times.append(time.monotonic())
        state.peers.add(self.client_address)
        if state.before_answer:
            state.before_answer(state)
        if state.faults:
            self.send(state.faults.popleft())
        elif self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self.send(error(401, 7, "Invalid API key: You must be granted a valid key."))
        elif urlsplit(self.path).path != "/3/discover/movie":
            self.send(error(404, 34, "The resource you requested could not be found."))
        else:
            self.send(state.answer(parse_qs(urlsplit(self.path).query)))


class _ArchiveHandler(_Handler):
    def do_GET(self):
        state = self.state
        state.requests.append(dict(self.headers))
        if state.faults:
            return self.send(state.faults.popleft())
        content, etag = state.current()
        headers = {"Last-Modified": formatdate(state.modified, usegmt=True), **({"ETag": etag} if etag else {})}
        wanted = self.headers.get("Range")
        if state.conditions and self.headers.get("If-Match", etag) != etag:
            return self.send(Fault(412, b"", headers))
        if not state.ranges or not wanted:
            return self.send(Fault(200, bytes(content), headers))
        first, last = (int(part) for part in wanted.removeprefix("bytes=").split("-"))
        last = min(last, len(content) - 1)
        headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
        length = last + 1 - first
        sent = min(length, state.cut.popleft()) if state.cut else length
        self.send_response(206)
        for name, value in {**headers, "Content-Length": str(length)}.items():
            self.send_header(name, value)
        self.end_headers()
        for start in range(first, first + sent, state.piece):
            self.wfile.write(content[start : min(start + state.piece, first + sent)])
            time.sleep(state.pause)
        self.close_connection = sent < length
        return None


@contextmanager
def serving(state, path=""):
    """Serve `state` until the block ends; sets its `url`."""
    handler = type("Handler", (_TmdbHandler if isinstance(state, Tmdb) else _ArchiveHandler,), {"state": state})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda *arguments: None  # clients that hang up are part of the tests
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_port}{path}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()


def movie(number, day="2010-06-15", **fields):
    return (day, json.dumps({"id": number, "title": f"Movie {number}", "release_date": day, **fields}))
