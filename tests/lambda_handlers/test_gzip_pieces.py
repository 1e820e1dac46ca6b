import gzip
import io
import random
import zlib

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_handlers import crc, gzip_pieces

TEXT = b"".join(b'{"item_id":%d}\n' % random.Random(3).randrange(10**6) for _ in range(1000))
PIECES = [TEXT, b"", b"x", TEXT * 40, random.Random(5).randbytes(70_000)]


def packed(pieces):
    made = gzip_pieces.Gzip()
    for piece in pieces:
        made.add(gzip_pieces.deflate([piece[:9000], piece[9000:]]))
    return made.finish()


@pytest.mark.parametrize("pieces", [[], [b""], PIECES], ids=["nothing", "empty", "pieces"])
def test_every_reader_gets_the_pieces_in_order(pieces):
    content, whole = packed(pieces), b"".join(pieces)
    assert gzip.decompress(content) == whole
    with pa.CompressedInputStream(pa.py_buffer(content), "gzip") as stream:
        assert stream.read() == whole


@given(st.binary(max_size=300), st.binary(max_size=300), st.integers(1, 400))
def test_the_sum_of_two_texts_follows_from_the_sums_of_each(first, second, times):
    assert crc.combine(zlib.crc32(first), zlib.crc32(second * times), len(second) * times) == zlib.crc32(first + second * times)


def test_it_is_one_member():
    inflater = zlib.decompressobj(31)
    assert inflater.decompress(packed(PIECES)) == b"".join(PIECES)
    assert inflater.eof
    assert inflater.unused_data == b""


def test_same_pieces_same_bytes():
    assert packed(PIECES) == packed(PIECES)


def test_a_broken_byte_is_noticed():
    content = bytearray(packed(PIECES))
    content[-6] ^= 1
    with pytest.raises(gzip.BadGzipFile), gzip.GzipFile(fileobj=io.BytesIO(bytes(content))) as file:
        file.read()
