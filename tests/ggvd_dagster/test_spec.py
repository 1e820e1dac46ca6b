"""platform.yaml is read into types, and what it cannot mean is refused with a line that says what, which and what to do."""

import pytest
import yaml

from ggvd_dagster import spec


def changed(change):
    """The platform's spec with one change made by `change(raw)`."""
    raw = yaml.safe_load(spec.SPEC_PATH.read_text())
    change(raw)
    return yaml.safe_dump(raw)


def put(*path, value):
    def change(raw):
        for step in path[:-1]:
            raw = raw[step]
        raw[path[-1]] = value

    return change


def drop(*path):
    def change(raw):
        for step in path[:-1]:
            raw = raw[step]
        del raw[path[-1]]

    return change


BAD = {
    "unknown input table": (
        put("tables", "silver/movielens_tags", "inputs", value=["bronze/nothing"]),
        "table silver/movielens_tags: unknown input table 'bronze/nothing'",
    ),
    "missing key": (drop("tables", "silver/movielens_tags", "key"), "table silver/movielens_tags: no key"),
    "missing inputs": (drop("tables", "gold/movies", "inputs"), "table gold/movies: no inputs"),
    "short visibility": (
        put("queues", "extract-tmdb", "visibility_seconds", value=719),
        "shorter than 6 x the time-out of 120 s of function extract-tmdb; set visibility_seconds to at least 720",
    ),
    "unknown queue": (put("functions", "extract-tmdb", "queue", value="q"), "function extract-tmdb: unknown queue 'q'"),
    "dead letters forgotten too early": (put("queues", "extract-tmdb", "dead_letter_days", value=4), "dead_letter_days must exceed"),
    "unknown source": (
        put("tables", "bronze/tmdb_movies", "source", value="imdb"),
        "table bronze/tmdb_movies: unknown source 'imdb'; known: movielens, tag_genome, ",
    ),
    "archive without member": (drop("tables", "bronze/movielens_links", "member"), "is an archive, so a `member` is needed"),
    "unknown partitions": (put("tables", "silver/tmdb_movies", "partitions", value="month"), "unknown partitions 'month'"),
    "unknown foreign key": (
        put("tables", "gold/best_rated_movies", "foreign_keys", value={"movie_key": "gold/none"}),
        "foreign key movie_key points to unknown table 'gold/none'",
    ),
    "foreign key outside the parent's key": (
        put("tables", "gold/best_rated_movies", "foreign_keys", value={"title": "gold/movies"}),
        "foreign key title is not in the key of gold/movies",
    ),
    "silver that reads gold": (
        put("tables", "silver/movielens_tags", "inputs", value=["gold/movies"]),
        "comes later than the table itself",
    ),
    "two inputs of one name": (
        put("tables", "gold/movies", "inputs", value=["silver/tmdb_movies", "bronze/tmdb_movies"]),
        "two inputs share a name",
    ),
    "bad table name": (put("tables", "silver/Bad-Name", value={"description": "x"}), "a name is <bronze|silver|gold>/<lower_case_name>"),
    "unknown field": (put("tables", "gold/movies", "colour", value="red"), "Extra inputs are not permitted"),
    "missing bucket": (drop("buckets", "athena"), "no 'athena' bucket"),
    "time-out over Lambda's limit": (put("functions", "extract-tmdb", "timeout_seconds", value=901), "less than or equal to 900"),
    "budget shared out twice": (put("functions", "extract-tmdb", "request_share", value=1.0), "their request_share make 1.04 together"),
    "too few receives": (put("queues", "extract-tmdb", "max_receives", value=1), "greater than or equal to 5"),
}


@pytest.mark.parametrize(("change", "message"), BAD.values(), ids=BAD.keys())
def test_wrong_spec_is_refused(change, message):
    with pytest.raises(spec.SpecError) as error:
        spec.parse(changed(change))
    assert message in str(error.value)


def test_every_wrong_entry_is_named_at_once():
    def both(raw):
        put("queues", "extract-tmdb", "visibility_seconds", value=1)(raw)
        drop("tables", "gold/movies", "key")(raw)

    with pytest.raises(spec.SpecError) as error:
        spec.parse(changed(both))
    lines = str(error.value).splitlines()
    assert {"queue extract-tmdb", "table gold/movies"} <= {line.split(":")[0] for line in lines}


def test_text_that_is_not_yaml_is_refused():
    with pytest.raises(spec.SpecError, match="not YAML"):
        spec.parse("tables: [")


def test_unknown_table_lists_the_known_ones():
    with pytest.raises(spec.SpecError, match=r"no table 'gold/x'.*gold/movies"):
        spec.load().table("gold/x")


def test_years_include_both_ends():
    assert spec.PartitionRange(first=1999, last=2001).years() == ["1999", "2000", "2001"]


def test_open_range_ends_with_the_current_year():
    from datetime import UTC, datetime

    assert spec.PartitionRange(first=2020).years()[-1] == str(datetime.now(UTC).year)
