"""Glue: databases, a job a table, a crawler a layer."""

from __future__ import annotations

from functools import partial

from ggvd_dagster import job_arguments
from ggvd_dagster.spec import Table
from local_aws.deploy.context import Deployment, Json, covers, found

MISSING = "EntityNotFoundException"


def databases(to: Deployment) -> None:
    glue = to.client("glue")
    existing = {entry["Name"] for entry in glue.get_databases()["DatabaseList"]}
    for layer, name in to.names.platform.databases.items():
        if name not in existing:
            glue.create_database(DatabaseInput={"Name": name, "Description": f"Tables of the {layer} layer"})
            to.changed(f"database {name}")


def jobs(to: Deployment) -> None:
    glue = to.client("glue")
    existing = {job["Name"]: job for page in glue.get_paginator("get_jobs").paginate() for job in page["Jobs"]}
    for table in to.names.platform.tables.values():
        if table.layer == "bronze":
            continue
        name, wanted = to.names.job(table.name), _job(to, table)
        if name not in existing:
            glue.create_job(Name=name, **wanted)
            to.changed(f"job {name}")
        elif not covers(existing[name], wanted) or existing[name]["DefaultArguments"] != wanted["DefaultArguments"]:
            glue.update_job(JobName=name, JobUpdate=wanted)
            to.changed(f"definition of job {name}")


def _job(to: Deployment, table: Table) -> Json:
    settings = to.names.platform.glue
    return {
        "Description": table.description,
        "Role": to.role_arn(f"{table.layer}-jobs"),
        "Command": {
            "Name": "glueetl",
            "PythonVersion": "3",
            "ScriptLocation": job_arguments.script_uri(to.names, table.name),
        },
        "DefaultArguments": job_arguments.defaults(to.names, table.name),
        "ExecutionProperty": {"MaxConcurrentRuns": 1},
        "MaxRetries": 0,
        "Timeout": settings.timeout_minutes,
        "GlueVersion": settings.version,
        "WorkerType": settings.worker_type,
        "NumberOfWorkers": settings.workers,
    }


def crawlers(to: Deployment) -> None:
    glue = to.client("glue")
    for layer in to.names.platform.databases:
        name, wanted = to.names.crawler(layer), _crawler(to, layer)
        answer = found(partial(glue.get_crawler, Name=name), MISSING)
        if answer is None:
            glue.create_crawler(Name=name, **wanted)
            to.changed(f"crawler {name}")
        elif not covers(answer["Crawler"], wanted):
            glue.update_crawler(Name=name, **wanted)
            to.changed(f"definition of crawler {name}")


def _crawler(to: Deployment, layer: str) -> Json:
    tables = [to.names.table_uri(table.name) for table in to.names.platform.layer(layer)]
    return {
        "Role": to.role_arn("crawler"),
        "DatabaseName": to.names.database(layer),
        "Targets": {"DeltaTargets": [{"DeltaTables": tables, "WriteManifest": False, "CreateNativeDeltaTable": True}]},
        "SchemaChangePolicy": {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "LOG"},
        "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVERYTHING"},
        "LineageConfiguration": {"CrawlerLineageSettings": "DISABLE"},
    }
