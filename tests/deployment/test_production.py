"""The image's files and commands outside a container, on a real PostgreSQL: a run asked for in Dagit's API is stored there."""

import boto3
import dagster as dg
import pytest
from dagster._core.launcher import LaunchRunContext

from local_aws import launcher
from tests.conftest import free_port
from tests.deployment import ecs_task, postgresql
from tests.deployment.processes import IMAGE, Production

ASSET = ["bronze", "movielens_links"]
LAUNCH = """mutation($key: [String!]!) { launchRun(executionParams: {
  selector: {repositoryLocationName: "ggvd", repositoryName: "__repository__", jobName: "__ASSET_JOB",
             assetSelection: [{path: $key}], assetCheckSelection: null}}) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
  ... on RunConfigValidationInvalid { errors { message } } } }"""
STATUS = "query($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
LOCATIONS = """{ workspaceOrError { ... on Workspace { locationEntries { name loadStatus
  locationOrLoadError { __typename ... on PythonError { message } } } } } }"""


@pytest.fixture(scope="module")
def database():
    with postgresql.running() as server:
        yield server


@pytest.fixture(scope="module")
def aws(tmp_path_factory):
    """The local AWS with the spec deployed, as its variables."""
    state = tmp_path_factory.mktemp("aws")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TMDB_TOKEN", raising=False)
        try:
            yield launcher.up(state, free_port(), free_port()).environment
        finally:
            launcher.down(state)


@pytest.fixture(scope="module")
def production(tmp_path_factory, database, aws):
    made = Production(tmp_path_factory.mktemp("image"), database, aws)
    try:
        made.start("code")
        made.until_healthy("code")  # as compose.yaml does it
        for name in ("webserver", "daemon"):
            made.start(name)
        made.until_healthy("webserver")
        yield made
    finally:
        made.stop()


def test_the_webserver_has_the_code_over_grpc(production):
    (entry,) = production.ask(LOCATIONS)["workspaceOrError"]["locationEntries"]
    assert entry["name"] == "ggvd"
    assert entry["locationOrLoadError"]["__typename"] == "RepositoryLocation", entry


@pytest.fixture(scope="module")
def run(production):
    """Id of a run of one asset that was asked for through the API and has ended."""
    launched = production.ask(LAUNCH, key=ASSET)["launchRun"]
    assert launched["__typename"] == "LaunchRunSuccess", launched
    run_id, ended = launched["run"]["runId"], {"SUCCESS", "FAILURE", "CANCELED"}
    production.until(lambda: production.ask(STATUS, id=run_id)["runOrError"]["status"] in ended, "the run ends")
    return run_id


def test_a_run_that_the_api_was_asked_for_is_in_postgresql(run, production, database):
    events = database.rows("SELECT dagster_event_type, event FROM event_logs WHERE run_id = %s ORDER BY id", run)
    assert [event for kind, event in events if kind and "FAILURE" in kind] == []
    assert database.rows("SELECT status, pipeline_name FROM runs WHERE run_id = %s", run) == [("SUCCESS", "__ASSET_JOB")]
    kinds = [kind for kind, _ in events]
    # the daemon took it from the queue, and the asset was materialized by it
    assert {"PIPELINE_ENQUEUED", "PIPELINE_STARTING", "ASSET_MATERIALIZATION", "PIPELINE_SUCCESS"} <= set(kinds)
    assert not list((production.folder / "opt/dagster").rglob("*.db"))


def test_the_daemons_are_alive_and_their_heartbeats_are_in_postgresql(production, database):
    production.until_healthy("daemon")
    daemons = {name for (name,) in database.rows("SELECT daemon_type FROM daemon_heartbeats")}
    assert {"QUEUED_RUN_COORDINATOR", "SENSOR", "SCHEDULER", "MONITORING"} <= daemons


def test_connections_are_encrypted(production, database):
    used = database.rows(
        "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE datname = 'dagster' AND pid <> pg_backend_pid()"
    )
    assert used == [(True,)]


def test_on_ecs_a_run_is_a_task_made_of_the_daemons_own(run, production, aws, monkeypatch, tmp_path):
    for name, value in production.environment.items():
        monkeypatch.setenv(name, value)
    home = production.folder / "opt/dagster"
    launcher_config = (home / "ecs/launcher.yaml").read_text()
    (tmp_path / "dagster.yaml").write_text((home / "container/dagster.yaml").read_text() + launcher_config)
    with ecs_task.metadata(ecs_task.start_daemon(IMAGE)) as address, dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        monkeypatch.setenv("ECS_CONTAINER_METADATA_URI_V4", address)
        instance.run_launcher.launch_run(LaunchRunContext(instance.get_run_by_id(run), None))
        task_arn = instance.get_run_by_id(run).tags["ecs/task_arn"]

    ecs = boto3.client("ecs")
    task = ecs.describe_tasks(cluster=ecs_task.CLUSTER, tasks=[task_arn])["tasks"][0]
    definition = ecs.describe_task_definition(taskDefinition=task["taskDefinitionArn"])["taskDefinition"]
    (container,) = definition["containerDefinitions"]
    assert (container["name"], container["image"]) == ("run", IMAGE)
    assert container["secrets"] == ecs_task.SECRETS
    assert {tuple(entry.values()) for entry in container["environment"]} >= {("GGVD_ENV", "dev")}
    assert (definition["taskRoleArn"], definition["executionRoleArn"]) == (ecs_task.TASK_ROLE, ecs_task.EXECUTION_ROLE)
    (override,) = task["overrides"]["containerOverrides"]
    assert override["command"][:3] == ["dagster", "api", "execute_run"]
    assert run in override["command"][3]
    assert (task["overrides"]["cpu"], task["overrides"]["memory"]) == ("512", "2048")
