"""Dagster Pipes over objects of the lake, compatible with dagster-aws's S3 injector and reader, without boto3.

Messages inform: a job runs the same without Dagster, and its report object says everything that its messages say.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from glue_scripts import lake

SECONDS_BETWEEN_UPLOADS = 1.0
Send = Callable[[dict[str, Any]], None]


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

    class Channel(pipes.PipesBlobStoreMessageWriterChannel):  # type: ignore[misc]
        def __init__(self, prefix: str) -> None:
            super().__init__(interval=SECONDS_BETWEEN_UPLOADS)
            self._prefix = prefix

        def upload_messages_chunk(self, payload: IO[str], index: int) -> None:
            try:
                lake.write_bytes(f"{self._prefix}/{index}.json", payload.read().encode())
            except OSError as error:
                sys.__stderr__.write(f"messages {index} were not sent: {error}\n")  # type: ignore[union-attr]

    class Writer(pipes.PipesBlobStoreMessageWriter):  # type: ignore[misc]
        def make_channel(self, params: Any) -> Channel:
            return Channel("s3://" + "/".join(filter(None, (params["bucket"], params.get("key_prefix")))))

    with pipes.open_dagster_pipes(
        context_loader=ContextLoader(),
        message_writer=Writer(interval=SECONDS_BETWEEN_UPLOADS),
        params_loader=pipes.PipesCliArgsParamsLoader(),
    ) as context:
        yield lambda report: context.report_custom_message({"report": report})
