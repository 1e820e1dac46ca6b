import gzip
import io
import random
import zlib

import pyarrow as pa
import pytest

from lambda_handlers import gzip_pieces

TEXT = b"".join(b'{"item_id":%d}\n' % random.Random(3).randrange(10**6) for _ in range(1000))
PIECES = [TEXT, b"", b"x", TEXT * 40, random.Random(5).randbytes(70_000)]


def packed(pieces):
    made = gzip_pieces.Gzip()
    for piece in pieces:
        made.add(gzip_pieces.deflate(piece))
    return made.finish()


@pytest.mark.parametrize("pieces", [[], [b""], PIECES], ids=["nothing", "empty", "pieces"])
def test_every_reader_gets_the_pieces_in_order(pieces):
    content, whole = packed(pieces), b"".join(pieces)
    assert gzip.decompress(content) == whole
    with pa.CompressedInputStream(pa.py_buffer(content), "gzip") as stream:
        assert stream.read() == whole


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
