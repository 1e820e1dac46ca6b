"""Texts and patterns as Trino reads them: https://trino.io/docs/current/functions/string.html, regexp.html and json.html."""

import pyathena
import pytest

from tests.local_aws.athena.conftest import LOCAL


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("substr('hello', 2), substr('hello', -3), substr('hello', 0), substr('hello', 9)", ["ello", "llo", "", ""]),
        ("substr('hello', -3, 2), substring('hello' FROM 2 FOR 2), substr('hello', -9, 2)", ["ll", "el", ""]),
        ("split_part('a,b', ',', 2), split_part('a,b', ',', 3), split('a,,b', ',')", ["b", None, "[a, , b]"]),
        ("cardinality(split('', ',')), replace('abcb', 'b'), reverse('abc')", ["1", "ac", "cba"]),
        ("'a' || NULL, concat('a', 'b', NULL), concat_ws('-', 'a', NULL, 'b'), 'a' || 'b'", [None, None, "a-b", "ab"]),
        ("lpad('12345', 3, '0'), rpad('7', 3, '0'), trim('!' FROM '!foo!')", ["123", "700", "foo"]),
        ("translate('abcd', 'ac', 'z'), codepoint('A'), hamming_distance('abc', 'abd')", ["zbd", "65", "1"]),
        ("'abc' LIKE 'A%', 'a_c' LIKE 'a#_c' ESCAPE '#', 'abc' LIKE 'a#_c' ESCAPE '#'", ["false", "true", "false"]),
        (
            r"regexp_extract('1a 2b 14m', '\d+'), regexp_extract('1a 2b 14m', '(\d+)([a-z]+)', 2), regexp_extract('a', '\d')",
            ["1", "a", None],
        ),
        (r"regexp_extract_all('1a 2b 14m', '\d+'), regexp_split('1a 2b 14m', '\s*[a-z]+\s*')", ["[1, 2, 14]", "[1, 2, 14, ]"]),
        (r"regexp_replace('1a 2b 14m', '\d+[ab] '), regexp_replace('1a 2b 14m', '(\d+)([ab]) ', '3c$2 ')", ["14m", "3ca 3cb 14m"]),
        (r"regexp_like('1a 2b 14m', '\d+b'), regexp_count('1a 2b 14m', '\s*[a-z]+\s*')", ["true", "3"]),
        (r"regexp_replace('abc', '(b)', '\$$1')", ["a$bc"]),
        (
            """json_extract_scalar('{"a": [1]}', '$.a'), json_extract_scalar('{"a": 1}', '$.a'), json_extract_scalar('no', '$.a')""",
            [None, "1", None],
        ),
        ("""json_extract('{"a": {"b": "c"}}', '$.a.b'), json_array_length('[1, 2]')""", ['"c"', "2"]),
        ("format('%s%%', 123), format('%.5f', pi()), format('%03d', 8), format('%,d', 1234567)", ["123%", "3.14159", "008", "1,234,567"]),
        ("format('%.1f|%s', 3.25e0, 'x'), format('%.2f', 1.005e0), format('%5.1f', -2.5), format('{}')", ["3.3|x", "1.01", " -2.5", "{}"]),
        (
            "to_hex(md5(to_utf8('a'))), to_base64(to_utf8('a')), from_utf8(from_hex('61'))",
            ["0CC175B9C0F1B6A831C399E269772661", "YQ==", "a"],
        ),
    ],
)
def test_texts(answer, text, row):
    assert answer(text) == row


ARGUMENT = "INVALID_FUNCTION_ARGUMENT:"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ARRAY[1, 2][5]", f"{ARGUMENT} Array subscript must be less than or equal to array length: 5 > 2"),
        ("ARRAY[1, 2][0]", f"{ARGUMENT} SQL array indices start at 1"),
        ("MAP(ARRAY['a'], ARRAY[1])['z']", f"{ARGUMENT} Key not present in map: z"),
        ("split('a', '')", f"{ARGUMENT} The delimiter may not be the empty string"),
        ("split_part('a', ',', 0)", f"{ARGUMENT} Index must be greater than zero"),
        ("1 || 'a'", "TYPE_MISMATCH: line 1:1: Unexpected parameters (integer) for function concat"),
        ("x = '1' FROM (VALUES 1) AS t(x)", "TYPE_MISMATCH: line 1:1: Cannot apply operator: integer = varchar"),
        ("x IN ('1') FROM (VALUES 1) AS t(x)", "TYPE_MISMATCH: line 1:1: Cannot apply operator: integer = varchar"),
        ("nullif(x, '1') FROM (VALUES 1) AS t(x)", "TYPE_MISMATCH: line 1:1: Cannot apply operator: integer = varchar"),
        ("coalesce(x, '1') FROM (VALUES 1) AS t(x)", "TYPE_MISMATCH: line 1:1: values of types INTEGER and VARCHAR do not go together"),
        ("if(true, x, '1') FROM (VALUES 1) AS t(x)", "TYPE_MISMATCH: line 1:1: values of types VARCHAR and INTEGER do not go together"),
        ("x * '2' FROM (VALUES 1) AS t(x)", "FUNCTION_NOT_FOUND: line 1:1: Unexpected parameters: *(INTEGER, VARCHAR)"),
        ("split('a,b', ',', 2)", "NOT_SUPPORTED: split with a limit is not supported"),
        ("format('%x', 1)", "NOT_SUPPORTED: format '%x' is not supported, only %s, %d and %f"),
        ("regexp_replace('a', '(?<n>a)', '${n}')", "NOT_SUPPORTED: replacement '${n}' is not supported, only groups $1 to $9"),
        ("max_by(x, x, 2) FROM (VALUES 1) AS t(x)", "NOT_SUPPORTED: max_by of several rows is not supported"),
        ("k FROM UNNEST(MAP(ARRAY[1], ARRAY[2])) AS t(k, v)", "NOT_SUPPORTED: UNNEST of anything but one array is not supported"),
        ("INTERVAL '2' DAY", "NOT_SUPPORTED: a result of type interval is not supported"),
    ],
)
def test_failures(answer, text, reason):
    with pytest.raises(pyathena.error.OperationalError) as caught:
        answer(text)
    assert str(caught.value) == reason.replace(*LOCAL)
