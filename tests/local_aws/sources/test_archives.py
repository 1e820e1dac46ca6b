"""What the built archives hold, that two builds are equal, and what a build that fails says."""

import json
import os
import resource
import subprocess
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from local_aws.sources import command
from local_aws.sources.archives import NAMES, build, digest
from tests.conftest import free_port

ROOT = Path(__file__).parents[3]
RAW = "movie_dataset_public_final/raw"


@pytest.fixture(scope="module")
def built(archives: Path) -> Path:
    return archives / digest()


def lines(built: Path, archive: str, member: str) -> list[str]:
    with zipfile.ZipFile(built / archive) as opened:
        return opened.read(member).decode().splitlines()


def records(built: Path, member: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines(built, "genome_2021.zip", f"{RAW}/{member}")]


def test_a_second_build_gives_the_same_bytes(built: Path, tmp_path: Path) -> None:
    # in this process, whose hashes of texts have another seed
    build(tmp_path)
    for name in NAMES:
        assert (tmp_path / name).read_bytes() == (built / name).read_bytes()
        assert (tmp_path / name).stat().st_mtime == (built / name).stat().st_mtime


@pytest.mark.parametrize(
    ("member", "count"),
    [("metadata.json", 9_066), ("ratings.json", 100_004), ("reviews.json", 516_970), ("tags.json", 25), ("tag_count.json", 25_816)],
)
def test_counts(built: Path, member: str, count: int) -> None:
    assert len(records(built, member)) == count


def test_a_known_movie(built: Path) -> None:
    first = records(built, "metadata.json")[0]
    assert (first["title"], first["directedBy"], first["imdbId"]) == ("Toy Story (1995)", "John Lasseter", "0114709")


def test_tag_counts_say_how_many_catalogues_give_the_genre(built: Path) -> None:
    tags = {tag["id"]: tag["tag"] for tag in records(built, "tags.json")}
    found = {tags[row["tag_id"]]: row["num"] for row in records(built, "tag_count.json") if row["item_id"] == 1}
    assert found == {"Adventure": 2, "Animation": 3, "Children": 1, "Comedy": 3, "Fantasy": 2}


def test_links(built: Path) -> None:
    rows = [line.split(",") for line in lines(built, "ml-latest.zip", "ml-latest/links.csv")]
    assert rows[:2] == [["movieId", "imdbId", "tmdbId"], ["1", "0114709", "171048"]]
    assert (len(rows) - 1, sum(bool(row[2]) for row in rows[1:])) == (9_066, 6_548)
    assert max(Counter(row[2] for row in rows[1:] if row[2]).values()) <= 2


def test_the_readme_of_each_archive_names_its_terms(built: Path) -> None:
    for archive, member in (("genome_2021.zip", f"{RAW}/README.txt"), ("ml-latest.zip", "ml-latest/README.txt")):
        text = "\n".join(lines(built, archive, member))
        assert "docs/sources.md" in text
        assert "https://files.grouplens.org/" in text


def serve(state: Path, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(free_port(), str(state), "t"), capture_output=True, text=True, timeout=60, cwd=ROOT, **options)


def full_disk() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))


def test_a_full_disk_is_one_line_and_exit_2(tmp_path: Path) -> None:
    done = serve(tmp_path, preexec_fn=full_disk)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "File too large" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_unreadable_package_is_one_line_and_exit_2(tmp_path: Path) -> None:
    package = tmp_path / "packages" / "bokeh_sampledata"
    (package / "_data").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "_data" / "movies.db").write_bytes(b"damaged" * 200)
    path = os.pathsep.join([str(tmp_path / "packages"), str(ROOT)])
    done = serve(tmp_path / "state", env={**os.environ, "PYTHONPATH": path})
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "file is not a database" in done.stderr
