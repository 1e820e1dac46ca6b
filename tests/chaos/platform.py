"""The platform of a randomized run: the real local AWS, the spec deployed to it, a source of our own, and a proxy before all calls."""

import contextlib
import json
from dataclasses import dataclass

import boto3
from botocore.config import Config

from ggvd_dagster.names import LOCAL_ACCOUNT, Names
from local_aws import deployer
from tests.conftest import free_port, running_aws
from tests.faults.proxy import Proxy, proxying
from tests.lambda_handlers.servers import TOKEN, Tmdb, movie, serving

TABLE, QUEUE = "silver/tmdb_movies", "extract-tmdb"
FIRST_YEAR, YEARS, ROWS_A_YEAR = 1940, 86, 45
# the spec's time-outs are minutes; here a killed function's message comes back within seconds, and all else stays as it is
FUNCTION_SECONDS = 30


def rows_of_year(year):
    return {year * 1000 + number for number in range(ROWS_A_YEAR)}


def movies():
    """Every id is one row of one year, so that each can be accounted for."""
    ids = [row for year in range(FIRST_YEAR, FIRST_YEAR + YEARS) for row in rows_of_year(year)]
    return [movie(row, f"{row // 1000}-{row % 12 + 1:02}-{row % 28 + 1:02}") for row in ids]


@dataclass
class Platform:
    """`pid` is the server's; `direct` makes clients that no fault meets, `through` clients of the proxy that do not try again."""

    names: Names
    endpoint: str
    pid: int
    proxy: Proxy
    tmdb: Tmdb
    VISIBILITY = 35

    def direct(self, service):
        return boto3.client(service, endpoint_url=self.endpoint)

    def through(self, service):
        timeouts = Config(retries={"total_max_attempts": 1}, read_timeout=60, connect_timeout=5)
        return boto3.client(service, endpoint_url=self.proxy.url, config=timeouts)

    @property
    def sqs(self):
        return self.direct("sqs")

    @property
    def queue(self):
        return self.sqs.get_queue_url(QueueName=self.names.queue(QUEUE))["QueueUrl"]

    def visibility(self, seconds):
        self.sqs.set_queue_attributes(QueueUrl=self.queue, Attributes={"VisibilityTimeout": str(seconds)})

    def bronze(self):
        pages = self.direct("s3").get_paginator("list_objects_v2").paginate(Bucket=self.names.bucket("bronze"))
        return sorted(entry["Key"] for page in pages for entry in page.get("Contents", ()))

    def object(self, role, key):
        return self.direct("s3").get_object(Bucket=self.names.bucket(role), Key=key)["Body"].read()

    def heal(self):
        """No more faults: what is left is what the platform must repair by itself."""
        self.proxy.clear()
        self.tmdb.faults.clear()
        self.visibility(self.VISIBILITY)


@contextlib.contextmanager
def running(state):
    """A platform under folder `state` until the block ends."""
    port = free_port()
    with contextlib.ExitStack() as stack:
        proxy = stack.enter_context(proxying(f"http://127.0.0.1:{port}"))
        tmdb = stack.enter_context(serving(Tmdb(movies=movies()), "/3"))
        environment = stack.enter_context(running_aws(state, port=port, GGVD_JOBS_ENDPOINT=proxy.url))
        names = Names(env="dev", account=LOCAL_ACCOUNT)
        deployer.deploy(names, {"tmdb": tmdb.url}, TOKEN)
        platform = Platform(names, environment["AWS_ENDPOINT_URL"], environment["pid"], proxy, tmdb)
        _shorten(platform)
        yield platform


def _shorten(platform):
    """Functions meet S3 and SQS through the proxy, have one page a message, and end soon."""
    client = platform.direct("lambda")
    for name in ("start-extraction", QUEUE):
        function = platform.names.function(name)
        variables = client.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
        sources = json.loads(variables["SOURCES"])
        sources["tmdb"] |= {"pages_per_message": 1, "requests_per_second": 500}
        variables |= {"SOURCES": json.dumps(sources), "AWS_ENDPOINT_URL": platform.proxy.url}
        client.update_function_configuration(FunctionName=function, Timeout=FUNCTION_SECONDS, Environment={"Variables": variables})
    platform.visibility(platform.VISIBILITY)
