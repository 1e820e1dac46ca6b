"""A script's transform, called on rows that a test writes down."""

import importlib

from pyspark.sql import SparkSession
from pyspark.sql import functions as F  # noqa: N812


def script(table):
    return importlib.import_module("glue_scripts." + table.replace("/", "."))


def frame(rows, schema):
    spark = SparkSession.builder.getOrCreate()
    return spark.createDataFrame([tuple(row.get(name) for name in schema.names) for row in rows], schema)


def silver(table, *records):
    """Rows of a silver transform over bronze records, in the order of their key, and the reasons of those rejected."""
    from glue_scripts import columns
    from glue_scripts.sources import with_lineage

    module = script(table)
    source = module.__dict__["SOURCE"]
    lineage = {"_object": "o", "_snapshot": "s", "_extracted_at": "2026-11-24T21:30:00Z", "_page": 1}
    made_of = frame([{**lineage, **record} for record in records], with_lineage(source)).withColumn(
        "_reason", columns.first(module.reject())
    )
    reasons = [row[0] for row in made_of.where("_reason is not null").select("_reason").collect()]
    made = module.transform(made_of.where(F.col("_reason").isNull()).drop("_reason")).select(*module.SCHEMA.names)
    return sorted((row.asDict(recursive=True) for row in made.collect()), key=str), sorted(reasons)


def gold(table, **inputs):
    """Rows of a gold transform over rows of its silver or gold inputs, given as `<layer>_<table>=[...]`."""
    module = script(table)
    frames = {}
    for name, rows in inputs.items():
        layer, _, bare = name.partition("_")
        frames[bare] = frame(rows, script(f"{layer}/{bare}").SCHEMA)
    made = module.transform(**frames).select(*module.SCHEMA.names)
    return sorted((row.asDict(recursive=True) for row in made.collect()), key=str)
