"""Functions of Trino as macros of DuckDB, for what DuckDB does not have or answers differently.

A macro has one body for all types: overloads are not chosen by type where the argument is an aggregate. What depends on a type asks
`typeof`, which is a constant in the plan; `cast_to_type(x, example)` gives the type of `example`, which is not computed.
"""

from __future__ import annotations

# ends a text that must not pass a cast, and a message that a failing cast carries: only casts fail without being volatile, which TRY needs
MARK = "\N{OBJECT REPLACEMENT CHARACTER}"
ARGUMENT, MISMATCH = "INVALID_FUNCTION_ARGUMENT", "TYPE_MISMATCH: line 1:1"
TEXT = "typeof({0}) IN ('VARCHAR', '\"NULL\"')"

_BASE = (
    f"trino_fail(message) AS CAST('{MARK}' || message AS INTEGER)",
    "trino_trunc(unit, x) AS cast_to_type(date_trunc(unit, x), x)",
    "trino_shift(x, i) AS CASE WHEN typeof(x) = 'DATE' AND CAST(x + i AS VARCHAR) NOT LIKE '% 00:00:00'"
    f" AND trino_fail('{ARGUMENT}: Cannot add hour, minutes or seconds to a date') = 0 THEN x ELSE cast_to_type(x + i, x) END",
    "trino_millisecond(x) AS date_part('millisecond', x) % 1000",
    "yow(x) AS isoyear(x)",
    # what a - b and a + b are not in Trino, where DuckDB counts days
    f"trino_arithmetic(sign, a, b, answer) AS CASE WHEN typeof(a) = 'DATE' AND typeof(b) = 'DATE'"
    " AND trino_fail('NOT_SUPPORTED: line 1:1: in the local Athena, an interval between dates is not supported; use date_diff') = 0"
    " THEN answer"
    " WHEN (typeof(a) = 'DATE' AND typeof(b) IN ('TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'))"
    f" AND trino_fail('{MISMATCH}: Cannot apply operator: ' || lower(typeof(a)) || sign || lower(typeof(b))) = 0 THEN answer"
    " ELSE answer END",
)
_NUMBERS = (
    "e() AS exp(CAST(1 AS DOUBLE))",
    "nan() AS CAST('NaN' AS DOUBLE)",
    "infinity() AS CAST('Infinity' AS DOUBLE)",
    "is_nan(x) AS isnan(x)",
    "is_finite(x) AS isfinite(x)",
    "is_infinite(x) AS isinf(x)",
    # doubles divide by zero as IEEE says; a decimal's quotient has the greater scale of the two, rounded half up
    "trino_divide(a, b) AS CASE WHEN typeof(a + b) IN ('DOUBLE', 'FLOAT') AND b = 0"
    " THEN cast_to_type(CASE WHEN a > 0 THEN infinity() WHEN a < 0 THEN -infinity() WHEN a = 0 THEN nan() END, a + b)"
    " ELSE cast_to_type(a / b, (a + b) * CAST(1 AS INTEGER)) END",
    # a decimal keeps its scale
    "trino_round(x) AS round(x), (x, digits) AS cast_to_type(round(x, digits), x + x)",
    "trino_truncate(x) AS trunc(x), (x, digits) AS cast_to_type(trunc(x, digits), x + x)",
    "trino_sign(x) AS cast_to_type(sign(x), round(x))",
    # whole numbers: of text digits only, of doubles rounded half away from zero
    "trino_whole(x) AS CASE WHEN typeof(x) IN ('DOUBLE', 'FLOAT') THEN cast_to_type(round(TRY_CAST(x AS DOUBLE)), x)"
    " WHEN typeof(x) = 'VARCHAR' AND NOT regexp_full_match(CAST(x AS VARCHAR), '[+-]?[0-9]+')"
    f" THEN cast_to_type(CAST(x AS VARCHAR) || '{MARK}', x) ELSE x END",
    "trino_boolean(x) AS CASE WHEN typeof(x) = 'VARCHAR' AND lower(CAST(x AS VARCHAR)) NOT IN ('t', 'true', '1', 'f', 'false', '0')"
    f" THEN cast_to_type(CAST(x AS VARCHAR) || '{MARK}', x) ELSE x END",
    # moments of milliseconds; 4.5E0: https://github.com/trinodb/trino/pull/10657
    "trino_text(x) AS CASE WHEN typeof(x) IN ('DOUBLE', 'FLOAT') THEN trino_scientific(CAST(x AS VARCHAR)) WHEN typeof(x) = 'JSON'"
    " THEN json_extract_string(CAST(x AS VARCHAR), '$') WHEN typeof(x) LIKE 'TIMESTAMP%' THEN"
    " strftime(TRY_CAST(CAST(x AS VARCHAR) AS TIMESTAMP), '%Y-%m-%d %H:%M:%S.%g') || if(typeof(x) LIKE '%ZONE', ' UTC', '')"
    " ELSE CAST(x AS VARCHAR) END",
)
_TEXTS = (
    "codepoint(x) AS unicode(x)",
    "hamming_distance(a, b) AS hamming(a, b)",
    "trino_substr(x, start) AS CASE WHEN start = 0 OR start < -length(x) THEN '' ELSE substr(x, start) END,"
    " (x, start, size) AS CASE WHEN start = 0 OR start < -length(x) OR size <= 0 THEN '' ELSE substr(x, start, size) END",
    "trino_split(x, delimiter) AS CASE WHEN delimiter = '' AND"
    f" trino_fail('{ARGUMENT}: The delimiter may not be the empty string') = 0 THEN [x] WHEN x = '' THEN [x]"
    " ELSE str_split(x, delimiter) END",
    "trino_split_part(x, delimiter, place) AS CASE WHEN place > len(str_split(x, delimiter)) THEN NULL ELSE split_part(x, delimiter,"
    f" CASE WHEN place < 1 THEN trino_fail('{ARGUMENT}: Index must be greater than zero') ELSE place END) END",
    "trino_extract(x, pattern, part) AS CASE WHEN regexp_matches(x, pattern) THEN regexp_extract(x, pattern, part) END",
    "trino_json_scalar(x, path) AS CASE WHEN NOT json_valid(x) THEN NULL"
    " WHEN json_type(x, path) NOT IN ('OBJECT', 'ARRAY') THEN json_extract_string(x, path) END",
    # a part of a || b: a text, binary or list
    f"trino_part(x) AS CASE WHEN {TEXT.format('x')} OR typeof(x) = 'BLOB' OR typeof(x) LIKE '%[]' THEN x"
    f" WHEN trino_fail('{MISMATCH}: Unexpected parameters (' || lower(typeof(x)) || ') for function concat') = 0 THEN x END",
    # a text that is compared with `other`, which must be one
    f"trino_literal(x, other) AS CASE WHEN {TEXT.format('other')} THEN x"
    f" ELSE CAST(trino_fail('{MISMATCH}: Cannot apply operator: ' || lower(typeof(other)) || ' = varchar') AS VARCHAR) END",
)
_LISTS = (
    "trino_at(list, place) AS list[CASE"
    f" WHEN place < 1 THEN trino_fail('{ARGUMENT}: SQL array indices start at 1')"
    f" WHEN place > len(list) THEN trino_fail('{ARGUMENT}: Array subscript must be less than or equal to array length: '"
    " || place || ' > ' || len(list)) ELSE place END]",
    "trino_value(map, key) AS CASE WHEN map_contains(map, key) OR map IS NULL THEN map[key]"
    f" WHEN trino_fail('{ARGUMENT}: Key not present in map: ' || key) = 0 THEN map[key] END",
    "trino_contains(list, x) AS CASE WHEN list_contains(list, x) THEN true WHEN x IS NULL OR list IS NULL THEN NULL"
    " WHEN len(list) > list_count(list) THEN NULL ELSE false END",
    "trino_position(list, x) AS CASE WHEN x IS NULL OR list IS NULL THEN NULL ELSE coalesce(list_position(list, x), 0) END",
    "trino_array_max(list) AS CASE WHEN len(list) > list_count(list) THEN NULL ELSE list_max(list) END",
    "trino_array_min(list) AS CASE WHEN len(list) > list_count(list) THEN NULL ELSE list_min(list) END",
    "trino_slice(list, start, size) AS CASE WHEN start < -len(list) THEN list[1:0]"
    " ELSE list[CASE WHEN start < 0 THEN len(list) + start + 1 ELSE start END"
    " : CASE WHEN start < 0 THEN len(list) + start + 1 ELSE start END + size - 1] END",
    "trino_distinct(list) AS list_filter(list, lambda x, place: list_position(list, x) = place)",
    "trino_remove(list, x) AS list_filter(list, lambda y: y IS DISTINCT FROM x)",
    "trino_repeat(x, times) AS list_transform(range(times), lambda place: x)",
    "trino_sequence(start, stop) AS generate_series(start, stop, CASE WHEN start <= stop THEN 1 ELSE -1 END),"
    " (start, stop, step) AS cast_to_type(generate_series(start, stop, step), [start])",
    "map_agg(k, v) AS map(list(k) FILTER (k IS NOT NULL), list(v) FILTER (k IS NOT NULL))",
)
MACROS = tuple(f"CREATE MACRO {macro}" for macro in (*_BASE, *_NUMBERS, *_TEXTS, *_LISTS))
