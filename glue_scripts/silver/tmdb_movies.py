"""Movies of TMDB's discover API: one row a movie, its newest page wins."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql import types as T  # noqa: N812

from glue_scripts import columns, job
from glue_scripts.silver_input import Source

SCHEMA = columns.described(
    ("tmdb_id", T.LongType(), "TMDB's id of the movie."),
    ("title", T.StringType(), "Title in English."),
    ("original_title", T.StringType(), "Title in the original language."),
    ("original_language", T.StringType(), "ISO 639-1 code of the original language."),
    ("overview", T.StringType(), "Plot in some sentences."),
    ("release_date", T.DateType(), "First release."),
    ("genres", T.ArrayType(T.StringType()), "Names of the genres."),
    ("genre_ids", T.ArrayType(T.LongType()), "TMDB's ids of the genres."),
    ("popularity", T.DoubleType(), "TMDB's popularity, a number without unit that changes daily."),
    ("vote_average", T.DoubleType(), "Mean vote, 0 to 10."),
    ("vote_count", T.LongType(), "Number of votes."),
    ("adult", T.BooleanType(), "Whether it is for adults only."),
    ("video", T.BooleanType(), "Whether it is a video, not a film."),
    ("poster_path", T.StringType(), "Path of the poster at TMDB."),
    ("backdrop_path", T.StringType(), "Path of the backdrop at TMDB."),
    ("snapshot", T.StringType(), "Bronze snapshot that the row came from."),
    ("extracted_at", T.TimestampType(), "When the page was read (UTC)."),
    columns.COPIES,
    # last, where every engine puts the partition column
    ("release_year", T.IntegerType(), "Year of the first release; the table is partitioned by it."),
)
SOURCE = columns.record(
    id=T.DoubleType(), title=T.StringType(), original_title=T.StringType(), original_language=T.StringType(), overview=T.StringType(),
    release_date=T.StringType(), genre_ids=T.ArrayType(T.LongType()), popularity=T.DoubleType(), vote_average=T.DoubleType(),
    vote_count=T.LongType(), adult=T.BooleanType(), video=T.BooleanType(), poster_path=T.StringType(), backdrop_path=T.StringType(),
)  # fmt: skip
DAY = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\z"


def reject() -> list[columns.Reason]:
    """Why a source row cannot be used."""
    day = F.col("release_date")
    # The cast is behind the pattern, because engines differ in what else they take for a date. Null has none.
    date = F.when(day.rlike(DAY), F.to_date(day, "yyyy-MM-dd"))
    return [
        *columns.no_id("id"),
        *columns.no_text("title"),
        (date.isNull(), "release_date is no date"),
        (F.substring(day, 1, 4) != F.col("_partition"), "release_date is outside the partition"),
    ]


def transform(tmdb_movies: DataFrame) -> DataFrame:
    # Pages drift while they are read: the latest page of an id wins, and the record itself breaks ties. Within its partition,
    # so that a partition has the same rows whichever others the run makes.
    same = Window.partitionBy("_partition", "id")
    newest = same.orderBy(
        F.desc("_snapshot"), F.desc("_object"), F.desc("_page"), F.desc(F.coalesce("popularity", F.lit(-1.0))), F.desc("vote_count"),
        *map(F.desc, ("title", "release_date", "overview", "original_title", "original_language", "vote_average", "genre_ids")),
        *map(F.desc, ("adult", "video", "poster_path", "backdrop_path")),
    )  # fmt: skip
    ranked = tmdb_movies.withColumns({"_place": F.row_number().over(newest), "copies": columns.copies().over(same)}).where("_place = 1")
    date = F.to_date("release_date", "yyyy-MM-dd")
    return ranked.select(
        F.col("id").cast("long").alias("tmdb_id"), "title", "original_title", "original_language", "overview", date.alias("release_date"),
        F.year(date).alias("release_year"), columns.genres(F.col("genre_ids")).alias("genres"), "genre_ids", "popularity", "vote_average",
        "vote_count", "adult", "video", "poster_path", "backdrop_path", F.col("_snapshot").alias("snapshot"),
        F.to_timestamp("_extracted_at").alias("extracted_at"), "copies",
    )  # fmt: skip


if __name__ == "__main__":
    job.run(transform, SCHEMA, Source(SOURCE, reject))
