"""Glue crawlers and the catalog that they fill."""

from __future__ import annotations

import time
from typing import Any

import dagster as dg

from ggvd_dagster.errors import GgvdError
from ggvd_dagster.resources import clients


class CrawlFailed(GgvdError):  # noqa: N818
    """A crawl did not succeed; the message has the crawler's own reason."""


class Crawlers(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Starts crawlers and waits for them, at most `deadline_seconds`."""

    deadline_seconds: float = 1800
    slowest_poll: float = 5

    def crawl(self, crawler: str) -> None:
        """One whole crawl that began after this call: one that was going before may have missed our tables, so it is waited for."""
        glue, deadline = clients.client("glue"), time.monotonic() + self.deadline_seconds
        before: dict[str, Any] = {}
        for delay in clients.delays(most=self.slowest_poll):
            try:
                before = glue.get_crawler(Name=crawler)["Crawler"].get("LastCrawl", {})
                glue.start_crawler(Name=crawler)
                break
            except glue.exceptions.CrawlerRunningException:
                self._pause(crawler, delay, deadline)
        for delay in clients.delays(first=0.1, most=self.slowest_poll, factor=1.2):
            state = glue.get_crawler(Name=crawler)["Crawler"]
            if state["State"] == "READY":
                break
            self._pause(crawler, delay, deadline)
        last = state.get("LastCrawl", {})
        if _which(last) == _which(before):  # Glue, or the local AWS when it was killed, forgot the one that we started
            raise CrawlFailed(f"the crawl of {crawler} left no trace, the last one is that before: materialize again")
        if last.get("Status") != "SUCCEEDED":
            raise CrawlFailed(f"crawler {crawler} ended as {last.get('Status')}: {last.get('ErrorMessage', 'it gives no reason')}")

    def table(self, database: str, table: str) -> dict[str, Any] | None:
        """A table of the catalog as Glue answers it; None when the catalog has no such table."""
        glue = clients.client("glue")
        try:
            entry: dict[str, Any] = glue.get_table(DatabaseName=database, Name=table)["Table"]
        except glue.exceptions.EntityNotFoundException:
            return None
        return entry

    def _pause(self, crawler: str, delay: float, deadline: float) -> None:
        if time.monotonic() > deadline:
            raise CrawlFailed(f"crawler {crawler} was still busy after {self.deadline_seconds:.0f} s; see its log group /aws-glue/crawlers")
        time.sleep(delay)


def _which(crawl: dict[str, Any]) -> tuple[Any, Any]:
    """Tells a crawl from all others of its crawler."""
    return crawl.get("StartTime"), crawl.get("MessagePrefix")
