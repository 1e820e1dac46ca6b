"""The sample's raw files in DuckDB, for computations that share nothing with the platform."""

import json
import zipfile

import duckdb

from local_aws.sources.data import movies, tmdb_record

MEMBERS = {
    "metadata": ("genome_2021.zip", "movie_dataset_public_final/raw/metadata.json"),
    "reviews": ("genome_2021.zip", "movie_dataset_public_final/raw/reviews.json"),
    "ratings": ("genome_2021.zip", "movie_dataset_public_final/raw/ratings.json"),
    "tags": ("genome_2021.zip", "movie_dataset_public_final/raw/tags.json"),
    "tag_count": ("genome_2021.zip", "movie_dataset_public_final/raw/tag_count.json"),
    "events": ("ml-latest.zip", "ml-latest/ratings.csv"),
    "links": ("ml-latest.zip", "ml-latest/links.csv"),
}


def database(archives, folder, *tables):
    """A DuckDB with the named members of the archives as tables (all without names), and `tmdb` with every record that discover gives."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for name in tables or MEMBERS:
        archive, member = MEMBERS[name]
        with zipfile.ZipFile(archives / archive) as opened:
            path = opened.extract(member, folder)
        reader = "read_csv_auto" if member.endswith(".csv") else "read_json_auto"
        connection.execute(f"CREATE TABLE {name} AS FROM {reader}('{path}')")
    lines = folder / "discover.json"
    lines.write_text("".join(json.dumps(tmdb_record(movie)) + "\n" for movie in movies()))
    connection.execute(f"CREATE TABLE tmdb AS FROM read_json_auto('{lines}')")
    return connection
