import json
from datetime import date
from pathlib import Path

import pytest

from ggvd_dagster import function_environment
from ggvd_dagster.names import Names
from lambda_handlers import messages, settings
from lambda_handlers.errors import BadRequest
from lambda_handlers.windows import Window

EVENTS = Path(__file__).parents[1] / "events"
NAMES = Names(env="dev", account="000000000000")
DEPLOYED = settings.from_environment(function_environment.variables(NAMES, "extract-tmdb", {"extract-tmdb": "http://q/q"}))


def bodies(name):
    return [record["body"] for record in json.loads((EVENTS / f"{name}.json").read_text())["Records"]]


def test_a_tmdb_message_comes_back_as_it_was():
    message = messages.parse_tmdb(bodies("sqs_tmdb")[0], DEPLOYED)
    assert (message.window, message.first, message.last) == (Window(date(2010, 1, 1), date(2010, 12, 31)), 1, 25)
    assert message.object_name == "2010-01-01_2010-12-31_p0001-0025.ndjson.gz"
    assert message.snapshot.prefix == "tmdb_movies/release_year=2010/snapshot=2026-11-24/"
    assert message.to_dict() == json.loads(bodies("sqs_tmdb")[0])


def test_an_archive_message_comes_back_as_it_was():
    message = messages.parse_archive(bodies("sqs_archive")[0], DEPLOYED)
    assert message.snapshot.prefix == "movielens_ratings/snapshot=20210826T143000Z-161078e4/"
    assert message.to_dict() == json.loads(bodies("sqs_archive")[0])


def test_a_strangers_message_is_refused():
    with pytest.raises(BadRequest, match="no JSON"):
        messages.parse_tmdb(bodies("sqs_poison")[1], DEPLOYED)


@pytest.mark.parametrize("name", ["start_tmdb", "start_archive"])
def test_start_events_name_tables_of_the_spec(name):
    assert DEPLOYED.table(json.loads((EVENTS / f"{name}.json").read_text())["table"])
