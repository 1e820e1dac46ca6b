"""Errors that a person can act on. The message says what went wrong, which thing, and what to do next."""


class GgvdError(Exception):
    """Ends a `ggvd` command with its message as one line and exit code 2."""
