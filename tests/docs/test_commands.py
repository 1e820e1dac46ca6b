"""Every command in the docs is run, or read where it needs an account or a container engine. A new one fails until it is."""

import re
import shlex
import subprocess

import pytest

from terraform.deploy import __main__ as deploy
from tests.docs.test_pages import PAGES
from tests.docs.walk import ROOT, commands

pytestmark = pytest.mark.timeout(900)
WALKS = {"add-a-table.md", "add-a-source.md"}  # tests/docs/test_walks.py runs their blocks
ASKS = ".venv/bin/ggvd undo"  # a person on a terminal; without one it wants --yes
AGAIN = """set -a && . .ggvd/env && set +a
.venv/bin/dagster asset materialize -m ggvd_dagster.definitions --select silver/tmdb_movies --partition 2010 \\
--config-json '{"ops": {"silver__tmdb_movies": {"config": {"force": true}}}}'"""
QUARANTINED = (
    '.venv/bin/ggvd query --layer silver "SELECT table_name, reason, count(*) AS n FROM quarantine '
    'GROUP BY table_name, reason ORDER BY n DESC"'
)
# command: what is typed, and what it says; in this order, in a copy of the checkout whose platform runs
RUN = {
    "make help": ("", "make demo"),
    ".venv/bin/ggvd query best_rated_movies": ("", "The Godfather|Godfather, The"),
    ".venv/bin/ggvd report": ("", "The report is in"),
    ".venv/bin/ggvd shell": ("print('there', spark.table('gold_movies').count() > 1000)\n", "there True"),
    ".venv/bin/ggvd lineage gold.best_rated_movies.weighted_rating": ("", "bronze/movielens_ratings.rating"),
    ".venv/bin/ggvd lineage --downstream bronze.tmdb_movies.popularity": ("", "gold/most_popular_movies.rank"),
    ".venv/bin/ggvd lineage gold.movies --format json": ("", '"gold/movies.movie_key"'),
    ".venv/bin/ggvd plan-backfill bronze/tmdb_movies,silver/tmdb_movies --from 1990 --to 1999": ("", "silver/tmdb_movies"),
    ".venv/bin/ggvd materialize bronze/tmdb_movies --from 1990 --to 1999": ("", "bronze/tmdb_movies .* 1999"),
    ".venv/bin/ggvd redrive extract-tmdb": ("", "extract-tmdb"),
    QUARANTINED: ("", "title is missing"),
    ".venv/bin/ggvd diff silver/movielens_tags --from-version 0 --to-version 1": ("", "25"),
    ".venv/bin/ggvd maintain silver/movielens_tags": ("", "silver/movielens_tags"),
    ".venv/bin/ggvd undo silver/tmdb_movies": ("", "Undo of silver/tmdb_movies"),
    ".venv/bin/ggvd undo silver/tmdb_movies --partition 2010": ("", "Undo of silver/tmdb_movies 2010"),
    ".venv/bin/ggvd undo silver/tmdb_movies --partition 2010 --to-version 4": ("", "version|Undo of silver/tmdb_movies 2010"),
    "make down": ("", ""),
}
# make targets whose work other tests do: the line that make would run
RECIPES = {
    "make demo": ".venv/bin/ggvd demo",  # the copy's platform is made by it, for one year
    "make test": "-m pytest",
    "make dev": ".venv/bin/ggvd dev",  # the walk through a new table opens it
    "TMDB_TOKEN=... make deploy ENV=dev": "-m terraform.deploy apply --env dev",
    "make aws-smoke ENV=dev": "-m terraform.deploy aws-smoke --env dev",
}
# command: why it is only read here
READ = {
    "export AWS_PROFILE=movies": "names an account's credentials",
    "export GGVD_ENV=dev GGVD_ACCOUNT_ID=<account> AWS_REGION=us-east-1": "names an account",
    ".venv/bin/python -m terraform.deploy bootstrap --env dev": "makes a bucket in an account",
    ".venv/bin/python -m terraform.deploy smoke --env dev": "needs an account",
    ".venv/bin/dagster dev": "what `ggvd dev` becomes, without a local AWS",
    "cp deploy/compose.env.example deploy/compose.env && chmod 600 deploy/compose.env": "tests/deployment/test_compose.py reads the file",
    "docker compose --env-file deploy/compose.env up --build --detach --wait": "needs a container engine: see tests/deployment",
    "docker compose --env-file deploy/compose.env --env-file .ggvd/env -f compose.yaml -f compose.local.yaml up --build": "the same",
}
MADE = {"deploy/compose.env", ".ggvd/env"}  # files that the commands before make
FOUND = {command for page in PAGES if page.name not in WALKS for command in commands(page)}


def test_every_command_is_tested_and_none_that_is_gone():
    assert set(RUN) | set(RECIPES) | set(READ) == FOUND


@pytest.mark.parametrize("command", RUN)
def test_runs(checkout, command):
    if command == ".venv/bin/ggvd undo silver/tmdb_movies":
        checkout.run(AGAIN)
    shell = ["sh", "-c", f"{command} --yes" if command.startswith(ASKS) else command]
    typed, told = RUN[command]
    done = subprocess.run(shell, input=typed, cwd=checkout.folder, env=checkout.environment, capture_output=True, text=True, timeout=300)
    words = " ".join((done.stdout + done.stderr).split())
    assert re.search(told, words), words
    refused = command.endswith("--to-version 4") and done.returncode == 2  # which versions there are depends on what ran before
    assert done.returncode == 0 or refused, words
    if command == "make down":
        checkout.run("make up")


@pytest.mark.parametrize("command", RECIPES)
def test_make_would_run(command):
    words = [word for word in shlex.split(command) if "TMDB_TOKEN" not in word]
    done = subprocess.run([words[0], "-n", *words[1:]], cwd=ROOT, capture_output=True, text=True, check=True)
    assert RECIPES[command] in done.stdout
    if "terraform.deploy" in RECIPES[command]:
        assert deploy._parser().parse_args(RECIPES[command].split()[2:]).env == "dev"


@pytest.mark.parametrize("command", READ)
def test_reads(command):
    plain = command.replace("<account>", "000000000000")
    subprocess.run(["sh", "-n", "-c", plain], check=True)
    words = shlex.split(plain)
    files = [word for word in words if re.fullmatch(r"[\w./-]+\.(env|yaml|example)", word) or word == ".ggvd/env"]
    assert [name for name in files if name not in MADE and not (ROOT / name).is_file()] == []
    if "terraform.deploy" in words:
        assert deploy._parser().parse_args(words[words.index("terraform.deploy") + 1 :]).env == "dev"
