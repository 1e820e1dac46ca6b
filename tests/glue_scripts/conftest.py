"""The Sail engine for this folder's tests, one for the session, and a lake in a folder."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # lakehouse.py: tests are imported by path, without a package

import lakehouse


@pytest.fixture(scope="session", autouse=True)
def sail(aws_endpoint):
    # after aws_endpoint: the engine reads the endpoint from the environment when it starts
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_REGION", "us-east-1")
        patch.setenv("AWS_ALLOW_HTTP", "true")
        patch.setenv("SPARK_REMOTE", "")
        yield lakehouse.start_sail()


@pytest.fixture
def lake(tmp_path):
    return lakehouse.Lake(tmp_path)
