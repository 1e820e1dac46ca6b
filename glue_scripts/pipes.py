"""Dagster Pipes over objects of the lake, compatible with dagster-aws's S3 injector and reader, without boto3.

Messages inform: a job runs the same without Dagster, and its report object says everything that its messages say.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from glue_scripts import lake

SECONDS_BETWEEN_UPLOADS = 1.0  # of printed lines; what the protocol itself says is sent at once
Send = Callable[[dict[str, Any]], None]


class Printed(io.TextIOBase):
    """A text stream that passes on what is printed to it, and hands over each whole line."""

    def __init__(self, stream: TextIO, line: Callable[[str], None]) -> None:
        self._stream, self._line, self._rest = stream, line, ""

    def write(self, text: str) -> int:
        self._stream.write(text)
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._line(line)
        return len(text)

    def flush(self) -> None:
        self._stream.flush()


@contextmanager
def messages(argv: list[str]) -> Iterator[Send]:
    """A function that sends the report as a custom message; it does nothing when no Dagster asked for the run."""
    if not any(part.startswith("--dagster-pipes-context") for part in argv):
        yield lambda report: None
        return
    import dagster_pipes as pipes

    class ContextLoader(pipes.PipesContextLoader):  # type: ignore[misc]
        @contextmanager
        def load_context(self, params: Any) -> Iterator[Any]:
            content = lake.read_bytes(f"s3://{params['bucket']}/{params['key']}")
            yield json.loads(content or b"{}")

    class Channel(pipes.PipesMessageWriterChannel):  # type: ignore[misc]
        """Numbered objects of messages, one JSON a line."""

        def __init__(self, prefix: str) -> None:
            self._prefix, self._index, self._sent_at = prefix, 0, time.monotonic()
            self._waiting: list[str] = []

        def write_message(self, message: Any) -> None:
            self._waiting.append(json.dumps(message))
            self.send()

        def write_line(self, line: str) -> None:
            extras = {"stream": "stdout", "text": f"{line}\n", "extras": {}}
            self._waiting.append(json.dumps({"__dagster_pipes_version": protocol, "method": "log_external_stream", "params": extras}))
            if time.monotonic() - self._sent_at >= SECONDS_BETWEEN_UPLOADS:
                self.send()

        def send(self) -> None:
            """Lost messages are no reason to fail a job: the report object says the same."""
            self._index += 1
            try:
                lake.write_bytes(f"{self._prefix}/{self._index}.json", "\n".join(self._waiting).encode())
            except OSError as error:
                sys.stderr.write(f"messages {self._index} were not sent: {error}\n")
            self._waiting, self._sent_at = [], time.monotonic()

    class Writer(pipes.PipesMessageWriter):  # type: ignore[misc]
        """Not dagster_pipes' own writer for object stores: that one takes 7 s to close, in fixed sleeps for its copies of the streams."""

        @contextmanager
        def open(self, params: Any) -> Iterator[Channel]:
            channel = Channel("s3://" + "/".join(filter(None, (params["bucket"], params.get("key_prefix")))))
            with contextlib.redirect_stdout(Printed(sys.stdout, channel.write_line)):
                yield channel

    protocol = pipes.PIPES_PROTOCOL_VERSION
    with pipes.open_dagster_pipes(
        context_loader=ContextLoader(), message_writer=Writer(), params_loader=pipes.PipesCliArgsParamsLoader()
    ) as context:
        yield lambda report: context.report_custom_message({"report": report})
