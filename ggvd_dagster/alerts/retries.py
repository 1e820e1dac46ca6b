"""Trying again: only what time alone may cure, a few times, each later than the one before."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg

from ggvd_dagster.alerts.classes import classify

MOST = 3
FIRST_SECONDS = 30.0


def retry_or(failure: dg.Failure, attempt: int, *texts: str) -> Exception:
    """What to raise: a request to run this step again when the class is transient and tries are left, else the failure as final.

    `attempt` is 0 at first (`context.retry_number`); `texts` are more of the error, nearest to the cause first.
    """
    description = failure.description or ""
    if classify(description, *texts).transient and attempt < MOST:
        return dg.RetryRequested(max_retries=MOST, seconds_to_wait=FIRST_SECONDS * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311
    metadata: dict[str, Any] = dict(failure.metadata)
    return dg.Failure(description, metadata=metadata, allow_retries=False)


@contextmanager
def again_if_transient(attempt: int) -> Iterator[None]:
    """Ask for the step to be run again when what is raised inside is of a transient class and tries are left; all else passes.

    A Failure passes too: who raises one has decided.
    """
    try:
        yield
    except (dg.Failure, dg.RetryRequested):
        raise
    except Exception as error:
        asked = retry_or(dg.Failure(f"{type(error).__name__}: {error}"), attempt)
        if isinstance(asked, dg.RetryRequested):
            raise asked from error
        raise
