"""Crawls as the catalog assets wait for them, against a Glue that answers badly."""

from types import SimpleNamespace

import pytest

from ggvd_dagster.resources import clients
from ggvd_dagster.resources.crawler import Crawlers, CrawlFailed


class Running(Exception):  # noqa: N818
    pass


class FakeGlue:
    """A crawler that is busy `busy` times when it is started, then crawls for a while and ends as `last`."""

    exceptions = SimpleNamespace(CrawlerRunningException=Running)

    def __init__(self, busy, last):
        self.busy, self.last, self.starts, self.looks = busy, last, 0, 0

    def start_crawler(self, Name):  # noqa: N803  boto3's name
        self.starts += 1
        if self.starts <= self.busy:
            raise Running

    def get_crawler(self, Name):  # noqa: N803
        if not self.starts or self.starts <= self.busy:
            return {"Crawler": {"State": "READY", "LastCrawl": {"Status": "SUCCEEDED", "StartTime": 1}}}
        self.looks += 1
        ready = {"State": "READY", "LastCrawl": {**self.last, "StartTime": 2}}
        return {"Crawler": ready if self.looks > 2 else {"State": "RUNNING", "LastCrawl": {"Status": "SUCCEEDED", "StartTime": 1}}}


def crawl(monkeypatch, glue, **settings):
    monkeypatch.setattr(clients, "client", lambda service: glue)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    Crawlers(**settings).crawl("crawler")


def test_a_crawl_that_was_going_is_waited_for_and_another_is_started(monkeypatch):
    glue = FakeGlue(2, {"Status": "SUCCEEDED"})
    crawl(monkeypatch, glue)
    assert (glue.starts, glue.looks) == (3, 3)


def test_a_failed_crawl_says_its_reason(monkeypatch):
    with pytest.raises(CrawlFailed, match="crawler crawler ended as FAILED: no access"):
        crawl(monkeypatch, FakeGlue(0, {"Status": "FAILED", "ErrorMessage": "no access"}))


def test_a_crawler_that_stays_busy_is_given_up(monkeypatch):
    with pytest.raises(CrawlFailed, match="still busy after 0 s"):
        crawl(monkeypatch, FakeGlue(10**6, {}), deadline_seconds=0)
