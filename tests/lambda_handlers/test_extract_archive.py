import json
import zipfile
import zlib

import pytest

from lambda_handlers import remote_file
from tests.lambda_handlers.archives import GOOD, LINES, NDJSON, QUEUE, TABLE, own, started, visible, zipped


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
