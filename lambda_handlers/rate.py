"""Keeps requests under a rate. The functions share no state: each gets the budget divided by how many may run at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from threading import Lock


class TokenBucket:
    """Hands out `rate` tokens a second, holding at most `burst` of them."""

    def __init__(
        self, rate: float, burst: float = 1.0, now: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._rate, self._burst, self._now, self._sleep = rate, burst, now, sleep
        self._tokens, self._last, self._lock = burst, now(), Lock()

    def take(self) -> float:
        """Wait until a token is there and take it. Returns the seconds waited."""
        with self._lock:
            moment = self._now()
            self._tokens = min(self._burst, self._tokens + (moment - self._last) * self._rate) - 1
            self._last = moment
            wait = max(0.0, -self._tokens / self._rate)
        if wait:
            self._sleep(wait)
        return wait


@cache
def bucket(rate: float, burst: float = 1.0) -> TokenBucket:
    """The container's own bucket: it outlives an invocation, as the rate does."""
    return TokenBucket(rate, burst)
