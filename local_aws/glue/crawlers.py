"""The operations of Glue crawlers that do their work: StartCrawler and StopCrawler."""

from __future__ import annotations

import contextvars
import logging
import threading
import time
import uuid
from typing import Any

from local_aws.errors import AwsError
from local_aws.glue.crawl import LOG_GROUP, Crawl
from local_aws.overlay import Json

INTERRUPTED = "The local AWS ended while the crawl was going."
log = logging.getLogger(__name__)


class Crawlers:
    """Runs crawlers of the emulator's Glue (`glue` is its module)."""

    def __init__(self, glue: Any) -> None:
        self._glue = glue
        self._lock = threading.Lock()
        self._live: dict[str, Crawl] = {}

    def operations(self) -> dict[str, Any]:
        return {"StartCrawler": self.start_crawler, "StopCrawler": self.stop_crawler}

    def amendments(self) -> dict[str, Any]:
        return {"CreateCrawler": self.keep_tags}

    def keep_tags(self, request: Json, answer: Json) -> None:
        """The emulator drops a crawler's tags."""
        if tags := request.get("Tags"):
            self._glue._tags[self._glue._arn("crawler", request["Name"])] = dict(tags)

    def start_crawler(self, request: Json) -> Json:
        crawler = self._crawler(request)
        with self._lock:
            if crawler["State"] != "READY":
                raise AwsError("CrawlerRunningException", f"Crawler with name {crawler['Name']} has already started")
            crawl = Crawl(crawler)
            self._live[crawl.id] = crawl
            crawler |= {"State": "RUNNING", "CrawlElapsedTime": 0}
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(self._run, crawler, crawl), daemon=True, name=f"crawler-{crawler['Name']}").start()
        return {}

    def stop_crawler(self, request: Json) -> Json:
        """End the crawl before its next table; the tables that it has made so far stay."""
        crawler = self._crawler(request)
        with self._lock:
            if crawler["State"] == "READY":
                raise AwsError("CrawlerNotRunningException", f"Crawler with name {crawler['Name']} isn't running")
            if crawler["State"] == "STOPPING":
                raise AwsError("CrawlerStoppingException", f"Crawler with name {crawler['Name']} is already stopping")
            crawler["State"] = "STOPPING"
            for crawl in self._live.values():
                if crawl.crawls(crawler):
                    crawl.stop()
        return {}

    def _crawler(self, request: Json) -> Json:
        crawler: Json | None = self._glue._crawlers.get(request["Name"])
        if crawler is None:
            raise AwsError("EntityNotFoundException", f"Crawler with name {request['Name']} does not exist")
        return crawler

    def _run(self, crawler: Json, crawl: Crawl) -> None:
        started, failure = time.time(), ""
        try:
            crawl.run()
        except Exception as error:
            log.exception("crawler %s", crawler["Name"])
            failure = f"{type(error).__name__}: {error}"
        crawler["CrawlElapsedTime"] = round((time.time() - started) * 1000)
        crawler["LastCrawl"] = {
            "Status": "FAILED" if failure else "CANCELLED" if crawl.stopped else "SUCCEEDED",
            "LogGroup": LOG_GROUP,
            "LogStream": crawler["Name"],
            "MessagePrefix": crawl.id,
            "StartTime": started,
            **({"ErrorMessage": failure} if failure else {}),
        }
        with self._lock:
            del self._live[crawl.id]
            crawler["State"] = "READY"

    def fail_interrupted(self) -> None:
        """Crawls that were alive when the server died are over; called once, after the state was restored."""
        for crawler in self._glue._crawlers.all_values():
            if crawler["State"] != "READY":
                failed = {"Status": "FAILED", "ErrorMessage": INTERRUPTED, "LogGroup": LOG_GROUP, "LogStream": crawler["Name"]}
                crawler |= {"State": "READY", "LastCrawl": failed | {"MessagePrefix": str(uuid.uuid4()), "StartTime": time.time()}}
