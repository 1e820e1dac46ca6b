"""A name that is not in the spec reaches neither SQL nor AWS: every command that takes one refuses it first."""

import socketserver
import threading

import click.testing
import pytest

from ggvd_dagster import cli
from ggvd_dagster.errors import GgvdError

HOSTILE = ['silver/tmdb_movies"; DROP TABLE x; --', "silver/tmdb_movies' OR 1=1 --", "silver/\uff54mdb_movies"]
COMMANDS = {
    "diff": ["--from-version", "0", "--to-version", "1"],
    "undo": ["--yes"],
    "maintain": [],
    "materialize": [],
    "lineage": [],
    "plan-backfill": ["--from", "1990", "--to", "1991"],
}


class _Asked(socketserver.BaseRequestHandler):
    def handle(self):
        if content := self.request.recv(65536):
            self.server.asked.append(content)


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """What is sent to the AWS of the environment."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Asked) as server:
        server.asked = []
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        endpoint = f"http://127.0.0.1:{server.server_address[1]}"
        for key, value in {"AWS_ENDPOINT_URL": endpoint, "GGVD_ENV": "dev", "GGVD_ACCOUNT_ID": "000000000000"}.items():
            monkeypatch.setenv(key, value)
        monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
        yield server.asked
        server.shutdown()


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_refused_before_anything_is_asked(asked, command, name):
    result = click.testing.CliRunner().invoke(cli.app, [command, name, *COMMANDS[command]])
    assert isinstance(result.exception, GgvdError), result.output
    assert name in str(result.exception)
    assert asked == []
