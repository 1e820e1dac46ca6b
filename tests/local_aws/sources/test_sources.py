"""The sample sources as a client meets them: a real server on a free port."""

import gzip
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from local_aws.sources import command, urls
from local_aws.sources.archives import digest
from local_aws.sources.data import normalize

AUTH = {"Authorization": "Bearer sample-token"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(state: Path, *extra: str) -> tuple[subprocess.Popen[bytes], int]:
    port = free_port()
    process = subprocess.Popen([*command(port, str(state), "sample-token"), *extra])
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            requests.get(f"http://127.0.0.1:{port}/health", timeout=20)
            return process, port
        except requests.ConnectionError:
            time.sleep(0.1)
    process.kill()
    raise AssertionError("the server did not start")


@pytest.fixture(scope="module")
def port(archives: Path) -> Iterator[int]:
    process, number = start(archives, "--requests-per-second", "0")
    yield number
    process.terminate()
    process.wait(10)


def discover(port: int, **query: object) -> requests.Response:
    return requests.get(f"{urls(port)['tmdb']}/discover/movie", params={k: str(v) for k, v in query.items()}, headers=AUTH, timeout=20)


@pytest.mark.parametrize(
    ("query", "code"),
    [({"page": 501}, 22), ({"page": 0}, 22), ({"page": "x"}, 22), ({"primary_release_date.gte": "2010-13-01"}, 23)],
    ids=["past the last page", "page zero", "page no number", "no such month"],
)
def test_bad_queries_are_400(port: int, query: dict[str, object], code: int) -> None:
    answer = discover(port, **query)
    assert (answer.status_code, answer.json()["status_code"], answer.json()["success"]) == (400, code, False)


def test_a_wrong_token_is_401(port: int) -> None:
    answer = requests.get(f"{urls(port)['tmdb']}/discover/movie", headers={"Authorization": "Bearer no"}, timeout=20)
    assert (answer.status_code, answer.json()["status_code"]) == (401, 7)


def test_every_movie_lies_in_one_year(port: int) -> None:
    assert sum(discover(port, primary_release_year=y).json()["total_results"] for y in range(1940, 2015)) == 17_472
    assert discover(port).json()["total_pages"] == 874


def test_the_window_is_inclusive_and_sorted(port: int) -> None:
    window = {"primary_release_date.gte": "2009-01-19", "primary_release_date.lte": "2009-01-19"}
    results = discover(port, sort_by="primary_release_date.asc", **window).json()["results"]
    assert "We Live in Public" in [r["title"] for r in results]
    assert {r["release_date"] for r in results} == {"2009-01-19"}


def test_the_rate_limit_is_429_with_retry_after(archives: Path, port: int) -> None:
    process, limited = start(archives, "--requests-per-second", "1")
    try:
        answers = [discover(limited) for _ in range(5)]
    finally:
        process.terminate()
        process.wait(10)
    refused = [a for a in answers if a.status_code == 429]
    assert refused
    assert refused[0].headers["Retry-After"] == "1"
    assert refused[0].json()["status_code"] == 25


def test_ranges(port: int) -> None:
    url = urls(port)["movielens"]
    head = requests.head(url, timeout=20).headers
    size = int(head["Content-Length"])
    part = requests.get(url, headers={"Range": "bytes=0-3", "If-Range": head["ETag"]}, timeout=20)
    assert (part.status_code, part.content, part.headers["Content-Range"]) == (206, b"PK\x03\x04", f"bytes 0-3/{size}")
    assert requests.get(url, headers={"Range": "bytes=0-3", "If-Range": '"other"'}, timeout=20).status_code == 200
    assert requests.get(url, headers={"Range": f"bytes={size}-"}, timeout=20).status_code == 416
    assert requests.get(url, headers={"If-Match": '"other"'}, timeout=20).status_code == 412


def test_the_archives_are_served_as_they_were_built(port: int, archives: Path) -> None:
    for source, name in (("tag_genome", "genome_2021.zip"), ("movielens", "ml-latest.zip")):
        assert requests.get(urls(port)[source], timeout=20).content == (archives / digest() / name).read_bytes()


def test_the_id_export_has_every_movie(port: int) -> None:
    root = urls(port)["tmdb"].removesuffix("/3")
    answer = requests.get(f"{root}/p/exports/movie_ids_11_24_2026.json.gz", timeout=20)
    lines = gzip.decompress(answer.content).splitlines()
    expected = {"adult": None, "id": 372, "original_title": None, "popularity": 51, "video": None}
    assert (len(lines), json.loads(lines[0])) == (17_472, expected)
    assert requests.get(f"{root}/p/exports/movie_ids_today.json.gz", timeout=20).status_code == 404


def test_genres_have_the_names_of_tmdb(port: int) -> None:
    genres = requests.get(f"{urls(port)['tmdb']}/genre/movie/list", headers=AUTH, timeout=20).json()["genres"]
    assert (len(genres), {"id": 878, "name": "Science Fiction"} in genres, {"id": 18, "name": "Drama"} in genres) == (18, True, True)
    assert requests.get(f"{urls(port)['tmdb']}/genre/movie/list", timeout=20).status_code == 401


@pytest.mark.parametrize(
    ("title", "expected"),
    [("Matrix, The", "the matrix"), ("Amélie", "amelie"), ("Me & You", "me and you"), ("Dr. Strangelove: Or", "dr strangelove or")],
)
def test_normalize(title: str, expected: str) -> None:
    assert normalize(title) == expected


def test_a_busy_port_is_one_line_and_exit_2(port: int, archives: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "local_aws.sources", "--port", str(port), "--state", str(archives)], capture_output=True, text=True
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


def test_an_unwritable_state_is_one_line_and_exit_2(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = subprocess.run([*command(free_port(), str(tmp_path / "file" / "state"), "t")], capture_output=True, text=True)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
