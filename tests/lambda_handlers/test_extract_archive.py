import io
import json
import re
import struct
import zipfile
import zlib
from collections import deque

import pytest

from lambda_handlers import remote_file
from lambda_handlers.errors import BadRequest, SourceRejected, SourceUnavailable
from tests.lambda_handlers.conftest import Context
from tests.lambda_handlers.servers import Fault

QUEUE, TABLE = "extract-archive", "movielens_ratings"
LINES = [json.dumps({"item_id": number, "user_id": number % 7, "rating": 3.5}) for number in range(200)]
NDJSON = "\n".join(LINES).encode() + b"\n"


def zipped(members, compression=zipfile.ZIP_DEFLATED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return target.getvalue()


GOOD = zipped([("top/readme.txt", b"hello"), ("top/raw/ratings.json", NDJSON), ("top/raw/tags.json", b"{}")])


def serve(archive, content, etag='"v1"'):
    archive.versions = deque([(content, etag)])


def started(functions, archive, content=GOOD, etag='"v1"', table=TABLE):
    serve(archive, content, etag)
    answer = functions.start(table)["snapshots"][0]
    return answer["prefix"], functions.messages(QUEUE)


def visible(functions):
    return [key for key in functions.listing() if key.endswith((".gz", "_manifest.json"))]


def own(line):
    fields = json.loads(line)
    return {name: value for name, value in fields.items() if not name.startswith("_")}


def test_a_member_becomes_bounded_parts_and_a_manifest(archive, archive_functions):
    prefix, records = started(archive_functions, archive)
    assert prefix == "movielens_ratings/snapshot=20200913T122640Z-161078e4/"  # the first digits of the SHA-256 of '"v1"'
    message = json.loads(records[0]["body"])
    assert message == {
        "source": "tag_genome",
        "table": TABLE,
        "partition": None,
        "snapshot": "20200913T122640Z-161078e4",
        "member": "raw/ratings.json",
        "url": archive.url,
        "etag": '"v1"',
    }
    assert archive_functions.extract(QUEUE, records) == {"batchItemFailures": []}
    manifest = archive_functions.json(prefix + "_manifest.json")
    assert (manifest["rows"], manifest["total_results"], manifest["stable"]) == (200, None, True)
    assert [entry["key"].rsplit("/")[-1] for entry in manifest["objects"]] == [
        f"part-{n:05}.ndjson.gz" for n in range(len(manifest["objects"]))
    ]
    assert len(manifest["objects"]) == -(-len(NDJSON) // 1000) - 1  # parts overshoot by up to a line
    lines = archive_functions.lines(prefix)
    assert [own(line) for line in lines] == [json.loads(line) for line in LINES]
    first = json.loads(lines[0])
    planned_at = archive_functions.json(prefix + "_plan.json")["planned_at"]
    assert list(first.items())[:5] == [
        ("_source", "tag_genome"),
        ("_snapshot", "20200913T122640Z-161078e4"),
        ("_object", "part-00000.ndjson.gz"),
        ("_page", 0),
        ("_extracted_at", planned_at),
    ]
    assert "_partition" not in first


def test_running_again_changes_nothing_and_asks_nothing(archive, archive_functions):
    _, records = started(archive_functions, archive)
    archive_functions.extract(QUEUE, records)
    before = {key: archive_functions.raw(key) for key in archive_functions.listing()}
    asked = len(archive.requests)
    assert archive_functions.extract(QUEUE, records) == {"batchItemFailures": []}
    assert len(archive.requests) == asked
    assert archive_functions.start(TABLE)["snapshots"][0]["state"] == "complete"
    assert {key: archive_functions.raw(key) for key in archive_functions.listing()} == before


def test_a_crash_between_parts_is_repaired_with_the_same_bytes(archive, archive_functions):
    prefix, records = started(archive_functions, archive)
    archive_functions.extract(QUEUE, records)
    before = {key: archive_functions.raw(key) for key in visible(archive_functions) if key.endswith(".gz")}
    for key in (prefix + "_manifest.json", prefix + "part-00003.ndjson.gz", sorted(before)[-1]):
        archive_functions.s3.delete_object(Bucket=archive_functions.bucket, Key=key)
    assert archive_functions.extract(QUEUE, records) == {"batchItemFailures": []}
    assert {key: archive_functions.raw(key) for key in before} == before
    assert archive_functions.json(prefix + "_manifest.json")["rows"] == 200


def test_an_unchanged_archive_is_an_unchanged_snapshot_and_a_new_one_is_new(archive, archive_functions):
    first, _ = started(archive_functions, archive)
    same, _ = started(archive_functions, archive)
    other, _ = started(archive_functions, archive, etag='"v2"')
    assert first == same != other


@pytest.mark.parametrize("etag", [None, 'W/"weak"'], ids=["no-etag", "weak-etag"])
def test_a_server_without_strong_etags_is_pinned_by_date_and_size(archive, archive_functions, etag):
    prefix, records = started(archive_functions, archive, etag=etag)
    assert archive_functions.extract(QUEUE, records) == {"batchItemFailures": []}
    assert archive_functions.json(prefix + "_manifest.json")["rows"] == 200


def test_without_an_etag_another_size_is_another_snapshot(archive, archive_functions):
    first, _ = started(archive_functions, archive, etag=None)
    other, _ = started(archive_functions, archive, GOOD + b"\0", etag=None)
    assert first != other


def test_only_the_member_is_read(archive, archive_functions, monkeypatch):
    monkeypatch.setattr(remote_file, "TAIL_BYTES", 512)
    filler = bytes(range(256)) * 40_000
    content = zipped([("a", filler), ("raw/ratings.json", NDJSON), ("z", filler)], zipfile.ZIP_STORED)
    _, records = started(archive_functions, archive, content)
    assert archive_functions.extract(QUEUE, records) == {"batchItemFailures": []}
    ranges = [tuple(map(int, r["Range"].removeprefix("bytes=").split("-"))) for r in archive.requests]
    assert sum(last + 1 - first for first, last in ranges) < len(NDJSON) + 10_000


LINE_CASES = {
    "no-last-newline": (b'{"a":1}\n{"a":2}', ['{"a":1}', '{"a":2}']),
    "blank-lines": (b'\n\n{"a":1}\n\n\r\n\n{"a":2}\n\n', ['{"a":1}', '{"a":2}']),
    "crlf": (b'{"a":1}\r\n{"a":2}\r\n', ['{"a":1}\r', '{"a":2}\r']),
    "not-records": (b'broken\n{"a":1}\n[1]\n {"a":2}\n', ["broken", '{"a":1}', "[1]", ' {"a":2}']),
    "empty-records": (b"{}\n{}\n", ["{}", "{}"]),
    "escaped-newline": (b'{"a":"x\\n{y"}\n', ['{"a":"x\\n{y"}']),
    "empty": (b"", []),
}


@pytest.mark.parametrize(("content", "expected"), LINE_CASES.values(), ids=LINE_CASES.keys())
def test_lines_are_kept(archive, archive_functions, content, expected):
    prefix, records = started(archive_functions, archive, zipped([("raw/ratings.json", content)]))
    assert archive_functions.extract(QUEUE, records) == {"batchItemFailures": []}
    assert archive_functions.json(prefix + "_manifest.json")["rows"] == len(expected)
    kept = []
    for key in visible(archive_functions):
        if key.endswith(".gz"):
            for line in zlib.decompress(archive_functions.raw(key), 31).decode().split("\n")[:-1]:
                _, lineage, rest = line.partition('Z"')
                kept.append("{" + rest.removeprefix(",") if lineage else line)
    assert kept == expected


def test_a_csv_becomes_records_of_strings(archive, archive_functions):
    content = b'movieId,imdbId,tmdbId\r\n1,0114709,862\r\n2,"0113497",\r\n'
    prefix, records = started(archive_functions, archive, zipped([("ml-latest/links.csv", content)]), table="movielens_links")
    assert archive_functions.extract(QUEUE, records) == {"batchItemFailures": []}
    assert [own(line) for line in archive_functions.lines(prefix)] == [
        {"movieId": "1", "imdbId": "0114709", "tmdbId": "862"},
        {"movieId": "2", "imdbId": "0113497", "tmdbId": ""},
    ]


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
