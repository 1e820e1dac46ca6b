"""Dagster Pipes over the assets bucket: where a job finds its context, and where we read its messages, also after it failed.

Differs from the stock S3 reader and injector: keys lie under a prefix that follows from the run token, so that an attempt that attaches
to a running job reads all that it said; the objects are deleted when the job ended, whatever its end; messages are read in the
polling loop, without threads that hold a finished job back.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg
from dagster_pipes import PipesContextData, PipesParams

from ggvd_dagster.resources.lake import Lake

FORWARDED_LINES = 500  # of a job's output that become log events; the tail is kept whatever its length
TAIL_LINES = 40


def prefix(run_token: str) -> str:
    """Where the messages of the job runs of a token lie in the assets bucket."""
    return f"pipes/{hashlib.sha256(run_token.encode()).hexdigest()[:32]}"


class ContextInjector(dg.PipesContextInjector):
    """Puts the context where the job reads it. The message reader deletes it with the messages."""

    def __init__(self, lake: Lake, bucket: str, key_prefix: str) -> None:
        self._lake, self._bucket, self._key = lake, bucket, f"{key_prefix}/context.json"

    @contextmanager
    def inject_context(self, context: PipesContextData) -> Iterator[PipesParams]:
        self._lake.s3.put_object(Bucket=self._bucket, Key=self._key, Body=json.dumps(context).encode())
        yield {"bucket": self._bucket, "key": self._key}

    def no_messages_debug_text(self) -> str:
        return f"The context is s3://{self._bucket}/{self._key}."


class MessageReader(dg.PipesMessageReader):
    """Reads `<prefix>/<n>.json` in order, as far as they are there, whenever `poll` is called."""

    def __init__(self, lake: Lake, bucket: str, key_prefix: str, log: Any) -> None:
        self._lake, self._bucket, self._prefix, self._log = lake, bucket, key_prefix, log
        self._handler: Any = None
        self._next = 1
        self._lines = 0
        self._unreadable = False
        self.tail: deque[str] = deque(maxlen=TAIL_LINES)
        self.keep = True  # until the job ended: who attaches later reads the messages again

    @contextmanager
    def read_messages(self, handler: Any) -> Iterator[PipesParams]:
        self._handler = handler
        try:
            yield {"bucket": self._bucket, "key_prefix": self._prefix, "include_stdio_in_messages": True}
        finally:
            self.poll()
            if not self.keep:
                self._quietly(lambda: self._lake.delete(self._bucket, f"{self._prefix}/"))

    def poll(self) -> None:
        """Handle the messages that came since the last call."""
        while chunk := self._quietly(lambda: self._lake.read_text(self._bucket, f"{self._prefix}/{self._next}.json")):
            self._next += 1
            for line in filter(None, chunk.split("\n")):
                self._handle(json.loads(line))

    def _handle(self, message: dict[str, Any]) -> None:
        if message.get("method") != "log_external_stream":
            self._handler.handle_message(message)
            return
        for line in message["params"]["text"].splitlines():
            self._lines += 1
            self.tail.append(line)
            if self._lines <= FORWARDED_LINES:
                self._log.info(line)

    def _quietly(self, call: Any) -> Any:
        """Messages inform; the report and the Delta commit decide. So a bucket that refuses us is worth one warning, no more."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return call()
        except (BotoCoreError, ClientError) as error:
            if not self._unreadable:
                self._log.warning(f"messages of the job cannot be read from s3://{self._bucket}/{self._prefix}: {error}")
            self._unreadable = True
            return None

    def no_messages_debug_text(self) -> str:
        return f"Messages are read from s3://{self._bucket}/{self._prefix}/."
