"""A small lakehouse of its own for one test: sources, functions, jobs, and a proxy between all of them and the local AWS."""

import gzip
import json
import re
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from deltalake import DeltaTable
from deltalake.exceptions import TableNotFoundError

from lambda_handlers import aws, web
from tests.faults.jobs import Jobs
from tests.faults.proxy import Proxy, proxying
from tests.lambda_handlers.archives import zipped
from tests.lambda_handlers.conftest import Context, Functions
from tests.lambda_handlers.servers import Archive, Tmdb, movie, serving

DAY, YEARS = "2026-11-24", ("2009", "2010")
TIME = re.compile(r'_extracted_at\\":\s*\\"[^"]*"|"extracted_at": "[^"]*"')
RECEIVES = 5  # before SQS gives a message up, as in the spec
TMDB, ARCHIVE = "extract-tmdb", "extract-archive"
MEMBERS = ("imdb_metadata", "movielens_ratings")
TABLES = ("silver/tmdb_movies", "silver/imdb_metadata", "silver/movielens_ratings")
GOLD = ("gold/genre_popularity", "gold/popular_people_by_decade")


def movies():
    """Two years of movies: most are good, some come twice, some cannot be used."""
    good = [
        movie(n, f"{year}-{n % 12 + 1:02}-{n % 28 + 1:02}", genre_ids=[28, 35, 18][: n % 4], popularity=n / 7, vote_count=n)
        for year in (2009, 2010)
        for n in range(year * 100, year * 100 + 85)
    ]
    odd = ['{"title":"no id","release_date":"%s"}', '{"id":1.5,"title":"x","release_date":"%s"}', '["no record","%s"]']
    bad = [(f"{year}-07-01", text % f"{year}-07-01") for year in (2009, 2010) for text in odd]
    return [*good, good[3], good[90], *bad]


def archive():
    items = [
        {"item_id": n, "title": f"Movie {n} ({1990 + n % 20})", "directedBy": f"Person {n % 7}", "starring": "Ann Bo", "avgRating": 3.0}
        for n in range(1, 60)
    ]
    ratings = [{"item_id": n % 59 + 1, "user_id": n % 13, "rating": (n % 10 + 1) / 2} for n in range(1, 400)]
    text = {
        "top/raw/metadata.json": [*items, {"title": "no id"}],
        "top/raw/ratings.json": [*ratings, ratings[0], {"item_id": 1, "rating": 99}],
    }
    return zipped([(name, "".join(json.dumps(row) + "\n" for row in rows).encode()) for name, rows in text.items()])


@dataclass
class World:
    functions: Functions
    tmdb: Tmdb
    archive: Archive
    proxy: Proxy
    jobs: Jobs
    direct: str
    dead: list = field(default_factory=list)

    @property
    def names(self):
        return self.functions.names

    def start(self, table, **given):
        partitioned = table == "tmdb_movies"
        return self.functions.start(table, list(YEARS) if partitioned else None, DAY if partitioned else None, **given)

    def deliver(self, queue, records, context=None):
        """What the event source mapping does: a record that failed comes again, at most RECEIVES times, then it is dead."""
        for receive in range(1, RECEIVES + 1):
            failed = []
            for record in records:
                record["attributes"]["ApproximateReceiveCount"] = str(receive)
                try:
                    answer = self.functions.extract(queue, [record], context or Context())
                except Exception:
                    answer = {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}
                failed += [record] if answer["batchItemFailures"] else []
            records = failed
        self.dead += records

    def extract(self, *tables):
        """Start the extraction of bronze tables and deliver its messages."""
        for table in tables:
            self.start(table)
            queue = TMDB if table == "tmdb_movies" else ARCHIVE
            self.deliver(queue, self.functions.messages(queue))

    def make(self, *tables, endpoint=None, **extra):
        """Run jobs that must succeed."""
        for table in tables:
            ended = self.jobs.run(self.names, table, endpoint or self.direct, **extra)
            assert ended.code == 0, ended.error + ended.output[-2000:]

    def bronze(self):
        """Data objects by key, as rows, without the time of the plan; manifests without theirs."""
        found = {}
        for key in self.functions.listing():
            if key.endswith(".gz"):
                rows = [json.loads(line) for line in gzip.decompress(self.functions.raw(key)).splitlines()]
                found[key] = [{**row, "_extracted_at": ""} if isinstance(row, dict) else row for row in rows]
            elif key.endswith("_manifest.json"):
                manifest = self.functions.json(key)
                found[key] = [(entry["key"], entry["rows"]) for entry in manifest["objects"]]
        return found

    def rows(self, table):
        """A Delta table's rows in order, without the time of the plan."""
        return rows_of(self.names.table_uri(table), self.direct)

    def quarantine(self, table):
        """A table's own quarantine; there is none before its first row."""
        try:
            return rows_of(f"s3://{self.names.bucket('silver')}/_quarantine/{table.split('/')[1]}", self.direct)
        except TableNotFoundError:
            return []

    def report(self, table):
        return json.loads(self.functions.s3.get_object(Bucket=self.names.bucket("assets"), Key=self.names.report_key(table))["Body"].read())

    def tables(self):
        return {table: self.rows(table) for table in (*TABLES, *GOLD)} | {f"{t} quarantine": self.quarantine(t) for t in TABLES}

    def balanced(self, table):
        """Rows in = rows good + rows quarantined, by the report and by what is in the table."""
        parts = self.report(table)["partitions"].values()
        quarantined = sum(sum(part["quarantined"].values()) for part in parts)
        assert sum(p["rows_read"] for p in parts) == sum(p["rows_written"] + p["duplicates"] for p in parts) + quarantined
        kept = sum(json.loads(row)["copies"] for row in self.quarantine(table))
        assert (len(self.rows(table)), kept) == (sum(p["rows_written"] for p in parts), quarantined)


def storage(endpoint):
    """delta-rs's options for the local AWS."""
    return {"endpoint_url": endpoint, "allow_http": "true", "access_key_id": "test", "secret_access_key": "test", "region": "us-east-1"}


def rows_of(uri, endpoint):
    found = DeltaTable(uri, storage_options=storage(endpoint)).to_pyarrow_table().to_pylist()
    kept = [{name: value for name, value in row.items() if name not in ("extracted_at", "quarantine_id")} for row in found]
    # a quarantined record keeps its text, in which the time is
    return sorted(TIME.sub("", json.dumps(row, default=str, sort_keys=True)) for row in kept)


@contextmanager
def lakehouse(endpoint, jobs):
    """A world whose clients all go through its proxy. Containers are cold, waits are short."""
    with (
        pytest.MonkeyPatch.context() as patch,
        serving(Tmdb(), "/3") as tmdb,
        serving(Archive(deque()), "/a.zip") as zipped_source,
        proxying(endpoint) as proxy,
    ):
        urls = {"tmdb": tmdb.url, "tag_genome": zipped_source.url, "movielens": zipped_source.url}
        patch.setenv("AWS_ENDPOINT_URL", endpoint)
        functions = Functions(patch, urls, requests_per_second=100_000, pages_per_message=2, part_bytes=1500)
        for role in ("silver", "gold", "assets"):
            functions.s3.create_bucket(Bucket=functions.names.bucket(role))
        patch.setenv("AWS_ENDPOINT_URL", proxy.url)
        patch.setattr(web, "BACKOFF_SECONDS", 0.01)
        patch.setattr(web, "LONGEST_BACKOFF_SECONDS", 0.05)
        for cached in (aws.client, web.session):
            cached.cache_clear()
        tmdb.movies, zipped_source.versions = movies(), deque([(archive(), '"v1"')])
        yield World(functions, tmdb, zipped_source, proxy, jobs, endpoint)
        for cached in (aws.client, web.session):
            cached.cache_clear()
