"""Why an extraction can fail. The class says whether trying again can help; the text says what, which and what to do."""

from __future__ import annotations


class ExtractionError(Exception):
    """Base of this package's errors. Its text starts with the name of its class, because Lambda's callers get only text."""

    retryable = False

    def __init__(self, text: str, retry_after: float | None = None) -> None:
        """`retry_after` is the number of seconds before which another try is useless, where that is known."""
        super().__init__(text)
        self.text = text
        self.retry_after = retry_after

    def __str__(self) -> str:
        return f"{type(self).__name__}: {self.text}"

    def __reduce__(self) -> tuple[type[ExtractionError], tuple[str, float | None]]:
        return type(self), (self.text, self.retry_after)


class BadRequest(ExtractionError):  # noqa: N818  docs/architecture.md gives callers this name
    """The event or message is not one of ours; the sender must change it."""


class SourceRejected(ExtractionError):  # noqa: N818  docs/architecture.md gives callers this name
    """The source refuses, or what it serves cannot be trusted; a person must change something first."""


class SourceUnavailable(ExtractionError):  # noqa: N818  docs/architecture.md gives callers this name
    """The source, AWS or the time of this invocation failed; the same request can succeed later."""

    retryable = True


class SettingsError(ExtractionError):
    """An environment variable of the function is missing or wrong; the deployment must be repaired."""
