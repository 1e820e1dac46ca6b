"""The packaged data as TMDB's records, and the match of MovieLens titles to them."""

import re
import sqlite3
import unicodedata
from pathlib import Path
from typing import Any

GENRES = {
    "Action": 28, "Adventure": 12, "Animation": 16, "Comedy": 35, "Crime": 80, "Documentary": 99, "Drama": 18, "Family": 10751,
    "Fantasy": 14, "History": 36, "Horror": 27, "Music": 10402, "Mystery": 9648, "Romance": 10749, "Sci-Fi": 878, "Thriller": 53,
    "War": 10752, "Western": 37,
}  # fmt: skip
LANGUAGES = {
    "English": "en", "French": "fr", "German": "de", "Spanish": "es", "Italian": "it", "Japanese": "ja", "Russian": "ru",
    "Mandarin": "zh", "Cantonese": "zh", "Korean": "ko", "Hindi": "hi", "Swedish": "sv", "Danish": "da", "Norwegian": "no",
    "Finnish": "fi", "Dutch": "nl", "Portuguese": "pt", "Polish": "pl", "Czech": "cs", "Hungarian": "hu", "Turkish": "tr",
    "Arabic": "ar", "Hebrew": "he", "Persian": "fa", "Thai": "th", "Greek": "el", "Romanian": "ro",
}  # fmt: skip
QUERY = """select o.ID id, o.imdbID, o.Title, o.Year, o.Genre, o.Released, o.Director, o."Cast", o.Language,
t.Rating, t.Reviews, t.Fresh, t.Rotten from omdb o left join tomatoes t on t.ID = o.ID order by o.ID"""


class SourceDataError(Exception):
    """A package does not hold the data that the sample sources are made of."""


def normalize(title: str) -> str:
    """A title reduced to what two catalogues agree on: case, accents, articles and punctuation removed."""
    folded = unicodedata.normalize("NFKD", title.lower())
    text = "".join(c for c in folded if not unicodedata.combining(c)).replace("&", " and ")
    text = re.sub(r"^(.*), (the|an|a|la|le|les|el|il|der|die|das)$", r"\2 \1", text.strip())
    return " ".join(re.sub(r"[^\w\s]", "", text).split())


def movies() -> list[dict[str, Any]]:
    """Every movie of movies.db (Wikidata's values in OMDb's columns) with its critics' counts, by id."""
    import bokeh_sampledata

    path = Path(bokeh_sampledata.__file__).parent / "_data" / "movies.db"
    connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    connection.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in connection.execute(QUERY)]
    finally:
        connection.close()


def split(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def tmdb_record(movie: dict[str, Any]) -> dict[str, Any]:
    """A result of TMDB's discover; a field without a real value is null."""
    languages = split(movie["Language"])
    return {
        "adult": None,
        "backdrop_path": None,
        "genre_ids": [GENRES[g] for g in split(movie["Genre"]) if g in GENRES],
        "id": movie["id"],
        "original_language": LANGUAGES.get(languages[0]) if languages else None,
        "original_title": None,
        "overview": None,
        "popularity": None if movie["Reviews"] is None else float(movie["Reviews"]),
        "poster_path": None,
        "release_date": movie["Released"],
        "title": movie["Title"],
        "video": None,
        "vote_average": movie["Rating"],
        "vote_count": movie["Reviews"],
    }
