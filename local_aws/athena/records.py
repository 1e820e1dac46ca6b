"""The record of a query: what GetQueryExecution answers, made of the request, its workgroup and its prepared statement."""

from __future__ import annotations

import time
import uuid
from typing import Any

from local_aws.athena import statements
from local_aws.errors import AwsError
from local_aws.overlay import Json

ENGINE = {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3"}


class Records:
    """Makes records from the workgroups and prepared statements of the emulator's Athena (`athena` is its module)."""

    def __init__(self, athena: Any) -> None:
        self._athena = athena

    def submitted(self, request: Json) -> tuple[Json, int | None]:
        """The record of the query that StartQueryExecution asks for, and how many bytes it may scan. Raises AwsError when it is none."""
        workgroup, configuration = self._workgroup(request.get("WorkGroup") or "primary")
        statements.refuse(request["QueryString"])
        text, parameters = statements.expanded(
            request["QueryString"], request.get("ExecutionParameters") or [], lambda name: self._prepared(workgroup, name)
        )
        utility = statements.is_utility(text)
        if not utility:
            statements.check(text)
        query_id = str(uuid.uuid4())
        record = {
            "QueryExecutionId": query_id,
            "Query": text,
            "StatementType": "UTILITY" if utility else "DML",
            "SubstatementType": "SELECT" if not utility else text.split()[0].upper(),
            "ResultConfiguration": {"OutputLocation": _location(request, configuration) + query_id + (".txt" if utility else ".csv")},
            "ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": {"Enabled": False}},
            "QueryExecutionContext": {key: value.lower() for key, value in (request.get("QueryExecutionContext") or {}).items()},
            "Status": {"State": "QUEUED", "SubmissionDateTime": time.time()},
            "Statistics": {"DataScannedInBytes": 0},
            "WorkGroup": workgroup,
            "EngineVersion": ENGINE,
            "_token": request.get("ClientRequestToken"),
        }
        if parameters:
            record["ExecutionParameters"] = parameters
        return record, configuration.get("BytesScannedCutoffPerQuery")

    def _workgroup(self, name: str) -> tuple[str, Json]:
        self._athena._ensure_default_workgroup()
        found = self._athena._workgroups.get(name)
        if found is None:
            raise AwsError("InvalidRequestException", f"WorkGroup {name} is not found.")
        if found["State"] != "ENABLED":
            raise AwsError("InvalidRequestException", f"WorkGroup {name} is disabled.")
        return name, found.get("Configuration") or {}

    def _prepared(self, workgroup: str, name: str) -> str:
        found = self._athena._prepared_statements.get(f"{workgroup}/{name}")
        if found is None:
            raise AwsError("InvalidRequestException", f"PreparedStatement {name} was not found in workGroup {workgroup}")
        return str(found["QueryStatement"])


def _location(request: Json, configuration: Json) -> str:
    own = (request.get("ResultConfiguration") or {}).get("OutputLocation")
    fixed = (configuration.get("ResultConfiguration") or {}).get("OutputLocation")
    enforced = configuration.get("EnforceWorkGroupConfiguration", (request.get("WorkGroup") or "primary") != "primary")
    location = fixed or own if enforced else own or fixed
    if not location:
        problem = "An output location is required either through the Workgroup result configuration setting or as an API input."
        raise AwsError("InvalidRequestException", f"No output location provided. {problem}")
    return str(location).rstrip("/") + "/"
