"""One crawl: the log of each Delta target becomes a table of the catalog, as Glue's native Delta crawler makes it."""

from __future__ import annotations

import json
import threading
import time
import uuid
from typing import Any

from local_aws import clients
from local_aws.credentials import of_role
from local_aws.glue.schemas import columns
from local_aws.overlay import Json

LOG_GROUP = "/aws-glue/crawlers"
SESSION_SECONDS = 6 * 3600.0
SERDE = {"SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"}
FORMATS = {
    "InputFormat": "org.apache.hadoop.mapred.SequenceFileInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveSequenceFileOutputFormat",
}


class Crawl:
    """One crawl: every target's table is created or updated; one that cannot be read is logged and the crawl goes on."""

    def __init__(self, crawler: Json) -> None:
        who = of_role(crawler["Role"], crawler["Name"], SESSION_SECONDS)
        self.id = str(uuid.uuid4())
        self._crawler = crawler
        self._glue, self._logs = clients.client_as("glue", who), clients.client_as("logs", who)
        self._options = clients.environment(who)
        self._messages: list[str] = []
        self._stop = threading.Event()

    def crawls(self, crawler: Json) -> bool:
        return self._crawler is crawler

    def stop(self) -> None:
        """End the crawl before its next table."""
        self._stop.set()

    @property
    def stopped(self) -> bool:
        return self._stop.is_set()

    def run(self) -> None:
        self._glue.get_database(Name=self._crawler["DatabaseName"])
        self._say("BENCHMARK : Running Start Crawl for Crawler " + self._crawler["Name"])
        for target in (self._crawler.get("Targets") or {}).get("DeltaTargets", []):
            for uri in target.get("DeltaTables", []):
                if not self.stopped:
                    self._crawl(uri.rstrip("/"))
        if self.stopped:
            self._say("INFO : Crawl was stopped")
        self._say("BENCHMARK : Crawler has finished running and is in state READY")
        self._send()

    def _crawl(self, uri: str) -> None:
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError, TableNotFoundError

        try:
            table = DeltaTable(uri, storage_options=self._options)
        except (DeltaError, TableNotFoundError, OSError) as error:
            self._say(f"ERROR : Delta table {uri} could not be read: {error}")
            return
        wanted = self._table_input(uri, table)
        name, database = wanted["Name"], self._crawler["DatabaseName"]
        current = self._current(database, name)
        if current is None:
            self._glue.create_table(DatabaseName=database, TableInput=wanted)
            self._say(f"INFO : Created table {name} in database {database}")
        elif any(current.get(key) != value for key, value in wanted.items()):
            self._glue.update_table(DatabaseName=database, TableInput=wanted)
            self._say(f"INFO : Updated table {name} in database {database}")

    def _current(self, database: str, name: str) -> Json | None:
        try:
            found: Json = self._glue.get_table(DatabaseName=database, Name=name)["Table"]
        except self._glue.exceptions.EntityNotFoundException:
            return None
        return found

    def _table_input(self, uri: str, table: Any) -> Json:
        schema = json.loads(table.schema().to_json())
        plain, partitions = columns(schema, table.metadata().partition_columns)
        parameters = {
            "classification": "parquet",
            "table_type": "DELTA",
            "spark.sql.sources.provider": "delta",
            "EXTERNAL": "TRUE",
            "CrawlerSchemaSerializerVersion": "1.0",
            "CrawlerSchemaDeserializerVersion": "1.0",
            "UPDATED_BY_CRAWLER": self._crawler["Name"],
            "delta.lastCommitVersion": str(table.version()),
        }
        return {
            "Name": (self._crawler.get("TablePrefix") or "") + uri.rsplit("/", 1)[1].lower().replace("-", "_"),
            "Description": table.metadata().description or "",
            "TableType": "EXTERNAL_TABLE",
            "PartitionKeys": partitions,
            "Parameters": parameters,
            "StorageDescriptor": {
                "Columns": plain,
                "Location": f"{uri}/",
                **FORMATS,
                "SerdeInfo": SERDE | {"Parameters": {"path": f"{uri}/", "serialization.format": "1"}},
                "Parameters": parameters,
            },
        }

    def _say(self, message: str) -> None:
        self._messages.append(f"[{self.id}] {message}")

    def _send(self) -> None:
        exists = self._logs.exceptions.ResourceAlreadyExistsException
        for create, names in (
            (self._logs.create_log_group, {"logGroupName": LOG_GROUP}),
            (self._logs.create_log_stream, {"logGroupName": LOG_GROUP, "logStreamName": self._crawler["Name"]}),
        ):
            try:
                create(**names)
            except exists:
                continue
        events = [{"timestamp": round(time.time() * 1000), "message": message} for message in self._messages]
        self._logs.put_log_events(logGroupName=LOG_GROUP, logStreamName=self._crawler["Name"], logEvents=events)
