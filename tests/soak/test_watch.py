"""What the soak calls growth."""

import pytest

from tests.soak.watch import Sample, Watch


@pytest.mark.parametrize(
    ("mib", "files", "grows"),
    [
        ((165, 169, 172, 174, 176), (43, 38, 44, 45, 45), False),
        ((164, 182, 185, 187, 196), (10, 10, 16, 17, 17), True),  # a code server that kept 4 KiB of each tick
        ((162, 190, 191, 191, 191), (10, 10, 10, 10, 10), False),  # what is made once
        ((165, 165, 165, 165, 165), (8, 8, 8, 14, 20), True),
    ],
)
def test_a_process_grows_that_needs_more_at_the_end_than_at_half_time(mib, files, grows):
    watch = Watch({"it": None}, [{"it": Sample(*point)} for point in zip(mib, files, strict=True)])
    assert watch.grown() == (["it"] if grows else [])
