"""Servers of archives that crawl or do not answer: the invocation's time ends before what is asked for has come."""

import socket
import time
import zipfile

import pytest

from lambda_handlers import ranges, remote_file
from lambda_handlers.deadline import Deadline
from lambda_handlers.errors import SourceUnavailable
from tests.lambda_handlers.archives import NDJSON, QUEUE, started, zipped
from tests.lambda_handlers.conftest import Context


class Running(Context):
    """A context whose seconds go by."""

    def __init__(self, seconds):
        super().__init__(seconds)
        self.began = time.monotonic()

    def get_remaining_time_in_millis(self):
        return super().get_remaining_time_in_millis() - int((time.monotonic() - self.began) * 1000)


def test_time_that_runs_out_while_a_server_crawls_is_told(archive, archive_functions, monkeypatch):
    monkeypatch.setattr(remote_file, "TAIL_BYTES", 512)
    prefix, records = started(archive_functions, archive, zipped([("raw/ratings.json", NDJSON * 100)], zipfile.ZIP_STORED))
    archive.piece, archive.pause = 1000, 0.02
    context = Running(6.0)
    with pytest.raises(SourceUnavailable, match="the message is tried again"):
        archive_functions.extract(QUEUE, records, context)
    assert context.get_remaining_time_in_millis() > 0
    assert prefix + "_errors/member.json" in archive_functions.listing()


def test_time_that_runs_out_while_a_server_is_silent_is_told():
    context = Running(6.0)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(SourceUnavailable, match="timed out"):
        ranges.identify(f"http://127.0.0.1:{silent.getsockname()[1]}/archive.zip", Deadline(context))
    assert context.get_remaining_time_in_millis() > 0
