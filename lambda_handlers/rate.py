"""Keeps requests under a rate. The functions share no state: each gets the budget divided by how many may run at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from threading import Lock

CATCH_UP = 1.02  # how much faster than the rate what was missed is made up for
LONGEST_MISSED = 1.0  # seconds


class TokenBucket:
    """Hands out `rate` tokens a second, holding at most `burst` of them, and never more than `fastest` in a second."""

    def __init__(
        self,
        rate: float,
        burst: float = 1.0,
        fastest: float = float("inf"),
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._rate, self._burst, self._spacing, self._now, self._sleep = rate, burst, 1 / fastest, now, sleep
        self._tokens, self._last, self._next, self._lock = burst, now(), now(), Lock()

    def take(self) -> float:
        """Wait until a token is there and take it. Returns the seconds waited."""
        with self._lock:
            moment = self._now()
            self._tokens = min(self._burst, self._tokens + (moment - self._last) * self._rate) - 1
            self._last = moment
            wait = max(0.0, -self._tokens / self._rate, self._next - moment)
            self._next = moment + wait + self._spacing
        if wait:
            self._sleep(wait)
        return wait

    def forget(self) -> None:
        """Give back what was saved up, since the source has no room for it."""
        with self._lock:
            self._tokens, self._last = min(self._tokens, 0.0), self._now()


class Pace:
    """Lets one request pass each `1 / rate` seconds; what a pause missed is made up for slowly, so that nobody floods the source at once.

    `forget` what was missed after the source refused: functions that were refused together must not come back faster together.
    """

    def __init__(self, rate: float, now: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep) -> None:
        self._interval, self._now, self._sleep = 1 / rate, now, sleep
        self._due: float | None = None  # the first request is never late
        self._missed, self._lock = 0.0, Lock()

    def take(self) -> float:
        """Wait for the next turn. Returns the seconds waited."""
        with self._lock:
            moment = self._now()
            due = moment if self._due is None else self._due
            self._missed = min(LONGEST_MISSED, self._missed + max(0.0, moment - due))
            sooner = min(self._missed, self._interval * (1 - 1 / CATCH_UP))
            self._missed -= sooner
            start = max(moment, due)
            self._due = start + self._interval - sooner
        if start > moment:
            self._sleep(start - moment)
        return start - moment

    def forget(self) -> None:
        with self._lock:
            self._missed, self._due = 0.0, None


Limiter = TokenBucket | Pace


@cache
def pace(rate: float) -> Pace:
    """The container's own: it outlives an invocation, as the rate does."""
    return Pace(rate)


@cache
def bucket(rate: float, burst: float, fastest: float) -> TokenBucket:
    """The container's own bucket: it outlives an invocation, as the rate does."""
    return TokenBucket(rate, burst, fastest)
