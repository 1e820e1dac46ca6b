"""What needs a reply that the local AWS never gives, and the small modules at the edge: settings, secrets, logs."""

import io
import logging
import pickle

import pytest
from botocore.exceptions import ClientError

from lambda_handlers import bronze, redaction, settings, start_extraction
from lambda_handlers.errors import BadRequest, SettingsError, SourceUnavailable
from tests.lambda_handlers.servers import TOKEN


def client_error(code, status):
    return ClientError({"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}, "PutObject")


class FakeS3:
    """Answers puts with the errors of `replies`, then with success."""

    def __init__(self, replies):
        self.replies, self.puts = list(replies), []

    def put_object(self, **arguments):
        self.puts.append(arguments)
        if self.replies:
            raise self.replies.pop(0)


CONFLICT = client_error("ConditionalRequestConflict", 409)


@pytest.mark.parametrize(
    ("replies", "written"),
    [
        ([], True),
        ([client_error("PreconditionFailed", 412)], False),
        ([CONFLICT, CONFLICT], True),
        ([CONFLICT, client_error("PreconditionFailed", 412)], False),
    ],
    ids=["written", "there-already", "conflicts-pass", "another-won-the-conflict"],
)
def test_put_if_absent(replies, written):
    s3 = FakeS3(replies)
    assert bronze.Bronze("b", s3).put_if_absent("k", b"x", {"rows": "1"}) is written
    assert all(put["IfNoneMatch"] == "*" and put["Metadata"] == {"rows": "1"} for put in s3.puts)


@pytest.mark.parametrize("replies", [[CONFLICT] * 9, [client_error("AccessDenied", 403)]], ids=["conflicts-stay", "denied"])
def test_a_put_that_fails_is_an_error_that_names_the_key(replies):
    with pytest.raises(SourceUnavailable, match="cannot write a/key in the bronze bucket"):
        bronze.Bronze("b", FakeS3(replies)).put_if_absent("a/key", b"x")


def test_compressed_bytes_hold_no_time():
    assert bronze.compress(b"a\n") == bronze.compress(b"a\n")
    assert bronze.compress(b"a\n")[4:8] == b"\0\0\0\0"


GOOD = {
    "BRONZE_BUCKET": "b",
    "QUEUE_URLS": "{}",
    "TABLES": '{"t":{"source":"s","member":null,"partitions":null,"queue":"q"}}',
    "SOURCES": "{}",
    "TMDB_SECRET_ID": "s",
    "MAXIMUM_CONCURRENCY": "4",
}


@pytest.mark.parametrize("name", GOOD)
def test_a_missing_variable_is_named(name):
    with pytest.raises(SettingsError, match=f"^SettingsError: .*{name}" if name != "MAXIMUM_CONCURRENCY" else name):
        settings.from_environment({**GOOD, name: ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [("TABLES", "{"), ("SOURCES", "[]"), ("TABLES", '{"t":{"unknown":1}}'), ("MAXIMUM_CONCURRENCY", "0"), ("MAXIMUM_CONCURRENCY", "many")],
    ids=["no-json", "no-object", "unknown-field", "zero", "no-number"],
)
def test_a_malformed_variable_is_named(name, value):
    with pytest.raises(SettingsError, match=name):
        settings.from_environment({**GOOD, name: value})


def test_a_table_whose_source_or_queue_is_not_deployed_is_named():
    deployed = settings.from_environment(GOOD)
    with pytest.raises(SettingsError, match="SOURCES lacks 's'"):
        deployed.source(deployed.table("t"))
    with pytest.raises(SettingsError, match="QUEUE_URLS lacks 'q'"):
        deployed.queue_url(deployed.table("t"))


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({}, "must be an object with table"),
        ([], "must be an object with table"),
        ({"table": "tmdb_movies", "partition": "2010"}, "must be an object with table"),
        ({"table": "nothing"}, "no bronze table 'nothing'; known: imdb_metadata"),
        ({"table": ["tmdb_movies"]}, "no bronze table"),
        ({"table": "tmdb_movies"}, "give a list of partitions"),
        ({"table": "tmdb_movies", "partitions": []}, "give a list of partitions"),
        ({"table": "tmdb_movies", "partitions": ["20100"]}, "is no release_year"),
        ({"table": "tmdb_movies", "partitions": [2010]}, "is no release_year"),
        ({"table": "tmdb_movies", "partitions": ["201\N{ARABIC-INDIC DIGIT ZERO}"]}, "is no release_year"),
        ({"table": "tmdb_movies", "partitions": ["2010"], "snapshot": "yesterday"}, "is no date"),
        ({"table": "tmdb_movies", "partitions": ["2010"], "snapshot": 7}, "is no date"),
        ({"table": "tmdb_movies", "partitions": ["2010"], "snapshot": "20261124"}, "must be written 2026-11-24"),
        ({"table": "tmdb_movies", "partitions": ["2010"], "snapshot": "2026-W48-2"}, "must be written 2026-11-24"),
    ],
    ids=str,
)
def test_a_bad_request_is_answered_in_one_sentence(tmdb_functions, event, reason):
    with pytest.raises(BadRequest, match=f"^BadRequest: .*{reason}"):
        start_extraction.lambda_handler(event, None)


@pytest.mark.parametrize(
    "text",
    [
        f"GET /x?api_key={'ab12' * 8}&page=1",
        f"Authorization: Bearer {TOKEN}",
        f"{{'Authorization': 'Bearer {TOKEN}'}}",
        f"token {TOKEN} refused",
    ],
    ids=["address", "header", "dictionary", "bare"],
)
def test_credentials_are_masked_in_messages_arguments_and_tracebacks(text):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(redaction.RedactionFilter())
    log = logging.Logger("masked")
    log.addHandler(handler)
    log.warning("failed: %s", text)
    try:
        raise ValueError(text)
    except ValueError:
        log.exception("with a traceback")
    written = stream.getvalue()
    assert redaction.MASK in written
    assert "Traceback" in written
    assert TOKEN not in written
    assert "ab12" not in written


def test_a_log_line_whose_arguments_do_not_fit_fails_nobody():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(redaction.RedactionFilter())
    log = logging.Logger("library")
    log.addHandler(handler)
    log.warning("%s of %s", TOKEN)
    assert stream.getvalue() == f"%s of %s ('{redaction.MASK}',)\n"


def test_errors_keep_their_facts_when_copied():
    copy = pickle.loads(pickle.dumps(SourceUnavailable("busy", 3.0)))
    assert (str(copy), copy.retry_after) == ("SourceUnavailable: busy", 3.0)
