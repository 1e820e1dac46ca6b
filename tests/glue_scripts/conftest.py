"""The engine of this folder's tests, one for the session, and a lake in a folder."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # lakehouse.py: tests are imported by path, without a package

import lakehouse

from local_aws.glue import sail_engine


@pytest.fixture(scope="session", autouse=True)
def engine(request):
    """Sail; the Spark of the process where engine_run.py has started it."""
    if "SPARK_CONF_DIR" in os.environ:
        yield "spark"
        return
    endpoint = request.getfixturevalue("aws_endpoint")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_REGION", "us-east-1")
        patch.setenv("AWS_ALLOW_HTTP", "true")
        patch.setenv("SPARK_REMOTE", "")
        with pytest.MonkeyPatch.context() as start:  # the engine reads the endpoint when it starts
            start.setenv("AWS_ENDPOINT_URL", endpoint)
            server = sail_engine.start()  # the server ends with its last reference
        yield "sail"
        del server


@pytest.fixture
def lake(tmp_path):
    return lakehouse.Lake(tmp_path)
