"""The operations of Athena queries.

Workgroups, named queries and prepared statements stay the emulator's, whose state the records share.
"""

from __future__ import annotations

import contextvars
import threading
from typing import Any

from local_aws import clients
from local_aws.athena import results
from local_aws.athena.catalog import Catalog
from local_aws.athena.execution import Execution
from local_aws.athena.records import Records
from local_aws.credentials import of_caller
from local_aws.errors import AwsError
from local_aws.overlay import Json

ALIVE = ("QUEUED", "RUNNING")
KEPT = 500  # records; Athena keeps 45 days


class Queries:
    """Runs queries of the emulator's Athena (`athena` is its module), at most four at once."""

    def __init__(self, athena: Any) -> None:
        self._athena = athena
        self._new = Records(athena)
        self._live: dict[str, Execution] = {}
        self._slots = threading.BoundedSemaphore(4)

    def operations(self) -> dict[str, Any]:
        return {
            "StartQueryExecution": self.start,
            "GetQueryExecution": self.get,
            "BatchGetQueryExecution": self.batch_get,
            "ListQueryExecutions": self.list,
            "StopQueryExecution": self.stop,
            "GetQueryResults": self.get_results,
            "GetQueryRuntimeStatistics": self.get_statistics,
        }

    def amendments(self) -> dict[str, Any]:
        return {"GetWorkGroup": _complete}

    def start(self, request: Json) -> Json:
        if token := request.get("ClientRequestToken"):
            for record in self._athena._executions.values():
                if record.get("_token") == token:
                    return {"QueryExecutionId": record["QueryExecutionId"]}
        record, cutoff = self._new.submitted(request)
        self._forget_old()
        self._athena._executions[record["QueryExecutionId"]] = record
        who = of_caller()
        execution = Execution(record, Catalog(clients.client_as("glue", who)), who, cutoff)
        self._live[record["QueryExecutionId"]] = execution
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(self._follow, execution), daemon=True, name="athena-query").start()
        return {"QueryExecutionId": record["QueryExecutionId"]}

    def _follow(self, execution: Execution) -> None:
        while not (taken := self._slots.acquire(timeout=0.05)) and not execution.cancelled:
            pass
        try:
            execution.run()
        finally:
            if taken:
                self._slots.release()
            self._live.pop(execution.record["QueryExecutionId"], None)

    def _forget_old(self) -> None:
        for old in list(self._athena._executions.keys())[:-KEPT]:
            self._athena._executions.pop(old, None)

    def _found(self, query_id: str) -> Json:
        record: Json | None = self._athena._executions.get(query_id)
        if record is None:
            raise AwsError("InvalidRequestException", f"QueryExecution {query_id} was not found", AthenaErrorCode="QUERY_NOT_FOUND")
        return record

    def get(self, request: Json) -> Json:
        return {"QueryExecution": _public(self._found(request["QueryExecutionId"]))}

    def batch_get(self, request: Json) -> Json:
        known = {query_id: self._athena._executions.get(query_id) for query_id in request["QueryExecutionIds"]}
        missing = [query_id for query_id, record in known.items() if record is None]
        return {
            "QueryExecutions": [_public(record) for record in known.values() if record],
            "UnprocessedQueryExecutionIds": [
                {"QueryExecutionId": query_id, "ErrorCode": "QUERY_NOT_FOUND", "ErrorMessage": f"QueryExecution {query_id} was not found"}
                for query_id in missing
            ],
        }

    def list(self, request: Json) -> Json:
        workgroup = request.get("WorkGroup") or "primary"
        found = [key for key, record in self._athena._executions.items() if record["WorkGroup"] == workgroup][::-1]
        start, size = int(request.get("NextToken") or 0), int(request.get("MaxResults") or 50)
        page: Json = {"QueryExecutionIds": found[start : start + size]}
        return page | ({"NextToken": str(start + size)} if start + size < len(found) else {})

    def stop(self, request: Json) -> Json:
        self._found(request["QueryExecutionId"])
        if execution := self._live.get(request["QueryExecutionId"]):
            execution.cancel()
        return {}

    def get_results(self, request: Json) -> Json:
        """A page of the result file: `MaxResults` rows (1,000 by default and at most).

        A header row comes first for SELECT. A line of SHOW or DESCRIBE is one cell, however many columns it shows.
        """
        record = self._found(request["QueryExecutionId"])
        if (state := record["Status"]["State"]) != "SUCCEEDED":
            problem = f"Query did not finish successfully. Final query state: {state}"
            raise AwsError("InvalidRequestException", f"Query has not yet finished. Current state: {state}" if state in ALIVE else problem)
        bucket, key = clients.split(record["ResultConfiguration"]["OutputLocation"])
        body = clients.client_as("s3", of_caller()).get_object(Bucket=bucket, Key=key)["Body"].read().decode()
        rows = list(results.read_csv(body)) if record["StatementType"] == "DML" else [[line] for line in body.splitlines()]
        start, size = int(request.get("NextToken") or 0), min(int(request.get("MaxResults") or 1000), 1000)
        data = [{"Data": [{} if value is None else {"VarCharValue": value} for value in row]} for row in rows[start : start + size]]
        answer: Json = {"ResultSet": {"Rows": data, "ResultSetMetadata": {"ColumnInfo": record["_columns"]}}, "UpdateCount": 0}
        return answer | ({"NextToken": str(start + size)} if start + size < len(rows) else {})

    def get_statistics(self, request: Json) -> Json:
        record = self._found(request["QueryExecutionId"])
        timeline = {key: value for key, value in record["Statistics"].items() if key.endswith("InMillis")}
        rows = {
            "InputBytes": record["Statistics"]["DataScannedInBytes"],
            "OutputBytes": record.get("_bytes", 0),
            "OutputRows": record.get("_rows", 0),
        }
        return {"QueryRuntimeStatistics": {"Timeline": timeline, "Rows": rows}}

    def fail_interrupted(self) -> None:
        """Queries that were alive when the server died have failed; called once, after the state was restored."""
        for record in self._athena._executions.all_values():
            if record["Status"]["State"] in ALIVE:
                record["Status"] |= {"State": "FAILED", "StateChangeReason": "The local AWS ended while the query ran."}


def _complete(request: Json, answer: Json) -> None:
    # AWS always says whether it enforces, and clients rely on it
    answer["WorkGroup"].setdefault("Configuration", {}).setdefault("EnforceWorkGroupConfiguration", request["WorkGroup"] != "primary")


def _public(record: Json) -> Json:
    return {key: value for key, value in record.items() if not key.startswith("_")}
