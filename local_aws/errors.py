"""The errors of the local AWS: those that an AWS client gets as an answer, and those that stop the launcher."""

from __future__ import annotations


class AwsError(Exception):
    """An answer with an AWS error code, as the service's API reference names it."""

    def __init__(self, code: str, message: str, status: int = 400, **fields: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.fields = fields


class LauncherError(Exception):
    """The local AWS cannot do what was asked; the message says what to do next."""


class PortBusyError(LauncherError):
    """Another program listens where the local AWS should."""


class NotRunningError(LauncherError):
    """No local AWS answers."""


class StartFailedError(LauncherError):
    """A process of the local AWS ended or stayed silent; the message quotes its log."""
