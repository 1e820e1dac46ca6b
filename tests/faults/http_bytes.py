"""One HTTP/1.1 message as bytes: read from a socket, its parts found, and put together again."""

import contextlib
import socket
import struct
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Message:
    """`head` are the lines without their ends, `body` the content as sent. `broken`: the connection ends hard after `body`."""

    head: tuple[bytes, ...]
    body: bytes = b""
    broken: bool = False

    @property
    def method(self) -> str:
        return self.head[0].split(b" ")[0].decode()

    @property
    def path(self) -> str:
        return self.head[0].split(b" ")[1].decode()

    @property
    def status(self) -> int:
        return int(self.head[0].split(b" ")[1])

    def header(self, name: bytes) -> str:
        start = name.lower() + b":"
        return next((line[len(start) :].strip().decode() for line in self.head[1:] if line.lower().startswith(start)), "")

    def replace(self, name: bytes, value: bytes | None) -> "Message":
        """With another value of a header; None takes it away."""
        kept = tuple(line for line in self.head[1:] if not line.lower().startswith(name.lower() + b":"))
        return replace(self, head=(self.head[0], *kept, *(() if value is None else (name + b": " + value,))))

    def with_body(self, body: bytes, *, declared: int | None = None, broken: bool = False) -> "Message":
        """With another body; `declared` is the length that the head claims."""
        told = self.replace(b"Transfer-Encoding", None).replace(
            b"Content-Length", str(len(body) if declared is None else declared).encode()
        )
        return replace(told, body=body, broken=broken)

    def to_bytes(self) -> bytes:
        return b"\r\n".join((*self.head, b"", b"")) + self.body


def answer(status: int, body: bytes, content_type: str = "application/xml", **headers: str) -> Message:
    lines = [f"HTTP/1.1 {status} Fault", f"Content-Type: {content_type}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return Message(tuple(line.encode() for line in lines), body)


def read_message(reader, asked: str = "", continue_on: socket.socket | None = None) -> Message | None:
    """The next message, None when the peer closed. `asked` is the method that a response answers."""
    head = []
    while (line := reader.readline().rstrip(b"\r\n")) or not head:
        if not line:
            return None
        head.append(line)
    message = Message(tuple(head))
    if continue_on is not None and message.header(b"Expect"):
        continue_on.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        message = message.replace(b"Expect", None)
    if asked and message.status == 100:
        return read_message(reader, asked)
    if asked == "HEAD" or (asked and message.status in (204, 304)):
        return message
    if "chunked" in message.header(b"Transfer-Encoding"):
        return replace(message, body=_chunks(reader))
    length = message.header(b"Content-Length")
    return replace(message, body=reader.read(int(length)) if length else b"" if not asked else reader.read())


def _chunks(reader) -> bytes:
    """A chunked body as it is, with the lines that tell sizes."""
    parts = []
    while True:
        size = reader.readline()
        parts.append(size)
        if int(size.split(b";")[0], 16) == 0:
            while (line := reader.readline()) not in (b"\r\n", b"\n", b""):
                parts.append(line)
            return b"".join([*parts, b"\r\n"])
        parts.append(reader.read(int(size.split(b";")[0], 16) + 2))


def abort(client: socket.socket) -> None:
    """Close with a reset, as a machine that died does."""
    with contextlib.suppress(OSError):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.shutdown(socket.SHUT_RD)
