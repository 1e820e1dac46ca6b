"""Tags of the Tag Genome archive: one row a tag."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql import types as T  # noqa: N812

from glue_scripts import columns, job
from glue_scripts.silver_input import Source

SCHEMA = columns.described(
    ("tag_id", T.LongType(), "MovieLens tag."),
    ("tag", T.StringType(), "The tag's words."),
    columns.COPIES,
)
SOURCE = columns.record(id=T.DoubleType(), tag=T.StringType())


def reject() -> list[columns.Reason]:
    """Why a source row cannot be used."""
    return [*columns.no_id("id"), *columns.no_text("tag")]


def transform(movielens_tags: DataFrame) -> DataFrame:
    rows = movielens_tags.select(F.col("id").cast("long").alias("tag_id"), F.trim("tag").alias("tag"))
    return rows.groupBy("tag_id").agg(F.max("tag").alias("tag"), columns.copies().alias("copies"))


if __name__ == "__main__":
    job.run(transform, SCHEMA, Source(SOURCE, reject))
