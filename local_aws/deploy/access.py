"""Roles, the secret with TMDB's token, the Athena workgroup and its named queries."""

from __future__ import annotations

import json

from ggvd_dagster import questions
from local_aws.deploy.context import Deployment, Json, covers, found

SERVICES = {"silver-jobs": "glue", "gold-jobs": "glue", "crawler": "glue"}


def roles(to: Deployment) -> None:
    """A role for each principal, which its service may take. Policies are Terraform's: the local AWS authorizes everyone."""
    iam = to.client("iam")
    existing = {role["RoleName"] for page in iam.get_paginator("list_roles").paginate() for role in page["Roles"]}
    for principal, service in {**dict.fromkeys(to.names.platform.functions, "lambda"), **SERVICES}.items():
        name = to.names.role(principal)
        if name not in existing:
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=_trust(service))
            to.changed(f"role {name}")


def _trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def secrets(to: Deployment) -> None:
    client = to.client("secretsmanager")
    for source, entry in to.names.platform.sources.items():
        if not entry.secret:
            continue
        name = to.names.secret(source)
        answer = found(lambda name=name: client.get_secret_value(SecretId=name), "ResourceNotFoundException")  # type: ignore[misc]
        if answer is None:
            client.create_secret(Name=name, SecretString=to.token)
            to.changed(f"secret {name}")
        elif answer.get("SecretString") != to.token:
            client.put_secret_value(SecretId=name, SecretString=to.token)
            to.changed(f"value of secret {name}")


def workgroup(to: Deployment) -> None:
    athena, name = to.client("athena"), to.names.workgroup()
    location = f"s3://{to.names.bucket('athena')}/"
    wanted: Json = {"EnforceWorkGroupConfiguration": True, "BytesScannedCutoffPerQuery": to.names.platform.workgroup.bytes_limit}
    answer = found(lambda: athena.get_work_group(WorkGroup=name), "InvalidRequestException")
    if answer is None:
        configuration = wanted | {"ResultConfiguration": {"OutputLocation": location}}
        athena.create_work_group(Name=name, Description="Queries of the movie lakehouse", Configuration=configuration)
        to.changed(f"workgroup {name}")
    elif not covers(answer["WorkGroup"]["Configuration"], wanted | {"ResultConfiguration": {"OutputLocation": location}}):
        updates = wanted | {"ResultConfigurationUpdates": {"OutputLocation": location}}
        athena.update_work_group(WorkGroup=name, ConfigurationUpdates=updates)
        to.changed(f"configuration of workgroup {name}")


def named_queries(to: Deployment) -> None:
    """A named query for each question. A changed one is made anew and one without a question goes, as Terraform does it."""
    athena, wanted = to.client("athena"), {name: _named_query(to, name) for name in questions.all_names()}
    pages = athena.get_paginator("list_named_queries").paginate(WorkGroup=to.names.workgroup())
    for number in [number for page in pages for number in page.get("NamedQueryIds", [])]:
        query = athena.get_named_query(NamedQueryId=number)["NamedQuery"]
        if covers(query, wanted.get(query["Name"], {"Name": None})):
            del wanted[query["Name"]]
        else:
            athena.delete_named_query(NamedQueryId=number)
            to.changed(f"removed named query {query['Name']}")
    for name, query in wanted.items():
        athena.create_named_query(**query)
        to.changed(f"named query {name}")


def _named_query(to: Deployment, name: str) -> Json:
    question = questions.load(name)
    return {
        "Name": name,
        "Description": question.text,
        "Database": to.names.database(question.layer),
        "QueryString": question.sql,
        "WorkGroup": to.names.workgroup(),
    }
