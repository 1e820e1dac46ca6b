"""A file on an HTTP server as a seekable file for zipfile, read by ranges while it stays the same version."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING

from lambda_handlers import ranges, web
from lambda_handlers.deadline import Deadline
from lambda_handlers.errors import SourceRejected, SourceUnavailable

if TYPE_CHECKING:
    import requests

TAIL_BYTES = 128 * 1024  # holds the end of a zip file, and most directories, in one request
LARGEST_READ = 8 * 1024 * 1024  # also bounds a zip's directory, thus what a hostile one costs in memory
RESUMES = 5  # of one file in a row, after broken connections
MENDED_BYTES = 8 * 1024 * 1024  # a connection that broke after so many begins a new row


class RemoteFile(io.RawIOBase):
    """Seekable and read-only, for zipfile. Sequential reads up to `read_ahead` share one connection, which is resumed when it breaks."""

    def __init__(self, identity: ranges.Identity, deadline: Deadline) -> None:
        super().__init__()
        self.identity = identity
        self._deadline = deadline
        self._at = 0
        self._ahead = 0
        self._resumes = 0
        self._broken_at = 0
        self._response: requests.Response | None = None
        self._response_at = 0
        self._response_end = 0
        self._tail_at = identity.size
        self._tail = b""
        self._tail = self._stream(max(0, identity.size - TAIL_BYTES), min(identity.size, TAIL_BYTES))
        self._tail_at = identity.size - len(self._tail)

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.identity.size}[whence]
        if start + offset < 0:
            raise ValueError("seek before the start of the file")  # what zipfile expects of a file
        self._at = start + offset
        return self._at

    def read_ahead(self, end: int) -> None:
        """Let the next request run to byte `end` (excluded), because reads will follow one another that far."""
        self._ahead = end

    def read(self, size: int | None = -1) -> bytes:
        """At most `size` bytes from the current place. Raises SourceUnavailable, or SourceRejected when the file has changed."""
        left = self.identity.size - self._at
        size = left if size is None or size < 0 else min(size, left)
        if size > LARGEST_READ:
            raise SourceRejected(
                f"{self.identity.url}: {size} bytes at once are over the bound of {LARGEST_READ}, its directory is too large"
            )
        if size <= 0:
            return b""
        in_tail = self._at - self._tail_at
        data = self._tail[in_tail : in_tail + size] if in_tail >= 0 else self._stream(self._at, size)
        self._at += len(data)
        return data

    def close(self) -> None:
        if self._response is not None:
            self._response.close()
        super().close()

    def _stream(self, at: int, size: int) -> bytes:
        chunks: list[bytes] = []
        got = 0
        while got < size:
            self._deadline.check(f"reading {self.identity.url}")
            try:
                chunk = self._chunk(at + got, size - got)
            except SourceUnavailable as error:
                self._break(error, at + got)
                continue
            chunks.append(chunk)
            got += len(chunk)
        return b"".join(chunks)

    def _chunk(self, at: int, size: int) -> bytes:
        if self._response is None or self._response_at != at or self._response_end <= at:
            if self._response is not None:
                self._response.close()
            end = max(at + size, self._ahead)
            self._response = ranges.get(self.identity.url, at, end - 1, self.identity.conditions(), self._deadline)
            self.identity.check(self._response)
            self._response_at, self._response_end = at, end
        with web.translated(f"reading {self.identity.url} at byte {at}"):
            chunk: bytes = self._response.raw.read1(min(size, self._response_end - at), decode_content=False)
        if not chunk:
            raise SourceUnavailable(f"{self.identity.url} ended at byte {at} of {self.identity.size}")
        self._response_at += len(chunk)
        return chunk

    def _break(self, error: SourceUnavailable, at: int) -> None:
        if self._response is not None:
            self._response.close()
        self._response = None
        self._resumes = 1 if at >= self._broken_at + MENDED_BYTES else self._resumes + 1
        self._broken_at = at
        wait = web.backoff(self._resumes, error.retry_after)
        if self._resumes > RESUMES or wait >= self._deadline.seconds():
            raise error
        time.sleep(wait)
