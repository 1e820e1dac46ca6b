"""The HTTP face of the sample sources: TMDB's discover with its limits, and files with ranges."""

import asyncio
import hashlib
import re
import time
from collections import defaultdict, deque
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from local_aws.sources.data import GENRES, movies, tmdb_record

PAGE, LAST_PAGE = 20, 500
SORTS = {"primary_release_date": "release_date", "release_date": "release_date", "popularity": "popularity", "title": "title",
         "vote_average": "vote_average", "vote_count": "vote_count"}  # fmt: skip


def failure(status: int, code: int, message: str, **headers: str) -> JSONResponse:
    body = {"success": False, "status_code": code, "status_message": message}
    return JSONResponse(body, status, {k.replace("_", "-"): v for k, v in headers.items()})


def select(records: list[dict[str, Any]], query: dict[str, str]) -> list[dict[str, Any]]:
    """Filtered and sorted as discover does; ValueError for a date, year or sort that is none."""
    low, high, year = (query.get(f"primary_release_{k}") for k in ("date.gte", "date.lte", "year"))
    first = date.fromisoformat(low).isoformat() if low else ""
    last = date.fromisoformat(high).isoformat() if high else "9999"
    prefix = f"{int(year):04d}-" if year else ""
    found = [r for r in records if first <= r["release_date"] <= last and r["release_date"].startswith(prefix)]
    name, _, order = query.get("sort_by", "popularity.desc").rpartition(".")
    if name not in SORTS or order not in ("asc", "desc"):
        raise ValueError(name)
    field = SORTS[name]
    known = sorted((r for r in found if r[field] is not None), key=lambda r: (r[field], r["id"]), reverse=order == "desc")
    return known + [r for r in found if r[field] is None]


def application(folder: Path, token: str, per_second: int, latency: float) -> Starlette:
    """`per_second` requests a client (0: no limit); `latency` in milliseconds. /health counts answered and refused (429) ones of TMDB."""
    records = [tmdb_record(m) for m in movies()]
    calls: dict[str, deque[float]] = defaultdict(deque)
    answered, refusals = [0], [0]
    etags = {p.name: f'"{hashlib.sha256(p.read_bytes()).hexdigest()[:32]}"' for p in folder.iterdir()}

    @lru_cache(maxsize=256)  # pages of one query follow one another
    def chosen(query: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
        return select(records, dict(query))

    async def refused(request: Request) -> Response | None:
        await asyncio.sleep(latency / 1000)
        if request.headers.get("authorization") != f"Bearer {token}":
            return failure(401, 7, "Invalid API key: You must be granted a valid key.")
        recent, now = calls[request.client.host if request.client else ""], time.monotonic()
        while recent and now - recent[0] >= 1:
            recent.popleft()
        if per_second and len(recent) >= per_second:
            refusals[0] += 1
            return failure(429, 25, "Your request count is over the allowed limit.", Retry_After="1")
        recent.append(now)
        answered[0] += 1
        return None

    async def discover(request: Request) -> Response:
        if denied := await refused(request):
            return denied
        query = dict(request.query_params)
        page = int(query.get("page", "1")) if re.fullmatch(r"-?\d{1,9}", query.get("page", "1")) else 0
        if not 1 <= page <= LAST_PAGE:
            return failure(400, 22, "Invalid page: Pages start at 1 and max at 500. They are expected to be an integer.")
        try:
            found = chosen(tuple(sorted((name, value) for name, value in query.items() if name != "page")))
        except ValueError:
            return failure(400, 23, "Invalid date: Format needs to be YYYY-MM-DD.")
        results = found[(page - 1) * PAGE : page * PAGE]
        return JSONResponse({"page": page, "results": results, "total_pages": -(-len(found) // PAGE), "total_results": len(found)})

    async def genres(request: Request) -> Response:
        names = [{"id": n, "name": "Science Fiction" if g == "Sci-Fi" else g} for g, n in GENRES.items()]
        return await refused(request) or JSONResponse({"genres": names})

    async def configuration(request: Request) -> Response:
        return await refused(request) or JSONResponse({"images": {"base_url": None, "secure_base_url": None}, "change_keys": []})

    def file(request: Request, name: str) -> Response:
        wanted = request.headers.get("if-match")
        if wanted and wanted != "*" and etags[name] not in [e.strip() for e in wanted.split(",")]:
            return Response(status_code=412)
        return FileResponse(folder / name, headers={"etag": etags[name]})

    async def archive(request: Request) -> Response:
        return file(request, request.url.path.rsplit("/", 1)[1])

    async def export(request: Request) -> Response:
        known = re.fullmatch(r"movie_ids_\d\d_\d\d_\d{4}\.json\.gz", request.path_params["name"])
        return file(request, "movie_ids.json.gz") if known else Response(status_code=404)

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "ok", "movies": len(records), "answered": answered[0], "refused": refusals[0]})

    return Starlette(routes=[
        Route("/3/discover/movie", discover), Route("/3/genre/movie/list", genres), Route("/3/configuration", configuration),
        Route("/datasets/tag-genome-2021/genome_2021.zip", archive), Route("/datasets/movielens/ml-latest.zip", archive),
        Route("/p/exports/{name}", export), Route("/health", health),
    ])  # fmt: skip
