"""Parts that an earlier try left: they count only when they hold what the member has."""

import json
import zipfile

import pytest

from lambda_handlers import archive as archives
from lambda_handlers import gzip_pieces
from lambda_handlers.bronze import Bronze
from tests.lambda_handlers.archives import LINES, NDJSON, QUEUE, TABLE, own, serve, started, visible, with_settings, zipped

STORED = zipped([("raw/ratings.json", NDJSON)], zipfile.ZIP_STORED)
OTHER_BYTES = STORED.replace(b'"rating": 3.5', b'"rating": 4.5', 1)


def refused(functions, prefix, records):
    assert functions.extract(QUEUE, records)["batchItemFailures"]
    assert prefix + "_manifest.json" not in functions.listing()
    return functions.json(prefix + "_errors/member.json")


def cut_short(functions, keep):
    """What a function leaves that is killed after `keep` parts."""
    written = [key for key in visible(functions) if key.endswith(".gz")]
    for key in {*visible(functions)} - {*written[:keep]}:
        functions.s3.delete_object(Bucket=functions.bucket, Key=key)


def test_parts_of_a_broken_read_are_not_taken_for_the_members(archive, archive_functions, monkeypatch):
    monkeypatch.setattr(archives, "CHUNK_BYTES", 700)
    prefix, records = started(archive_functions, archive, OTHER_BYTES)
    assert "CRC" in refused(archive_functions, prefix, records)["message"]
    serve(archive, STORED)
    failure = refused(archive_functions, prefix, records)
    assert failure["class"] == "SourceRejected"
    assert f"{prefix}part-00000.ndjson.gz" in failure["message"]
    assert f"delete the objects below {prefix}" in failure["message"]


def test_the_cure_that_the_refusal_names_cures(archive, archive_functions, monkeypatch):
    monkeypatch.setattr(archives, "CHUNK_BYTES", 700)
    prefix, records = started(archive_functions, archive, OTHER_BYTES)
    refused(archive_functions, prefix, records)
    serve(archive, STORED)
    for key in archive_functions.listing():
        archive_functions.s3.delete_object(Bucket=archive_functions.bucket, Key=key)
    archive_functions.start(TABLE)
    assert archive_functions.extract(QUEUE, records) == {"batchItemFailures": []}
    assert [own(line) for line in archive_functions.lines(prefix)] == [json.loads(line) for line in LINES]


@pytest.mark.parametrize("size", [500, 2000], ids=["smaller", "larger"])
def test_parts_of_another_size_are_not_mixed(archive, archive_functions, monkeypatch, size):
    prefix, records = started(archive_functions, archive)
    archive_functions.extract(QUEUE, records)
    cut_short(archive_functions, keep=2)
    with_settings(monkeypatch, archive_functions, "SOURCES", "tag_genome", part_bytes=size)
    assert "delete the objects" in refused(archive_functions, prefix, records)["message"]


def test_what_is_there_is_not_compressed_again(archive, archive_functions, monkeypatch):
    prefix, records = started(archive_functions, archive)
    archive_functions.extract(QUEUE, records)
    whole = archive_functions.json(prefix + "_manifest.json")["objects"]
    cut_short(archive_functions, keep=len(whole) - 1)
    compressed = []
    deflate = gzip_pieces.deflate
    monkeypatch.setattr(gzip_pieces, "deflate", lambda blocks: compressed.append(1) or deflate(blocks))
    assert archive_functions.extract(QUEUE, records) == {"batchItemFailures": []}
    assert len(compressed) == 1
    assert archive_functions.json(prefix + "_manifest.json")["objects"] == whole


@pytest.mark.parametrize("part_bytes", [1000, 500], ids=["same", "other"])
def test_parts_that_another_writes_meanwhile_are_looked_at_too(archive, archive_functions, monkeypatch, part_bytes):
    prefix, records = started(archive_functions, archive)
    archive_functions.extract(QUEUE, records)
    cut_short(archive_functions, keep=2)
    with_settings(monkeypatch, archive_functions, "SOURCES", "tag_genome", part_bytes=part_bytes)
    monkeypatch.setattr(Bronze, "names", lambda self, snapshot: set())
    failed = archive_functions.extract(QUEUE, records)["batchItemFailures"]
    assert (prefix + "_manifest.json" in archive_functions.listing()) is (part_bytes == 1000) is (not failed)
