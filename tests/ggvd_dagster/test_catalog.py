"""Crawls as the catalog assets wait for them, and what they find wrong in a catalog, against a Glue that answers badly."""

from types import SimpleNamespace

import pytest

from ggvd_dagster import names as naming
from ggvd_dagster import spec
from ggvd_dagster.assets import catalog
from ggvd_dagster.resources import clients
from ggvd_dagster.resources.crawler import Crawlers, CrawlFailed

NAMES = naming.Names(env="test", account="000000000000")
TABLE = spec.load().table("gold/genre_popularity")
REPORT = {"table": TABLE.name, "status": "written", "delta_version": 0, "uri": "s3://b/t", "partitions": {}, "checks": {"rows": 1}}
SCHEMA = [{"name": "Genre", "type": "string"}, {"name": "movies", "type": "bigint"}]


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
        self.looks += 1
        ready = {"State": "READY", "LastCrawl": self.last}
        return {"Crawler": ready if self.looks > 2 else {"State": "RUNNING", "LastCrawl": {"Status": "SUCCEEDED"}}}


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


@pytest.mark.parametrize(
    ("report", "columns", "problem"),
    [
        pytest.param(REPORT | {"schema": SCHEMA}, {"genre": "string", "movies": "bigint"}, None, id="as written"),
        pytest.param(REPORT | {"schema": SCHEMA}, None, f"{TABLE.name} is missing", id="not in the catalog"),
        pytest.param(REPORT | {"schema": SCHEMA}, {"genre": "string"}, f"{TABLE.name} differs in columns movies", id="a column is missing"),
        pytest.param(None, None, None, id="never written"),
    ],
)
def test_what_is_wrong_with_a_table_is_said(report, columns, problem):
    crawlers = SimpleNamespace(columns=lambda database, table: columns)
    lake = SimpleNamespace(read_json=lambda bucket, key: report)
    assert catalog._problem(crawlers, lake, NAMES, TABLE) == problem
