import csv
import io
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_handlers import csv_lines
from lambda_handlers.csv_lines import to_ndjson
from lambda_handlers.errors import SourceRejected


def converted(content, size=1 << 20):
    chunks = [content[start : start + size] for start in range(0, len(content), size)]
    return [json.loads(line) for line in b"".join(to_ndjson(chunks)).decode().split("\n")[:-1]]


CASES = {
    "plain": (b"a,b\n1,2\n3,4\n", [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]),
    "no-last-newline": (b"a,b\n1,2", [{"a": "1", "b": "2"}]),
    "crlf": (b"a,b\r\n1,2\r\n", [{"a": "1", "b": "2"}]),
    "byte-order-mark": (b"\xef\xbb\xbfa,b\n1,2\n", [{"a": "1", "b": "2"}]),
    "empty-values": (b"a,b\n,\n", [{"a": "", "b": ""}]),
    "quoted-comma": (b'a,b\n"1,5",2\n', [{"a": "1,5", "b": "2"}]),
    "quoted-newline": (b'a,b\n"x\ny",2\n3,4\n', [{"a": "x\ny", "b": "2"}, {"a": "3", "b": "4"}]),
    "quoted-quote": (b'a,b\n"say ""hi""",2\n', [{"a": 'say "hi"', "b": "2"}]),
    "quoted-header": (b'"a","b c"\n1,2\n', [{"a": "1", "b c": "2"}]),
    "header-with-newline": (b'"a\nb",c\n1,2\n', [{"a\nb": "1", "c": "2"}]),
    "backslash": (b"a,b\nC:\\x,\t\n", [{"a": "C:\\x", "b": "\t"}]),
    "percent": (b"a%s,b%\n100%,%d\n", [{"a%s": "100%", "b%": "%d"}]),
    "unicode": ("a,b\nAmélie,映画\n".encode(), [{"a": "Amélie", "b": "映画"}]),
    "line-separator": ("a,b\nx\u2028y,z\x85\n".encode(), [{"a": "x\u2028y", "b": "z\x85"}]),
    "ragged": (b"a,b\n1\n1,2,3\n1,2\n", [["1"], ["1", "2", "3"], {"a": "1", "b": "2"}]),
    "one-column": (b"a\n1\n2\n", [{"a": "1"}, {"a": "2"}]),
    "header-only": (b"a,b\n", []),
    "mark-and-header-only": (b"\xef\xbb\xbfa,b", []),
    "mark-before-blank-line": (b"\xef\xbb\xbf\na,b\n1,2\n", [{"a": "1", "b": "2"}]),
    "blank-lines": (b"\r\n\na,b\n\n1,2\n\r\n\n3,4\n\n", [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]),
    "blank-lines-one-column": (b'\na\n\n1\n\n\n"3"\n\n', [{"a": "1"}, {"a": "3"}]),
    "quoted-blank-lines": (b'a,b\n"\n\nx\n\n\ny",2\n', [{"a": "\n\nx\n\n\ny", "b": "2"}]),
    "quoted-blank-lines-crlf": (b'a,b\r\n"x\r\n\r\ny",2\r\n', [{"a": "x\r\n\r\ny", "b": "2"}]),
    "cr": (b"a,b\r1,2\r3,4\r", [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]),
    "cr-behind-header": (b"a,b\r1,2\n3,4\n", [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]),
    "nul": (b"a,b\n1\0,2\n", [{"a": "1\0", "b": "2"}]),
}


@pytest.mark.parametrize("size", [1 << 20, 1, 3], ids=["one-chunk", "bytewise", "by-three"])
@pytest.mark.parametrize(("content", "expected"), CASES.values(), ids=CASES.keys())
def test_values_are_the_texts_of_the_csv(content, expected, size):
    assert converted(content, size) == expected


@pytest.mark.parametrize("other", ["1", '"1"', "\\"], ids=["plain", "beside-a-quote", "beside-an-escape"])
def test_a_value_may_be_as_long_as_a_line(other):
    long = "x" * 200_000
    assert converted(f"a,b\n{long},{other}\n".encode()) == [{"a": long, "b": other.strip('"')}]


@pytest.mark.parametrize("value", [b"1", b'"1"'], ids=["plain", "quoted"])
def test_long_names_above_short_rows_are_not_all_held_at_once(monkeypatch, value):
    monkeypatch.setattr(csv_lines, "NAMES_BYTES", 10_000, raising=False)
    name = "x" * 1000
    pieces = list(to_ndjson([name.encode() + b"\n" + (value + b"\n") * 500]))
    assert max(map(len, pieces)) < 11_000
    assert [json.loads(line) for line in b"".join(pieces).splitlines()] == [{name: "1"}] * 500


def test_short_rows_below_many_names_take_no_memory():
    content = ",".join(map(str, range(2000))).encode() + b"\n" + b"1\n" * 20_000
    tracemalloc.start()
    pieces = list(to_ndjson([content]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert b"".join(pieces) == b'["1"]\n' * 20_000
    assert peak < 20_000_000


BROKEN = {
    "empty": (b"", "no distinct names"),
    "repeated-name": (b"a,a\n1,2\n", "no distinct names"),
    "nameless": (b"a,\n1,2\n", "no distinct names"),
    "open-quote": (b'a,b\n"1,2\n', "ends inside a quoted value"),
    "quote-after-quote": (b'a,b\n"1"x"",2\n', "malformed"),
    "latin-1": (b"a,b\n\xe9,2\n", "not UTF-8"),
}


@pytest.mark.parametrize(("content", "reason"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_csv_is_refused(content, reason):
    with pytest.raises(SourceRejected, match=reason):
        converted(content)


values = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",), exclude_characters="\r\0"), max_size=8)


blanks = st.text("\nx", max_size=8)


@given(st.lists(st.lists(values | blanks, min_size=2, max_size=2), max_size=8), st.integers(1, 30))
def test_what_the_csv_module_writes_comes_back(rows, size):
    target = io.StringIO(newline="")
    csv.writer(target, lineterminator="\n").writerows([["a", "b"], *rows])
    assert converted(target.getvalue().encode(), size) == [{"a": one, "b": two} for one, two in rows]
