"""A lake in a folder: bronze snapshots written as extraction writes them, and jobs run as Glue runs them."""

import gzip
import hashlib
import json
import runpy
import sys
from pathlib import Path

from ggvd_dagster import spec

ROOT = Path(__file__).parents[2]
DAY = "2026-11-24"


def line(fields, *, name="part-00000.ndjson.gz", page=0, snapshot=DAY, partition=None):
    lineage = {"_source": "test", "_snapshot": snapshot, "_object": name, "_page": page, "_extracted_at": "2026-11-24T21:30:00Z"}
    return json.dumps({**lineage, **({"_partition": partition} if partition else {}), **fields})


class Lake:
    def __init__(self, root):
        self.root = Path(root)

    def uri(self, table):
        layer, name = table.split("/")
        return str(self.root / layer / name)

    def quarantine(self, table):
        return str(self.root / "silver" / "_quarantine" / table.split("/")[1])

    def report(self, table):
        path = self.root / "reports" / f"{table}.json"
        return json.loads(path.read_text()) if path.exists() else None

    def bronze(self, table, records, *, partition=None, snapshot=DAY, name="part-00000.ndjson.gz", content=None, column="release_year"):
        """A complete snapshot of one object; records are fields, or raw lines. Returns the object's path."""
        folder = self.root / "bronze" / table / (f"{column}={partition}" if partition else "") / f"snapshot={snapshot}"
        folder.mkdir(parents=True, exist_ok=True)
        lines = [
            r if isinstance(r, str) else line(r, name=name, page=n, snapshot=snapshot, partition=partition) for n, r in enumerate(records)
        ]
        content = gzip.compress("".join(f"{text}\n" for text in lines).encode(), mtime=0) if content is None else content
        (folder / name).write_bytes(content)
        entry = {"key": f"{table}/{name}", "rows": len(lines), "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        manifest = {"table": table, "partition": partition, "snapshot": snapshot, "objects": [entry], "rows": len(lines)}
        (folder / "_manifest.json").write_text(json.dumps(manifest))
        return folder / name

    def arguments(self, table, **extra):
        entry = spec.load().table(table)
        given = {
            "table": table,
            "inputs": json.dumps({name: self.uri(name) for name in entry.inputs}),
            "output": self.uri(table),
            "report": str(self.root / "reports" / f"{table}.json"),
            "key": ",".join(entry.key),
            "required": ",".join(entry.required),
            "foreign_keys": json.dumps({column: self.uri(parent) for column, parent in entry.foreign_keys.items()}),
        }
        if entry.layer == "silver":
            given["quarantine"] = self.quarantine(table)
        if entry.partitions:
            given["partition_by"] = entry.partitions
        return [part for name, value in {**given, **extra}.items() for part in (f"--{name}", value)]

    def run(self, table, **extra):
        """Run the job's script in this process; returns its report. Raises SystemExit as the script does."""
        script, before = str(ROOT / "glue_scripts" / f"{table}.py"), sys.argv
        sys.argv = [script, *self.arguments(table, **extra)]
        try:
            runpy.run_path(script, run_name="__main__")
        finally:
            sys.argv = before
        return self.report(table)


def rows(uri):
    """A Delta table as sorted rows, read by delta-rs, an engine that did not write it."""
    from deltalake import DeltaTable

    return sorted(DeltaTable(uri).to_pyarrow_table().to_pylist(), key=lambda row: json.dumps(row, default=str))
