"""Review texts of the Tag Genome archive: one row a distinct text of an item."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql import types as T  # noqa: N812

from glue_scripts import columns, job
from glue_scripts.silver_input import Source

SCHEMA = columns.described(
    ("item_id", T.LongType(), "MovieLens item."),
    ("review_id", T.StringType(), "SHA-256 of the text."),
    ("text", T.StringType(), "The review."),
    ("copies", T.LongType(), "Source rows with this item and text."),
)
SOURCE = columns.record(item_id=T.DoubleType(), txt=T.StringType())
KEY = ("item_id", "sha2(txt, 256)")


def reject() -> Column:
    """Reason why a source row cannot be used, null when it can."""
    return F.coalesce(columns.no_id("item_id"), columns.no_text("txt"))


def transform(imdb_reviews: DataFrame) -> DataFrame:
    # Grouped by digest, not by text: the texts are gigabytes, more than an engine may hold in one key buffer.
    rows = imdb_reviews.select(F.col("item_id").cast("long"), F.sha2("txt", 256).alias("review_id"), F.col("txt").alias("text"))
    return rows.groupBy("item_id", "review_id").agg(F.max("text").alias("text"), F.count(F.lit(1)).alias("copies"))


if __name__ == "__main__":
    job.run(transform, SCHEMA, Source(SOURCE, reject, KEY))
