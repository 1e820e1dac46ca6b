"""Review texts of the Tag Genome archive: one row a distinct text of an item."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql import types as T  # noqa: N812

from glue_scripts import columns, job
from glue_scripts.silver_input import Source

SCHEMA = columns.described(
    ("item_id", T.LongType(), "MovieLens item."),
    ("review_id", T.StringType(), "SHA-256 of the text."),
    ("text", T.StringType(), "The review."),
    columns.COPIES,
)
SOURCE = columns.record(item_id=T.DoubleType(), txt=T.StringType())


def reject() -> list[columns.Reason]:
    """Why a source row cannot be used."""
    return [*columns.no_id("item_id"), *columns.no_text("txt")]


def transform(imdb_reviews: DataFrame) -> DataFrame:
    # Grouped by digest, not by text: the texts are gigabytes, more than an engine may hold in one key buffer.
    rows = imdb_reviews.select(F.col("item_id").cast("long"), F.sha2("txt", 256).alias("review_id"), F.col("txt").alias("text"))
    return rows.groupBy("item_id", "review_id").agg(F.max("text").alias("text"), columns.copies().alias("copies"))


if __name__ == "__main__":
    job.run(transform, SCHEMA, Source(SOURCE, reject))
