"""A large archive made quickly: one compressed block of records, repeated. Each block ends with a full flush, so it inflates alone."""

import json
import random
import struct
import zlib

BLOCK_ROWS = 100_000
NAME = b"top/raw/ratings.json"


def ndjson_block():
    chance = random.Random(7)
    return b"".join(
        json.dumps(
            {"item_id": chance.randrange(90_000), "user_id": chance.randrange(250_000), "rating": chance.randrange(1, 11) / 2}
        ).encode()
        + b"\n"
        for _ in range(BLOCK_ROWS)
    )


def csv_block():
    chance = random.Random(7)
    return b"".join(
        b"%d,%d,%.1f,%d\n"
        % (chance.randrange(330_000), chance.randrange(290_000), chance.randrange(1, 11) / 2, 10**9 + chance.randrange(10**8))
        for _ in range(BLOCK_ROWS)
    )


def write_archive(path, least_bytes, block, name=NAME, header=b""):
    """A zip at `path` whose one member has at least `least_bytes` bytes. Returns the member's bytes and rows."""

    def deflated(content):
        deflater = zlib.compressobj(6, zlib.DEFLATED, -15)
        return deflater.compress(content) + deflater.flush(zlib.Z_FULL_FLUSH)

    repeats = -(-least_bytes // len(block))
    size, crc = len(header) + repeats * len(block), zlib.crc32(header)
    packed_header, packed = deflated(header), deflated(block)
    end = b"\x03\x00"  # an empty last block
    packed_size = len(packed_header) + repeats * len(packed) + len(end)
    with path.open("wb") as file:
        for _ in range(repeats):
            crc = zlib.crc32(block, crc)
        facts = struct.pack("<HHHHHLLLHH", 20, 0, 8, 0, 33, crc, packed_size, size, len(name), 0)
        file.write(b"PK\x03\x04" + facts + name)
        file.write(packed_header)
        for _ in range(repeats):
            file.write(packed)
        file.write(end)
        directory = b"PK\x01\x02" + struct.pack("<H", 20) + facts + struct.pack("<HHHLL", 0, 0, 0, 0, 0) + name
        start = file.tell()
        file.write(directory + b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 1, 1, len(directory), start, 0))
    return size, repeats * BLOCK_ROWS
