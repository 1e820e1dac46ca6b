import io
import itertools
import json
import re
import struct
import zipfile
from collections import deque

import pytest

from lambda_handlers import archive as archives
from lambda_handlers import remote_file
from lambda_handlers.errors import BadRequest, SourceRejected, SourceUnavailable
from tests.lambda_handlers.archives import GOOD, LINES, NDJSON, QUEUE, TABLE, own, serve, started, visible, zipped
from tests.lambda_handlers.conftest import Context
from tests.lambda_handlers.servers import Fault


def patched(content, name, offset, form, value):
    """Overwrite a field of the central directory's entry of `name`; `offset` from the entry's start."""
    data = bytearray(content)
    at = data.rindex(name) - 46
    struct.pack_into(form, data, at + offset, value)
    return bytes(data)


def symlink():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("raw/ratings.json", NDJSON)
        link = zipfile.ZipInfo("link")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return target.getvalue()


def duplicate():
    with pytest.warns(UserWarning, match="Duplicate name"):
        return zipped([("raw/ratings.json", NDJSON), ("raw/ratings.json", b"{}")])


MEMBER = b"raw/ratings.json"
PLAIN = zipped([("raw/ratings.json", NDJSON), ("other", b"x")])
HOSTILE = {
    "slip": (lambda: zipped([("../evil", b"x"), ("raw/ratings.json", NDJSON)]), "leads out"),
    "absolute": (lambda: zipped([("/etc/cron", b"x"), ("raw/ratings.json", NDJSON)]), "leads out"),
    "backslash": (lambda: zipped([("a\\..\\b", b"x"), ("raw/ratings.json", NDJSON)]), "leads out"),
    "symlink": (symlink, "symbolic link"),
    "duplicate": (duplicate, "several members of one name"),
    "encrypted": (lambda: patched(PLAIN, MEMBER, 8, "<H", 1), "encrypted"),
    "overlap": (lambda: patched(PLAIN, MEMBER, 20, "<L", 1_000_000), "overlaps"),
    "shared-data": (lambda: patched(PLAIN, b"other", 42, "<L", 0), "overlaps"),
    "bomb": (lambda: zipped([("raw/ratings.json", b"0" * 3_000_000)]), "as bombs do"),
    "bzip2": (lambda: zipped([("raw/ratings.json", NDJSON)], zipfile.ZIP_BZIP2), "compression 12"),
    "no-member": (lambda: zipped([("raw/other.json", NDJSON)]), r"0 members 'raw/ratings.json'.*raw/other.json"),
    "ambiguous": (lambda: zipped([("a/raw/ratings.json", NDJSON), ("b/raw/ratings.json", NDJSON)]), "2 members"),
    "cut-at-99-percent": (lambda: GOOD[: len(GOOD) * 99 // 100], "BadZipFile"),
    "no-zip": (lambda: b"<html>not found</html>", "BadZipFile"),
    "other-local-name": (lambda: PLAIN.replace(MEMBER, b"raw/ratingz.json", 1), "BadZipFile"),
}


@pytest.mark.parametrize(("make", "reason"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_archive_is_refused_before_anything_is_written(archive, archive_functions, make, reason):
    prefix, records = started(archive_functions, archive, make())
    assert archive_functions.extract(QUEUE, records) == {"batchItemFailures": [{"itemIdentifier": records[0]["messageId"]}]}
    assert visible(archive_functions) == []
    failure = archive_functions.json(prefix + "_errors/member.json")
    assert failure["class"] == "SourceRejected"
    assert re.search(reason, failure["message"])


def many(count):
    return zipped([("raw/ratings.json", NDJSON), *((f"other/{number:050}", b"x") for number in range(count))])


@pytest.mark.parametrize(
    ("module", "bound", "content", "reason"),
    [(remote_file, "LARGEST_READ", many(100), "directory is too large"), (archives, "LARGEST_MEMBER", PLAIN, "over the bound of 5000")],
    ids=["directory", "member"],
)
def test_what_is_larger_than_its_bound_is_refused_before_anything_is_written(
    archive, archive_functions, monkeypatch, module, bound, content, reason
):
    prefix, records = started(archive_functions, archive, content)
    monkeypatch.setattr(remote_file, "TAIL_BYTES", 512)
    monkeypatch.setattr(module, bound, 5000)
    assert archive_functions.extract(QUEUE, records) == {"batchItemFailures": [{"itemIdentifier": records[0]["messageId"]}]}
    assert visible(archive_functions) == []
    assert reason in archive_functions.json(prefix + "_errors/member.json")["message"]


def test_the_members_of_a_large_archive_are_compared_once_each():
    looks = itertools.count()

    class Entry(zipfile.ZipInfo):
        @property
        def header_offset(self):
            next(looks)
            return int(self.filename)

        @header_offset.setter
        def header_offset(self, value):
            pass

    archives._refuse_hostile("u", [Entry(str(number * 100)) for number in range(500)], 500 * 100)
    assert next(looks) < 500 * 5  # each with each are 125,000


BROKEN = {
    "wrong-crc": lambda: patched(PLAIN, MEMBER, 16, "<L", 1),
    "flipped-bytes": lambda: zipped([("raw/ratings.json", NDJSON)], zipfile.ZIP_STORED).replace(b'"rating": 3.5', b'"rating": 4.5', 1),
    "shorter-than-said": lambda: patched(PLAIN, MEMBER, 24, "<L", len(NDJSON) + 1),
    "longer-than-said": lambda: patched(PLAIN, MEMBER, 24, "<L", len(NDJSON) - 100),
    "broken-deflate": lambda: PLAIN[:46] + b"\xff" * 40 + PLAIN[86:],
}


@pytest.mark.parametrize("make", BROKEN.values(), ids=BROKEN.keys())
def test_content_that_differs_from_the_directory_never_gets_a_manifest(archive, archive_functions, make):
    prefix, records = started(archive_functions, archive, make())
    assert archive_functions.extract(QUEUE, records)["batchItemFailures"]
    assert prefix + "_manifest.json" not in archive_functions.listing()
    assert archive_functions.json(prefix + "_errors/member.json")["class"] == "SourceRejected"


@pytest.mark.parametrize("conditions", [True, False], ids=["server-answers-412", "server-ignores-if-match"])
def test_an_etag_that_changes_between_ranges_is_refused(archive, archive_functions, conditions, monkeypatch):
    monkeypatch.setattr(remote_file, "TAIL_BYTES", 64)
    prefix, records = started(archive_functions, archive)
    archive.conditions = conditions
    archive.versions = deque([(GOOD, '"v1"'), (GOOD, '"v1"'), (GOOD, '"v2"')])
    assert archive_functions.extract(QUEUE, records)["batchItemFailures"]
    assert visible(archive_functions) == []
    assert "has changed since it was planned" in archive_functions.json(prefix + "_errors/member.json")["message"]


def test_an_archive_that_changed_after_the_plan_is_refused(archive, archive_functions):
    prefix, records = started(archive_functions, archive)
    serve(archive, GOOD, '"v2"')
    assert archive_functions.extract(QUEUE, records)["batchItemFailures"]
    assert visible(archive_functions) == []
    assert "no longer" in archive_functions.json(prefix + "_errors/member.json")["message"]


def test_broken_connections_are_resumed(archive, archive_functions, monkeypatch):
    monkeypatch.setattr(remote_file, "TAIL_BYTES", 64)
    prefix, records = started(archive_functions, archive)
    archive.cut = deque([1, 64, 300, 10, 500])
    assert archive_functions.extract(QUEUE, records) == {"batchItemFailures": []}
    assert [own(line) for line in archive_functions.lines(prefix)] == [json.loads(line) for line in LINES]


def test_connections_that_break_now_and_then_are_resumed_to_the_end(archive, archive_functions, monkeypatch):
    monkeypatch.setattr(remote_file, "TAIL_BYTES", 512)
    monkeypatch.setattr(remote_file, "MENDED_BYTES", 1000)
    prefix, records = started(archive_functions, archive, zipped([("raw/ratings.json", NDJSON)], zipfile.ZIP_STORED))
    archive.cut = deque([1, 512, *[1000] * 8])
    assert archive_functions.extract(QUEUE, records) == {"batchItemFailures": []}
    assert [own(line) for line in archive_functions.lines(prefix)] == [json.loads(line) for line in LINES]


def test_connections_that_break_always_leave_the_message_for_later(archive, archive_functions):
    _, records = started(archive_functions, archive)
    archive.cut = deque([1, *[0] * 50])
    with pytest.raises(SourceUnavailable):
        archive_functions.extract(QUEUE, records)
    assert visible(archive_functions) == []


def test_too_little_time_leaves_the_message_for_later(archive, archive_functions):
    _, records = started(archive_functions, archive)
    with pytest.raises(SourceUnavailable, match="the message is tried again"):
        archive_functions.extract(QUEUE, records, Context(1))
    assert visible(archive_functions) == []


def test_a_server_without_ranges_is_refused(archive, archive_functions):
    archive.ranges = False
    serve(archive, GOOD)
    with pytest.raises(SourceRejected, match="ignores Range requests"):
        archive_functions.start(TABLE)


@pytest.mark.parametrize(
    ("fault", "error", "reason"),
    [
        (Fault(404), SourceRejected, "answered 404"),
        (Fault(301, b"", {"Location": "http://127.0.0.1:9/"}), SourceRejected, "redirected"),
        (Fault(206, b"x", {"Content-Range": "bytes 5-5/9"}), SourceRejected, "answered with"),
        (Fault(206, b"x"), SourceRejected, "without their size"),
        (Fault(206, b"x", {"Content-Range": "bytes 0-0/9"}), SourceRejected, "no Last-Modified"),
        (Fault(503), SourceUnavailable, "answered 503"),
    ],
    ids=["missing", "redirect", "other-range", "no-size", "no-date", "outage"],
)
def test_an_archive_that_cannot_be_planned_is_an_error(archive, archive_functions, fault, error, reason):
    archive.faults = deque([fault] * 5)
    serve(archive, GOOD)
    with pytest.raises(error, match=reason):
        archive_functions.start(TABLE)
    assert archive_functions.listing() == []


@pytest.mark.parametrize(
    "change",
    [{"url": "http://169.254.169.254/latest"}, {"member": "raw/tags.json"}, {"etag": 1}, {"partition": "2010"}, {"source": "movielens"}],
    ids=lambda change: next(iter(change)),
)
def test_a_message_cannot_lead_elsewhere(archive, archive_functions, change):
    _, records = started(archive_functions, archive)
    asked = len(archive.requests)
    record = archive_functions.record(QUEUE, {**json.loads(records[0]["body"]), **change})
    assert archive_functions.extract(QUEUE, [record])["batchItemFailures"]
    assert len(archive.requests) == asked


@pytest.mark.parametrize(
    "event",
    [{"partitions": ["2010"]}, {"snapshot": "20200101T000000Z-00000000"}],
    ids=["partitions", "another-snapshot"],
)
def test_a_start_that_asks_for_what_is_not_there_is_refused(archive, archive_functions, event):
    serve(archive, GOOD)
    with pytest.raises(BadRequest):
        archive_functions.start(TABLE, **event)


def test_a_zip64_archive_is_read(archive, archive_functions):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zipfile, "ZIP64_LIMIT", 100)
        content = zipped([("first", b"x" * 200), ("raw/ratings.json", NDJSON)])
    assert b"PK\x06\x06" in content  # the record that only such archives have
    prefix, records = started(archive_functions, archive, content)
    assert archive_functions.extract(QUEUE, records) == {"batchItemFailures": []}
    assert archive_functions.json(prefix + "_manifest.json")["rows"] == 200
