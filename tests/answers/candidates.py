"""Draws the pairs of TMDB and MovieLens records that were labelled by reading both: tests/cases/matching.csv.

Each kind of pair is drawn by the digest of its ids and the seed, so that the same data give the same pairs on every machine.
"""

import tempfile
from pathlib import Path

from tests.answers import raw

SEED = "ggvd-1"
KINDS = {"same": 35, "article": 35, "accents": 35, "other_title": 35, "year_beside": 40, "year_far": 25, "similar": 55}
ARTICLE = "^(.*), (the|a|an|la|le|les|el|il|l''|der|die|das)$"
QUERY = f"""
WITH item AS (
    SELECT item_id, title AS full_title, CAST(regexp_extract(title, '\\((\\d{{4}})\\)$', 1) AS int) AS year,
           trim(regexp_replace(title, '\\(\\d{{4}}\\)$', '')) AS title
    FROM metadata WHERE regexp_matches(title, '\\(\\d{{4}}\\)$')
), items AS (
    SELECT *, lower(trim(regexp_replace(title, '\\s*\\(.*', ''))) AS bare,
           strip_accents(regexp_replace(regexp_replace(bare, '{ARTICLE}', '\\2 \\1'), '[^\\w\\s]', '', 'g')) AS name
    FROM item
), movies AS (
    SELECT id AS tmdb_id, title, year(CAST(release_date AS date)) AS year,
           strip_accents(regexp_replace(lower(title), '[^\\w\\s]', '', 'g')) AS name
    FROM tmdb
), pairs AS (
    SELECT m.tmdb_id, i.item_id, m.title AS tmdb_title, m.year AS tmdb_year, i.title AS movielens_title, i.year AS movielens_year,
           CASE WHEN m.name <> i.name THEN 'similar'
                WHEN abs(m.year - i.year) > 1 THEN 'year_far'
                WHEN m.year <> i.year THEN 'year_beside'
                WHEN strip_accents(m.title || i.title) <> m.title || i.title THEN 'accents'
                WHEN contains(i.title, '(') THEN 'other_title'
                WHEN regexp_matches(i.bare, '{ARTICLE}') THEN 'article'
                ELSE 'same' END AS kind
    FROM movies m JOIN items i ON m.name = i.name
         OR abs(m.year - i.year) <= 1 AND (jaro_winkler_similarity(m.name, i.name) > 0.93
                                           OR contains(i.title, '(') AND contains(lower(i.title), '(' || lower(m.title)))
), placed AS (
    SELECT *, row_number() OVER (PARTITION BY kind ORDER BY md5(concat_ws('-', tmdb_id, item_id, '{SEED}'))) AS place,
           count(*) OVER (PARTITION BY kind) AS of_kind
    FROM pairs
)
SELECT kind, tmdb_id, tmdb_title, tmdb_year, item_id, movielens_title, movielens_year, of_kind, place FROM placed
WHERE place <= CASE kind {" ".join(f"WHEN '{kind}' THEN {count}" for kind, count in KINDS.items())} END
ORDER BY kind, place
"""
COLUMNS = ("kind", "tmdb_id", "tmdb_title", "tmdb_year", "item_id", "movielens_title", "movielens_year")


def draw(archives):
    """The pairs as rows of COLUMNS, and how many pairs of each kind there are."""
    with tempfile.TemporaryDirectory() as folder:
        rows = raw.database(archives, Path(folder), "metadata").execute(QUERY).fetchall()
    return [row[: len(COLUMNS)] for row in rows], {row[0]: row[-2] for row in rows}
