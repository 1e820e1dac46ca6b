"""Terraform and Python read the same names and settings out of the one spec."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ggvd_dagster import function_environment, job_arguments, spec
from ggvd_dagster.names import PACKAGE_KEY, Names
from terraform.checks.platform_module import ACCOUNT, MODULE, ROOT, TERRAFORM, WITHOUT_TERRAFORM, evaluate, terraform, terraform_is_here

pytestmark = pytest.mark.skipif(not terraform_is_here(), reason=WITHOUT_TERRAFORM)
ENVIRONMENTS = ["dev", "prod"]
PLATFORM = spec.load()


def decoded(settings: dict[str, str]) -> dict[str, object]:
    """Settings whose JSON is compared as JSON: the two languages put spaces and zeros differently."""
    return {name: json.loads(value) if value.startswith(("{", "[")) else value for name, value in settings.items()}


@pytest.mark.parametrize("env", ENVIRONMENTS)
@pytest.mark.parametrize(
    ("expression", "python"),
    [
        ("{for k, v in local.buckets : k => v.name}", lambda n: {role: n.bucket(role) for role in PLATFORM.buckets}),
        ("local.table_uris", lambda n: {table: n.table_uri(table) for table in PLATFORM.tables}),
        ("local.queue_names", lambda n: {queue: n.queue(queue) for queue in PLATFORM.queues}),
        ("local.dead_letter_names", lambda n: {queue: n.dead_letter_queue(queue) for queue in PLATFORM.queues}),
        ("local.function_names", lambda n: {function: n.function(function) for function in PLATFORM.functions}),
        ("local.job_names", lambda n: {t.name: n.job(t.name) for layer in ("silver", "gold") for t in PLATFORM.layer(layer)}),
        ("local.crawler_names", lambda n: {layer: n.crawler(layer) for layer in PLATFORM.databases}),
        ("{for k, v in local.crawlers : k => v.database}", lambda n: {layer: n.database(layer) for layer in PLATFORM.databases}),
        ("local.secret_names", lambda n: {s: n.secret(s) for s, source in PLATFORM.sources.items() if source.secret}),
        ("local.workgroup.name", lambda n: n.workgroup()),
        (
            "local.role_names",
            lambda n: {p: n.role(p) for p in (*PLATFORM.functions, "silver-jobs", "gold-jobs", "crawler", "dagster", "analysts")},
        ),
        ("local.package_key", lambda _: PACKAGE_KEY),
        ("local.spec.glue", lambda _: PLATFORM.glue.model_dump()),
    ],
    ids=[
        "buckets",
        "tables",
        "queues",
        "dead letters",
        "functions",
        "jobs",
        "crawlers",
        "databases",
        "secrets",
        "workgroup",
        "roles",
        "package",
        "glue",
    ],
)
def test_names_are_those_of_python(env, expression, python):
    assert evaluate(expression, env) == python(Names(env=env, account=ACCOUNT))


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_job_arguments_are_those_of_python(env):
    names = Names(env=env, account=ACCOUNT)
    jobs = evaluate("local.jobs", env)
    assert {table: decoded(job["arguments"]) for table, job in jobs.items()} == {
        table.name: decoded(job_arguments.defaults(names, table.name)) for layer in ("silver", "gold") for table in PLATFORM.layer(layer)
    }
    assert {table: job["script_uri"] for table, job in jobs.items()} == {table: job_arguments.script_uri(names, table) for table in jobs}


@pytest.mark.parametrize("env", ENVIRONMENTS)
@pytest.mark.parametrize("function", list(PLATFORM.functions))
def test_function_environment_is_that_of_python(env, function):
    variables = function_environment.variables(Names(env=env, account=ACCOUNT), function, queue_urls={})
    del variables["QUEUE_URLS"]  # Terraform adds it where it makes the queues
    assert decoded(evaluate("local.functions", env)[function]["environment"]) == decoded(variables)


def test_function_limits_are_those_of_the_spec():
    limits = ("handler", "timeout_seconds", "memory_mb", "queue", "batch_size", "maximum_concurrency")
    assert {name: {limit: function[limit] for limit in limits} for name, function in evaluate("local.functions").items()} == {
        name: {limit: getattr(function, limit) for limit in limits} for name, function in PLATFORM.functions.items()
    }


def test_the_modules_own_tests_pass():
    process = terraform("test", "-no-color", cwd=MODULE)
    assert process.returncode == 0, process.stdout + process.stderr
    assert "0 failed" in process.stdout


def test_everything_is_formatted():
    process = terraform("fmt", "-check", "-recursive", "-diff", cwd=TERRAFORM)
    assert process.returncode == 0, process.stdout + process.stderr


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            "visibility_seconds: 720",
            "visibility_seconds: 719",
            "queue extract-tmdb: visibility of 719 s is shorter than 6 x the time-out",
        ),
        ("dead_letter_days: 14", "dead_letter_days: 4", "queue extract-archive: dead_letter_days must exceed retention_days"),
        (
            "queue: extract-tmdb",
            "queue: extract-tmbd",
            'function extract-tmdb: unknown queue "extract-tmbd"; known: extract-archive, extract-tmdb',
        ),
        ("project: ggvd", f"project: {'g' * 50}", "S3 allows 63; use a shorter project or env"),
    ],
    ids=["visibility", "dead letters", "unknown queue", "long bucket name"],
)
def test_a_spec_that_cannot_be_honoured_gives_one_line(tmp_path: Path, old: str, new: str, line: str):
    text = (ROOT / "ggvd_dagster" / "platform.yaml").read_text(encoding="utf-8")
    assert old in text
    broken = tmp_path / "platform.yaml"
    broken.write_text(text.replace(old, new), encoding="utf-8")
    process = terraform("plan", "-no-color", "-var=env=dev", f"-var=account={ACCOUNT}", f"-var=spec_path={broken}", cwd=MODULE)
    assert process.returncode == 1
    assert line in " ".join(part.strip("│ ") for part in process.stderr.splitlines())
