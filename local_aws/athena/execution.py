"""One query from start to result file."""

from __future__ import annotations

import io
import json
import time
from typing import Any

from local_aws import clients
from local_aws.athena import results, statements, utility
from local_aws.athena.catalog import Catalog
from local_aws.athena.engine import Engine
from local_aws.athena.errors import SYSTEM, USER, QueryFailedError
from local_aws.credentials import Credentials
from local_aws.errors import AwsError
from local_aws.overlay import Json

CANCELLED = "Query was cancelled"


class Execution:
    """Carries out the query of `record` (what GetQueryExecution answers) with the credentials of its caller."""

    def __init__(self, record: Json, catalog: Catalog, who: Credentials, cutoff: int | None) -> None:
        self.record, self._catalog, self._cutoff = record, catalog, cutoff
        self._s3 = clients.client_as("s3", who)
        self._options = {**clients.environment(who), "AWS_S3_ALLOW_UNSAFE_RENAME": "true"}
        self._engine: Engine | None = None
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True
        if self._engine:
            self._engine.cancel()

    def run(self) -> None:
        from botocore.exceptions import ClientError

        started = time.time()
        self.record["Status"]["State"] = "RUNNING"
        try:
            self._check()
            self._execute()
            self._end("SUCCEEDED", started)
        except QueryFailedError as error:
            self._fail(error, started)
        except AwsError as error:
            self._fail(QueryFailedError(error.message), started)
        except ClientError as error:
            self._fail(QueryFailedError(f"PERMISSION_DENIED: {error}" if _denied(error) else f"GENERIC_USER_ERROR: {error}"), started)
        except Exception as error:
            # an interrupted engine fails in ways of its own
            if self.cancelled:
                self._fail(QueryFailedError(CANCELLED, state="CANCELLED"), started)
                return
            self._fail(QueryFailedError(f"GENERIC_INTERNAL_ERROR: {type(error).__name__}: {error}", SYSTEM), started)

    def _execute(self) -> None:
        text, database = self.record["Query"], self.record["QueryExecutionContext"].get("Database", "default").strip("`")
        if self.record["StatementType"] == "UTILITY":
            names, rows = utility.answer(text, self._catalog, database)
            self._store([results.text_column(name) for name in names], results.tsv(rows).encode())
            return
        query = statements.select(text, self.record.get("ExecutionParameters") or [])
        sources = self._catalog.resolve(query, text, database.lower())
        self._engine = Engine(self._catalog, self._options)
        try:
            if "information_schema" in text.lower():
                self._engine.open_information_schema()
            self._limit(self._engine.open(sources))
            self._check()
            self._engine.run(query, text, self._write)
        finally:
            engine, self._engine = self._engine, None
            engine.close()

    def _check(self) -> None:
        if self.cancelled:
            raise QueryFailedError(CANCELLED, state="CANCELLED")

    def _limit(self, scanned: int) -> None:
        self.record["Statistics"]["DataScannedInBytes"] = scanned
        if self._cutoff and scanned > self._cutoff:
            raise QueryFailedError("Bytes scanned limit was exceeded", state="CANCELLED")

    def _write(self, reader: Any) -> None:
        columns = [results.column_info(field.name, field.type) for field in reader.schema]
        target, rows = io.StringIO(), 0
        target.write(results.csv_line([column["Name"] for column in columns]))
        for batch in reader:
            for row in zip(*map(results.values, batch.columns), strict=True):
                target.write(results.csv_line([results.text(value) for value in row]))
            rows += batch.num_rows
        self._check()
        self.record["_rows"] = rows
        self._store(columns, target.getvalue().encode())

    def _store(self, columns: list[Json], content: bytes) -> None:
        self.record["_columns"] = columns
        bucket, key = clients.split(self.record["ResultConfiguration"]["OutputLocation"])
        self._s3.put_object(Bucket=bucket, Key=key, Body=content, ContentType="application/octet-stream")
        self._s3.put_object(Bucket=bucket, Key=f"{key}.metadata", Body=json.dumps({"ColumnInfo": columns}).encode())
        self.record["_bytes"] = len(content)

    def _fail(self, error: QueryFailedError, started: float) -> None:
        self.record["Status"] |= {"StateChangeReason": error.reason}
        if error.state == "FAILED":
            kind = 1000 if error.category == USER else 200
            details = {"ErrorCategory": error.category, "ErrorType": kind, "Retryable": False, "ErrorMessage": error.reason}
            self.record["Status"]["AthenaError"] = details
        self._end(error.state, started)

    def _end(self, state: str, started: float) -> None:
        now = time.time()
        engine, total = round((now - started) * 1000), round((now - self.record["Status"]["SubmissionDateTime"]) * 1000)
        self.record["Statistics"] |= {
            "EngineExecutionTimeInMillis": engine,
            "TotalExecutionTimeInMillis": total,
            "QueryQueueTimeInMillis": total - engine,
            "QueryPlanningTimeInMillis": 0,
            "ServiceProcessingTimeInMillis": 0,
        }
        self.record["Status"]["CompletionDateTime"] = now
        self.record["Status"]["State"] = state


def _denied(error: Any) -> bool:
    return bool(error.response["Error"]["Code"].startswith("AccessDenied"))
