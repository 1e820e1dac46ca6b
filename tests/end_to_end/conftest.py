"""One deployment on the real local AWS for all tests of this folder, and what they ask of it."""

import contextlib
import os
from dataclasses import dataclass

import boto3
import dagster as dg
import pytest

from ggvd_dagster import names as naming
from local_aws import launcher
from tests.conftest import free_port

YEARS = ["2010", "2011", "2012"]


@dataclass
class Platform:
    """The deployment, and the Dagster instance that keeps the runs on it."""

    instance: dg.DagsterInstance
    names: naming.Names
    environment: dict[str, str]

    def client(self, service):
        return boto3.client(service)

    def bucket(self, role):
        return boto3.resource("s3").Bucket(self.names.bucket(role))

    def queue(self, name):
        return boto3.resource("sqs").get_queue_by_name(QueueName=name)

    def materialize(self, *assets, years=(), config=None):
        """Run assets (`silver/tmdb_movies`) in this process, for a range of years if any; `config` is the first one's."""
        from ggvd_dagster.definitions import defs

        tags = {"dagster/asset_partition_range_start": years[0], "dagster/asset_partition_range_end": years[-1]} if years else {}
        first = {assets[0].replace("/", "__"): {"config": config}} if config else {}
        return defs.resolve_implicit_global_asset_job_def().execute_in_process(
            asset_selection=[key(name) for name in assets],
            instance=self.instance,
            tags=tags,
            run_config={"ops": first, "loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            raise_on_error=False,
        )


def key(name):
    return dg.AssetKey(name.split("/"))


def failure(result):
    """What a failed run tells of its first failed step."""
    data = next(event for event in result.all_events if event.is_step_failure).step_failure_data
    return data.user_failure_data.description if data.user_failure_data else data.error.message


@pytest.fixture(scope="package")
def platform(tmp_path_factory):
    """Everything deployed as `ggvd up` does, on ports and in a folder of its own, stopped at the end."""
    state = tmp_path_factory.mktemp("ggvd")
    with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as stack:
        for name in [name for name in os.environ if name.startswith(("AWS_", "DAGSTER_", "TMDB_", "GGVD_"))]:
            patch.delenv(name)
        stack.callback(launcher.down, state)
        running = launcher.up(state, port=free_port(), sources_port=free_port())
        for name, value in running.environment.items():
            patch.setenv(name, value)
        patch.setenv("GGVD_HOME", str(state))
        instance = stack.enter_context(_instance(state / "dagster"))
        yield Platform(instance, naming.from_environment(), {**running.environment, "GGVD_HOME": str(state)})


@contextlib.contextmanager
def _instance(home):
    home.mkdir()
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    with dg.DagsterInstance.from_config(str(home)) as instance:
        yield instance


@pytest.fixture(scope="package")
def lake(platform):
    """The platform after its whole pipeline ran once."""
    from ggvd_dagster import pipeline

    pipeline.run_all(platform.instance, YEARS)
    return platform
