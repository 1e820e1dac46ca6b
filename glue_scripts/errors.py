"""Errors of a job: each message says what is wrong, with which object, and what to do next."""

from __future__ import annotations


class JobError(RuntimeError):
    """The job cannot write its table; it ends with exit code 1."""


class UsageError(JobError):
    """The job's arguments are wrong; it ends with exit code 2."""


class InputError(JobError):
    """An input is missing, incomplete or not what its manifest says."""


class CountError(JobError):
    """Rows read are not the rows written, duplicates and quarantined rows together."""
