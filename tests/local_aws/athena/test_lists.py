"""Lists, maps and TRY as in Trino: https://trino.io/docs/current/functions/array.html and map.html."""

import pytest


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("ARRAY[1, 2][1], element_at(ARRAY[1, 2], 5), element_at(ARRAY[1, 2], -1), ARRAY[1] || ARRAY[2]", ["1", None, "2", "[1, 2]"]),
        ("contains(ARRAY[1, 2], 3), contains(ARRAY[1, NULL], 3), contains(ARRAY[1], NULL)", ["false", None, None]),
        (
            "array_position(ARRAY[1, 2], 2), array_position(ARRAY[1], 9), array_max(ARRAY[1, NULL]), array_min(ARRAY[3, 1])",
            ["2", "0", None, "1"],
        ),
        (
            "array_distinct(ARRAY[2, 1, 2]), array_sort(ARRAY[3, 1, NULL]), array_remove(ARRAY[1, 2, NULL], 1)",
            ["[2, 1]", "[1, 3, null]", "[2, null]"],
        ),
        (
            "slice(ARRAY[1, 2, 3, 4], 2, 2), slice(ARRAY[1, 2, 3], -2, 2), repeat('ab', 2), flatten(ARRAY[ARRAY[1], ARRAY[2]])",
            ["[2, 3]", "[2, 3]", "[ab, ab]", "[1, 2]"],
        ),
        (
            "sequence(1, 3), sequence(3, 1), sequence(DATE '2001-08-22', DATE '2001-08-23', INTERVAL '1' DAY)",
            ["[1, 2, 3]", "[3, 2, 1]", "[2001-08-22, 2001-08-23]"],
        ),
        ("array_join(ARRAY[1, NULL, 2], ','), array_join(ARRAY[1, NULL, 2], ',', '?')", ["1,2", "1,?,2"]),
        ("filter(ARRAY[5, -6, NULL, 7], x -> x > 0), transform(ARRAY[5, NULL, 6], x -> coalesce(x, 0) + 1)", ["[5, 7]", "[6, 1, 7]"]),
        (
            "MAP(ARRAY['a'], ARRAY[1])['a'], element_at(MAP(ARRAY['a'], ARRAY[1]), 'z'), try(MAP(ARRAY['a'], ARRAY[1])['z'])",
            ["1", None, None],
        ),
        ("a, n FROM UNNEST(ARRAY['x']) WITH ORDINALITY AS t(a, n)", ["x", "1"]),
        ("try(1 / 0), try(CAST('x' AS integer)), try(ARRAY[1][5])", [None, None, None]),
    ],
)
def test_lists_and_maps(answer, text, row):
    assert answer(text) == row
