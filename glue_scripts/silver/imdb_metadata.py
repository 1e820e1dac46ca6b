"""Titles, directors and casts of the Tag Genome archive: one row an item."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql import types as T  # noqa: N812

from glue_scripts import columns, job
from glue_scripts.silver_input import Source

SCHEMA = columns.described(
    ("item_id", T.LongType(), "MovieLens item."),
    ("title", T.StringType(), "Title without its year."),
    ("release_year", T.IntegerType(), "Year in the title; null where it has none."),
    ("directors", T.ArrayType(T.StringType()), "Names of the directors."),
    ("starring", T.ArrayType(T.StringType()), "Names of the cast."),
    ("date_added", T.StringType(), "When MovieLens added the item, as the source says."),
    ("avg_rating", T.DoubleType(), "Mean rating that the source states, stars."),
    ("imdb_id", T.StringType(), "IMDb's id, tt and seven digits or more."),
    columns.COPIES,
)
SOURCE = columns.record(
    item_id=T.DoubleType(), title=T.StringType(), directedBy=T.StringType(), starring=T.StringType(), dateAdded=T.StringType(),
    avgRating=T.DoubleType(), imdbId=T.StringType(),
)  # fmt: skip
YEAR = rf"\(([0-9]{{4}})\)[{columns.BLANK}]*\z"


def reject() -> list[columns.Reason]:
    """Why a source row cannot be used."""
    return [*columns.no_id("item_id"), *columns.no_text("title")]


def transform(imdb_metadata: DataFrame) -> DataFrame:
    same = Window.partitionBy("item_id")
    fields = ("_object", "title", "avgRating", "imdbId", "directedBy", "starring", "dateAdded")  # all: no two rows may tie
    newest = same.orderBy(*map(F.desc, fields))
    placed = imdb_metadata.withColumns({"_place": F.row_number().over(newest), "copies": columns.copies().over(same)})
    rows = placed.where("_place = 1")
    year = F.regexp_extract("title", YEAR, 1)
    short = F.trim(F.regexp_replace("title", YEAR, ""))
    return rows.select(
        F.col("item_id").cast("long"),
        F.when(short == "", F.trim("title")).otherwise(short).alias("title"),
        F.when(year != "", year).cast("int").alias("release_year"),
        columns.names(F.col("directedBy")).alias("directors"),
        columns.names(F.col("starring")).alias("starring"),
        F.col("dateAdded").alias("date_added"),
        F.col("avgRating").alias("avg_rating"),
        columns.imdb_id(F.col("imdbId")).alias("imdb_id"),
        "copies",
    )


if __name__ == "__main__":
    job.run(transform, SCHEMA, Source(SOURCE, reject))
