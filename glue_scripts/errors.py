"""Errors of a job: each message says what is wrong, with which object, and what to do next."""

from __future__ import annotations

from typing import Any

# What readers say of a line that does not fit: Sail and Spark.
BAD_DATA = ("Json error", "MALFORMED_RECORD_IN_PARSING")


class JobError(RuntimeError):
    """The job cannot write its table; it ends with exit code 1."""


class UsageError(JobError):
    """The job's arguments are wrong; it ends with exit code 2."""


class InputError(JobError):
    """An input is missing, incomplete or not what its manifest says."""


class CountError(JobError):
    """Rows read are not the rows written, duplicates and quarantined rows together."""


def is_bad_data(error: BaseException) -> bool:
    """Whether the engine gave up at a line of JSON, not for another reason: a damaged object, no memory, a wrong query."""
    return any(said in str(error) for said in BAD_DATA)


def reason(error: BaseException) -> str:
    """One line that says what went wrong: of an error of the JVM its first cause, of others the first line of the message."""
    text = str(error)
    java: Any = getattr(error, "java_exception", None)
    while java is not None:
        text, java = str(java.toString()), java.getCause()
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    name = "" if isinstance(error, JobError) else f"{type(error).__name__}: "
    return (name + lines[0]) if lines else type(error).__name__
