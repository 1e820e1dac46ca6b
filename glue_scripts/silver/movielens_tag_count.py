"""How often each tag was attached to each item of the Tag Genome archive: one row a tag of an item."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql import types as T  # noqa: N812

from glue_scripts import columns, job
from glue_scripts.silver_input import Source

SCHEMA = columns.described(
    ("item_id", T.LongType(), "MovieLens item."),
    ("tag_id", T.LongType(), "MovieLens tag."),
    ("num", T.LongType(), "How often the tag was attached; the highest where the source says it more than once."),
    columns.COPIES,
)
SOURCE = columns.record(item_id=T.DoubleType(), tag_id=T.DoubleType(), num=T.DoubleType())


def reject() -> list[columns.Reason]:
    """Why a source row cannot be used."""
    return [*columns.no_id("item_id"), *columns.no_id("tag_id"), *columns.no_id("num")]


def transform(movielens_tag_count: DataFrame) -> DataFrame:
    rows = movielens_tag_count.select(*(F.col(name).cast("long") for name in ("item_id", "tag_id", "num")))
    return rows.groupBy("item_id", "tag_id").agg(F.max("num").alias("num"), columns.copies().alias("copies"))


if __name__ == "__main__":
    job.run(transform, SCHEMA, Source(SOURCE, reject))
