"""Columns that several tables share: descriptions, names of genres, what makes an id valid, titles compared between sources."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql import types as T  # noqa: N812

Reason = tuple[Column, str]  # a condition under which a source row cannot be used, and how it is called
LARGEST_EXACT = float(2**53)
# Every silver table has it: with the rows in quarantine, these add up to the source's rows.
COPIES = ("copies", T.LongType(), "Source rows that this row stands for.")
# https://developer.themoviedb.org/reference/genre-movie-list
GENRES = {
    12: "Adventure", 14: "Fantasy", 16: "Animation", 18: "Drama", 27: "Horror", 28: "Action", 35: "Comedy", 36: "History", 37: "Western",
    53: "Thriller", 80: "Crime", 99: "Documentary", 878: "Science Fiction", 9648: "Mystery", 10402: "Music", 10749: "Romance",
    10751: "Family", 10752: "War", 10770: "TV Movie",
}  # fmt: skip


def described(*columns: tuple[str, T.DataType, str]) -> T.StructType:
    """A schema whose columns carry their descriptions."""
    return T.StructType([T.StructField(name, kind, True, {"comment": comment}) for name, kind, comment in columns])


def copies() -> Column:
    """How many source rows a group or a window has."""
    return F.count(F.lit(1))


def newest(tmdb_movies: DataFrame) -> DataFrame:
    """One row a movie of silver/tmdb_movies. One whose date moved is in two years as long as only its new year was read anew."""
    read = Window.partitionBy("tmdb_id").orderBy(F.desc("snapshot"), F.desc("extracted_at"), F.desc("release_year"))
    return tmdb_movies.withColumn("_place", F.row_number().over(read)).where("_place = 1").drop("_place")


def record(**fields: T.DataType) -> T.StructType:
    """The schema of a source's record. Ids are doubles there: a JSON reader may cut 1.5 to the integer 1 without a word."""
    return T.StructType([T.StructField(name, kind) for name, kind in fields.items()])


def no_id(name: str) -> list[Reason]:
    """A number that is no id: a positive integer that a double holds exactly."""
    number = F.col(name)
    fraction = (number != F.floor(number)) | (number < 1) | (number > LARGEST_EXACT)
    return [(number.isNull(), f"{name} is missing"), (fraction, f"{name} is no positive integer")]


def no_text(name: str) -> list[Reason]:
    """A text that is missing: null or blank."""
    return [(F.col(name).isNull() | (F.trim(name) == ""), f"{name} is missing")]


def no_match(name: str, pattern: str, why: str) -> list[Reason]:
    """A text that is null or not as it should be."""
    return [(F.col(name).isNull() | ~F.col(name).rlike(pattern), why)]


def no_csv_id(name: str) -> list[Reason]:
    """The text of a CSV that is no id."""
    return no_match(name, r"^ *[0-9]{1,15} *\z", f"{name} is no positive integer")


def first(reasons: Sequence[Reason]) -> Column:
    """The first reason that holds, null where none does.

    One condition decides for most rows, which are good; the reasons are told apart only for the others. Without coalesce, which has some
    engines compute twice what it chooses from; a condition that is null does not hold.
    """
    any_bad = reduce(lambda left, right: left | right, (bad for bad, _ in reasons))
    return F.when(any_bad, cases(*reasons))


def cases(*pairs: tuple[Column, str]) -> Column:
    """The text of the first condition that holds, null where none does."""
    (condition, text), *others = pairs
    return reduce(lambda chain, pair: chain.when(pair[0], F.lit(pair[1])), others, F.when(condition, F.lit(text)))


def imdb_id(digits: Column) -> Column:
    """IMDb's form of an id: tt and at least seven digits; null without digits."""
    text = F.trim(digits.cast("string"))
    return F.when(text.rlike(r"^[0-9]{1,10}\z"), F.concat(F.lit("tt"), F.when(F.length(text) < 7, F.lpad(text, 7, "0")).otherwise(text)))


def names(text: Column) -> Column:
    """The names of a comma separated list, without blanks; empty list without any."""
    parts = F.transform(F.split(F.coalesce(text, F.lit("")), ","), lambda part: F.trim(part))
    return F.filter(parts, lambda part: part != "")


def genres(ids: Column) -> Column:
    """Names of TMDB's genre ids; ids that its list does not have are left out."""

    # A chain of cases, since engines differ in how a map answers a key that it does not have.
    def name(number: Column) -> Column:
        return cases(*((number == key, genre) for key, genre in GENRES.items()))

    named = F.transform(F.coalesce(ids, F.array().cast("array<bigint>")), name)
    return F.filter(named, lambda found: found.isNotNull())


# Engines differ in what else than ASCII's blanks is \s, and in whether $ is also before a last newline (\z is not).
BLANK = r"\s\p{Z}\x{85}"
ACCENTED = "àáâãäåāăąçćčďđèéêëēęěìíîïīłñńňòóôõöøōőřśšşťţùúûüūůűýÿžźż"
PLAIN = "aaaaaaaaacccddeeeeeeeiiiiilnnnoooooooorsssttuuuuuuuyyzzz"


def normalized(title: Column) -> Column:
    """A title reduced to what two catalogues agree on: case, accents, trailing articles and punctuation removed."""
    folded = F.translate(F.lower(F.trim(title)), ACCENTED, PLAIN)
    spelled = F.regexp_replace(folded, "&", " and ")
    ordered = F.regexp_replace(spelled, r"(?s)^(.*), (the|an|a|la|le|les|el|il|der|die|das)\z", "$2 $1")
    letters = F.regexp_replace(ordered, rf"[^\p{{L}}\p{{N}}{BLANK}]", "")
    return F.trim(F.regexp_replace(letters, rf"[{BLANK}]+", " "))
