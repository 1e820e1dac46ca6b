"""How long this invocation may still work. Whoever would run out of time says so early, so that nothing is left half written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lambda_handlers.errors import SourceUnavailable

RESERVE_SECONDS = 5.0  # enough to write one error object and to answer


class Deadline:
    """Seconds left, from Lambda's context; without a context there is no limit."""

    def __init__(self, context: Any, reserve: float = RESERVE_SECONDS) -> None:
        self._left: Callable[[], int] | None = getattr(context, "get_remaining_time_in_millis", None)
        self._reserve = reserve

    def seconds(self) -> float:
        """Seconds that may be spent, the reserve taken off; never negative."""
        return max(0.0, self._left() / 1000 - self._reserve) if self._left else float("inf")

    def check(self, work: str, needed: float = 0.0) -> None:
        """Raises SourceUnavailable when fewer than `needed` seconds are left for `work`."""
        left = self.seconds()
        if left <= needed:
            raise SourceUnavailable(f"{work} needs about {needed:.0f} s and {left:.0f} s are left; the message is tried again")
