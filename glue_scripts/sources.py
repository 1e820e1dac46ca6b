"""Complete bronze snapshots: which there are, what their manifests list, and their records read with an explicit schema."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glue_scripts import lake
from glue_scripts.errors import InputError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import StructType

MANIFEST = "_manifest.json"
READERS = 8
SAMPLE_RECORDS, SAMPLE_BYTES = 20, 2**20  # of each object: a source changes its records' fields for all of them
LINEAGE = {
    "_source": "string",
    "_snapshot": "string",
    "_object": "string",
    "_page": "bigint",
    "_extracted_at": "string",
    "_partition": "string",
}


@dataclass(frozen=True)
class Snapshot:
    """A complete snapshot of one partition ("" where the table has none): URIs of its objects, their digests, what the manifest counts."""

    partition: str
    snapshot: str
    objects: tuple[str, ...]
    sha256: tuple[str, ...]
    rows: int
    bytes: int
    digest: str


def snapshots(uri: str, partitions: Sequence[str] | None) -> dict[str, Snapshot]:
    """The newest complete snapshot of each partition. Raises InputError when a listed object is missing or has other bytes."""
    sizes = lake.sizes(uri)
    newest: dict[str, str] = {}
    for path in sizes:
        folders = path.split("/")
        if folders[-1] != MANIFEST or not folders[-2].startswith("snapshot="):
            continue
        partition = folders[-3].partition("=")[2] if len(folders) > 2 else ""
        if partitions is None or partition in partitions:
            newest[partition] = max(newest.get(partition, ""), path)
    return {partition: _snapshot(uri, path, partition, sizes) for partition, path in sorted(newest.items())}


def _snapshot(uri: str, path: str, partition: str, sizes: dict[str, int]) -> Snapshot:
    content = lake.read_bytes(f"{uri}/{path}") or b""
    folder = path.rpartition("/")[0]
    try:
        manifest = json.loads(content)
        listed = [
            (f"{folder}/{entry['key'].rpartition('/')[2]}", int(entry["bytes"]), str(entry["sha256"])) for entry in manifest["objects"]
        ]
        name, rows = str(manifest["snapshot"]), int(manifest["rows"])
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{uri}/{path} is no manifest: {error!r}; extract the snapshot again") from error
    for key, size, _ in listed:
        if key not in sizes:
            raise InputError(f"{uri}/{key} is listed by its manifest and is not there; extract the snapshot again")
        if sizes[key] != size:
            raise InputError(f"{uri}/{key} has {sizes[key]} bytes, its manifest says {size}; extract the snapshot again")
    objects, digests = tuple(f"{uri}/{key}" for key, _, _ in listed), tuple(digest for _, _, digest in listed)
    size = sum(size for _, size, _ in listed)
    return Snapshot(partition, name, objects, digests, rows, size, hashlib.sha256(content).hexdigest())


def verify(found: Iterable[Snapshot]) -> dict[str, frozenset[str]]:
    """Names of the fields that the first records of the objects have, by partition. Raises InputError for what no manifest says.

    Every object is read for this once more, as stored, by several threads and without holding it in memory: hashing runs at some
    hundred MB/s and the largest table has about 1 GB compressed, seconds beside the minutes of parsing it. An object's own
    metadata would cost less and prove less: it was sent together with the bytes, whatever became of them.
    """
    listed = [(s.partition, *pair) for s in found for pair in zip(s.objects, s.sha256, strict=True)]
    seen: dict[str, frozenset[str]] = {}
    with ThreadPoolExecutor(READERS) as pool:
        for (partition, uri, expected), (got, names) in zip(listed, pool.map(lambda entry: _looked_at(entry[1]), listed), strict=True):
            if got != expected:
                raise InputError(f"{uri} has another SHA-256 ({got}) than its manifest says ({expected}); extract the snapshot again")
            seen[partition] = seen.get(partition, frozenset()) | names
    return seen


def _looked_at(uri: str) -> tuple[str, frozenset[str]]:
    digest, head = lake.sha256(uri)
    return digest, fields(head)


def fields(head: bytes) -> frozenset[str]:
    """Names of the fields in the first records of a gzip NDJSON object that begins with `head`. What is no record has none."""
    names: set[str] = set()
    try:
        text = zlib.decompressobj(wbits=31).decompress(head, SAMPLE_BYTES)
    except zlib.error:
        return frozenset()  # the reader will say what is wrong with it
    for line in text.split(b"\n")[:SAMPLE_RECORDS]:
        try:
            record = json.loads(line)
        except ValueError:  # malformed, or cut off by the sample's end
            continue
        names |= set(record) if isinstance(record, dict) else set()
    return frozenset(names)


def with_lineage(source: StructType) -> StructType:
    """The record's schema: lineage fields, then the source's own."""
    from pyspark.sql import types as T  # noqa: N812

    kinds = {"string": T.StringType(), "bigint": T.LongType()}
    return T.StructType([*(T.StructField(name, kinds[kind]) for name, kind in LINEAGE.items()), *source.fields])


def read(spark: SparkSession, objects: Iterable[str], source: StructType) -> DataFrame:
    """Records by the JSON reader, which is fast and raises at the first line that the schema does not fit."""
    found = list(objects)
    schema = with_lineage(source)
    if not found:
        return spark.createDataFrame([], schema)
    return spark.read.schema(schema).option("mode", "FAILFAST").option("lineSep", "\n").json(found)
