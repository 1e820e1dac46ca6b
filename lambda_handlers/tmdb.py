"""The client of TMDB's discover API: one page in, its records out. Waits, tries again and gives up as the API's rules say."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lambda_handlers import pages, rate, web
from lambda_handlers.deadline import Deadline
from lambda_handlers.errors import SourceRejected, SourceUnavailable
from lambda_handlers.settings import Settings, Source
from lambda_handlers.windows import Count, Window

if TYPE_CHECKING:
    import requests

ATTEMPTS = 5
FASTEST = 30.0  # requests a second of a burst, which is alone
BODY_BYTES = 8 * 1024 * 1024  # a page is about 20 kB
BODY_SECONDS = 30.0
RETRYABLE_HTTP = frozenset({408, 429, *range(500, 600)})
RETRYABLE_STATUS = frozenset({9, 11, 15, 24, 25, 43, 46})  # https://developer.themoviedb.org/docs/errors
REFUSED_TOKEN = frozenset({3, 7, 10, 14})
REFUSAL_SECONDS = 60.0
_refused: dict[str, float] = {}  # token to the moment of its refusal, for as long as the container lives


class TmdbClient:
    """Reads pages with a Bearer token that appears in the Authorization header and nowhere else."""

    def __init__(
        self,
        url: str,
        token: str,
        secret_id: str,
        limiter: rate.Limiter,
        deadline: Deadline,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._url = f"{url.rstrip('/')}/discover/movie"
        self._token, self._secret_id = token, secret_id
        self._limiter, self._deadline, self._sleep = limiter, deadline, sleep

    def count(self, window: Window) -> Count:
        page = self.discover(window, 1)
        return Count(pages=page.total_pages if page.total_results else 0, results=page.total_results)

    def discover(self, window: Window, number: int) -> pages.Page:
        """Page `number` (from 1) of the movies that came out in `window`.

        Raises SourceRejected when trying again cannot help, SourceUnavailable when the tries or the time of this invocation ran out.
        """
        what = f"TMDB discover {window} page {number}"
        self._refuse_known(what)
        for attempt in range(1, ATTEMPTS + 1):
            self._deadline.check(what)
            self._limiter.take()
            try:
                return self._page(what, window, number)
            except SourceUnavailable as error:
                wait = web.backoff(attempt, error.retry_after)
                if attempt == ATTEMPTS or wait >= self._deadline.seconds():
                    raise SourceUnavailable(f"{error.text} (try {attempt} of {ATTEMPTS})", error.retry_after) from error
                self._sleep(wait)
                self._limiter.forget()
        raise AssertionError("unreachable: the last try returns or raises")

    def _refuse_known(self, what: str) -> None:
        """A token that was refused is not sent again for a while: a whole queue of messages must not ask one after the other."""
        seconds = time.monotonic() - _refused.get(self._token, -REFUSAL_SECONDS)
        if seconds < REFUSAL_SECONDS:
            raise SourceRejected(f"{what} was not asked: the token was refused {seconds:.0f} s ago; {self._cure()}")

    def _cure(self) -> str:
        return f"put a valid one into secret {self._secret_id} and redrive the queue"

    def _page(self, what: str, window: Window, number: int) -> pages.Page:
        parameters = {
            "include_adult": "false",
            "page": str(number),
            "primary_release_date.gte": str(window.first),
            "primary_release_date.lte": str(window.last),
            "sort_by": "primary_release_date.asc",  # popularity, the default, is recomputed while we read
        }
        left = self._deadline.seconds()
        with web.translated(what):
            response = web.session().get(
                self._url,
                params=parameters,
                headers={"Accept": "application/json"},
                auth=self._authorize,
                allow_redirects=False,
                stream=True,
                timeout=web.timeouts(left),
            )
        complete = False
        try:
            web.refuse_redirect(response, what)
            content = web.body(response, what, BODY_BYTES, min(BODY_SECONDS, left))
            complete = True
        finally:
            # A connection whose body was not read to its end must not serve the next request.
            if not complete:
                response.close()
        if response.status_code != 200:
            raise self._failure(what, response, content)
        return pages.parse(content, number)

    def _authorize(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        # As `auth`, not as a header of ours: requests lets a .netrc file replace such a header.
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def _failure(self, what: str, response: requests.Response, content: bytes) -> Exception:
        answer = _object(content)
        code, message = answer.get("status_code"), str(answer.get("status_message", ""))[:200]
        said = f"{what} was answered {response.status_code}" + (f", status {code}: {message}" if code else "")
        if response.status_code in {401, 403} or code in REFUSED_TOKEN:
            _refused[self._token] = time.monotonic()
            return SourceRejected(f"{said}; the token is refused, {self._cure()}")
        if response.status_code in RETRYABLE_HTTP or code in RETRYABLE_STATUS:
            return SourceUnavailable(said, web.retry_after(response.headers.get("Retry-After")))
        return SourceRejected(f"{said}; the request itself is refused")


def connect(settings: Settings, source: Source, deadline: Deadline, burst: float | None = None) -> TmdbClient:
    """The client of one invocation. The token is read anew each time, so that a repaired secret needs no new container.

    With `burst` so many requests may follow one another at FASTEST after a pause.
    """
    from lambda_handlers import aws

    whole = source.requests_per_second or 1.0
    limiter = rate.bucket(whole, burst, FASTEST) if burst else rate.pace(whole / settings.maximum_concurrency)
    return TmdbClient(source.url, aws.secret(settings.secret_id), settings.secret_id, limiter, deadline)


def _object(content: bytes) -> dict[str, Any]:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
