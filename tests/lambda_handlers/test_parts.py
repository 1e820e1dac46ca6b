import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_handlers import parts
from lambda_handlers.errors import SourceRejected

contents = st.lists(st.sampled_from([b"a", b"{", b"}", b"\r", b"\n", b"\r\n", b"\n\n", b'{"a":1}', b"\xff"]), max_size=60).map(b"".join)


def chunked(content, size):
    return [content[start : start + size] for start in range(0, len(content), size)]


def expected_lines(content):
    return [line for line in content.split(b"\n") if line not in (b"", b"\r")]


@given(contents, st.integers(1, 20))
def test_whole_lines_are_the_members_lines_but_for_blank_ones(content, size):
    pieces = list(parts.whole_lines(chunked(content, size)))
    assert all(piece.endswith(b"\n") for piece in pieces)
    joined = b"".join(pieces)
    assert joined.split(b"\n")[:-1] == expected_lines(content)
    assert joined.count(b"\n") == len(expected_lines(content))


@given(contents, st.integers(1, 20), st.integers(1, 40))
def test_parts_concatenate_to_the_member_and_are_bounded(content, size, part_bytes):
    lines = list(parts.whole_lines(chunked(content, size)))
    finished, current = [], b""
    for piece, last in parts.cut(lines, part_bytes):
        current += piece
        if last:
            finished.append(current)
            current = b""
    assert b"".join([*finished, current]) == b"".join(lines)
    assert len(current) < part_bytes
    for part in finished:
        assert part.endswith(b"\n")
        assert len(part) >= part_bytes
        assert len(part[: part.rstrip(b"\n").rfind(b"\n") + 1]) < part_bytes  # without its last line it was not full


@given(contents, st.integers(1, 20), st.integers(1, 20), st.integers(1, 40))
def test_parts_do_not_depend_on_how_the_member_arrives(content, one, other, part_bytes):
    def bounds(size):
        sizes, current = [], 0
        for piece, last in parts.cut(parts.whole_lines(chunked(content, size)), part_bytes):
            current += len(piece)
            if last:
                sizes.append(current)
                current = 0
        return [*sizes, current]

    assert bounds(one) == bounds(other)


@given(contents, st.integers(1, 20))
def test_records_are_utf8_and_all_other_lines_stay(content, size):
    def is_utf8(line):
        return line.decode(errors="ignore").encode() == line

    lines = expected_lines(content)
    kept = b"".join(parts.records(chunked(content, size))).decode().encode().split(b"\n")[:-1]
    assert len(kept) == len(lines)
    for line, record in zip(lines, kept, strict=True):
        assert record == line if is_utf8(line) else record.startswith(parts.NOT_UTF8)


def test_a_record_that_is_not_utf8_shows_its_bytes_and_the_mark_at_the_beginning_goes():
    content = [b'\xef\xbb\xbf{"a":"\xc3\xa9"}\n{"a":"\\', b'\xff"}\n{"a":1}']
    assert b"".join(parts.records(content)).decode() == '{"a":"é"}\nnot UTF-8: {"a":"\\\\xff"}\n{"a":1}\n'


def test_a_line_over_the_bound_is_refused(monkeypatch):
    monkeypatch.setattr(parts, "LONGEST_LINE", 1000)
    with pytest.raises(SourceRejected, match="over 1000 bytes"):
        list(parts.whole_lines([b"x" * 600] * 3))


@given(contents, st.integers(1, 40))
def test_blocks_are_whole_lines_of_at_most_a_size_unless_one_line_is_longer(content, size):
    whole = b"".join(parts.whole_lines([content]))
    blocks = list(parts.blocks(whole, size))
    assert b"".join(blocks) == whole
    assert all(block.endswith(b"\n") for block in blocks)
    assert all(len(block) <= size or block.count(b"\n") == 1 for block in blocks)
