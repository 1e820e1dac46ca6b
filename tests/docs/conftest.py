"""One copy of the checkout, on a platform of its own, for all pages that are followed."""

import pytest

from tests.conftest import free_port
from tests.docs.walk import Checkout


@pytest.fixture(scope="session")
def checkout(tmp_path_factory):
    """A copy in which the sample of one year is there."""
    made = Checkout(tmp_path_factory.mktemp("walks") / "copy", (free_port(), free_port(), free_port()))
    try:
        made.run(".venv/bin/ggvd demo --years 2010-2010")
        yield made
    finally:
        made.run(".venv/bin/ggvd down")
