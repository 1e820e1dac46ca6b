"""The CRC-32 of two texts in a row from the CRC-32 of each, so that each can be summed on a thread of its own (zlib's crc32_combine)."""

from __future__ import annotations

from functools import cache

POLYNOMIAL = 0xEDB88320
Matrix = tuple[int, ...]  # of 32 rows of bits: what each bit of a sum becomes


def combine(first: int, second: int, length: int) -> int:
    """The sum of both, `length` being the bytes of the second: the first's sum moves on as if so many zeros followed it."""
    power = 0
    while length:
        if length & 1:
            first = _apply(_zeros(power), first)
        length >>= 1
        power += 1
    return first ^ second


@cache
def _zeros(power: int) -> Matrix:
    """What 2 ** power zero bytes make of a sum."""
    if power:
        half = _zeros(power - 1)
        return tuple(_apply(half, row) for row in half)
    bit = (POLYNOMIAL, *(1 << number for number in range(31)))
    for _ in range(3):  # one zero bit, two, four, eight
        bit = tuple(_apply(bit, row) for row in bit)
    return bit


def _apply(matrix: Matrix, value: int) -> int:
    found = 0
    for row in matrix:
        if value & 1:
            found ^= row
        value >>= 1
    return found
