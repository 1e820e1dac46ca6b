"""What a person is told when an alert cannot be delivered."""

import logging
import threading
import traceback
from http.server import BaseHTTPRequestHandler, HTTPServer

import dagster as dg
import pytest
from dagster._utils.error import serializable_error_info_from_exc_info

from ggvd_dagster.alerts import card, delivery

SECRET = "T00000000-B00000000-XXXXXXXXXXXX"


class Refusing(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_error(403)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def refusing():
    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("address", "why"),
    [
        (None, "answered 403"),
        ("http://127.0.0.1:1", "was not reached (ConnectionError)"),
        ("no-address", "was not reached (MissingSchema)"),
    ],
    ids=["refused", "nobody there", "no address"],
)
def test_the_address_of_a_webhook_stays_out_of_the_log(refusing, monkeypatch, caplog, address, why):
    caplog.set_level(logging.WARNING)  # the library itself logs paths at DEBUG, which nothing here turns on
    monkeypatch.setenv("GGVD_ALERT_WEBHOOK", f"{address or refusing}/services/{SECRET}")
    failed = card.Card(what="silver/tmdb_movies", message="boom", command="x")
    with dg.DagsterInstance.ephemeral() as instance, pytest.raises(delivery.NotDelivered, match="silver/tmdb_movies") as caught:
        delivery.deliver_once(instance, failed, "run", logging.getLogger("alerts"))
    kept = serializable_error_info_from_exc_info((type(caught.value), caught.value, caught.tb))
    told = "".join(traceback.format_exception(caught.value)) + str(kept) + caplog.text
    assert why in told
    assert SECRET not in told
