from benchmarks import sizing


def test_the_page_is_what_the_spec_and_the_prices_give():
    assert sizing.PAGE.read_text() == sizing.page(), "run `python -m benchmarks.sizing`"


def test_a_hundred_times_the_ratings_cost_less_than_a_hundred_times_as_much():
    small, large = (sizing.glue(size) for size in sizing.SIZES)
    assert small["dollars"] < large["dollars"] < 100 * small["dollars"]
    assert large["longest"] < sizing.spec.load().glue.timeout_minutes


def test_members_of_scale_one_fit_into_one_invocation():
    assert sizing.archives(sizing.SIZES[0])["longest"] < sizing.spec.load().functions["extract-archive"].timeout_seconds
