import json

import pytest

from lambda_handlers import aws, sqs
from lambda_handlers.errors import BadRequest, SourceRejected, SourceUnavailable


class FakeSqs:
    """Refuses, of each batch, the bodies for which `refuse` says so; remembers what it took and the delays it was told."""

    def __init__(self, refuse=lambda body, attempt: False):
        self.refuse, self.taken, self.calls, self.delays = refuse, [], [], []

    def send_message_batch(self, QueueUrl, Entries):  # noqa: N803
        self.calls.append([json.loads(entry["MessageBody"]) for entry in Entries])
        failed = [entry for entry in Entries if self.refuse(json.loads(entry["MessageBody"]), len(self.calls))]
        self.taken += [json.loads(entry["MessageBody"]) for entry in Entries if entry not in failed]
        return {"Failed": [{"Id": entry["Id"], "Code": "InternalError", "SenderFault": False} for entry in failed]}

    def change_message_visibility(self, QueueUrl, ReceiptHandle, VisibilityTimeout):  # noqa: N803
        self.delays.append((ReceiptHandle, VisibilityTimeout))


@pytest.fixture
def fake(monkeypatch):
    fake = FakeSqs()
    monkeypatch.setattr(aws, "client", lambda service: fake)
    return fake


def record(identifier, body="{}", receives="1"):
    attributes = {"ApproximateReceiveCount": receives}
    return {"messageId": identifier, "receiptHandle": identifier, "body": body, "attributes": attributes, "eventSourceARN": "a:q"}


def handle(body, receives):
    if body != "{}":
        raise {"rejected": SourceRejected, "unavailable": SourceUnavailable, "poison": BadRequest, "bug": KeyError}[body](body)


def test_only_what_sqs_did_not_take_is_sent_again(fake):
    fake.refuse = lambda body, call: body["n"] in {1, 4, 7} and call == 1
    sqs.send("q", [{"n": n} for n in range(12)])
    assert [len(call) for call in fake.calls] == [10, 3, 2]
    assert sorted(body["n"] for body in fake.taken) == list(range(12))


def test_what_sqs_never_takes_is_an_error(fake):
    fake.refuse = lambda body, call: body["n"] == 3
    with pytest.raises(SourceUnavailable, match=r"SQS refused 1 messages 4 times \(InternalError\)"):
        sqs.send("q", [{"n": n} for n in range(5)])


@pytest.mark.parametrize(
    ("bodies", "failed"),
    [
        (["{}", "{}"], []),
        (["{}", "unavailable", "poison", "{}"], ["1", "2"]),
        (["rejected"], ["0"]),
        (["poison", "unavailable"], ["0", "1"]),
        (["bug", "{}"], ["0"]),
    ],
    ids=["all-done", "some", "rejected-alone", "mixed-all", "unforeseen-error"],
)
def test_the_response_names_exactly_the_failed(fake, bodies, failed):
    event = {"Records": [record(str(n), body) for n, body in enumerate(bodies)]}
    assert sqs.process(event, handle, lambda arn: "q") == {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}
    assert [name for name, _ in fake.delays] == failed


@pytest.mark.parametrize("bodies", [["unavailable"], ["unavailable", "bug"]], ids=["one", "all"])
def test_an_outage_of_the_whole_batch_is_raised(fake, bodies):
    with pytest.raises(SourceUnavailable):
        sqs.process({"Records": [record(str(n), body) for n, body in enumerate(bodies)]}, handle, lambda arn: "q")


@pytest.mark.parametrize(
    ("error", "receives", "delay"),
    [
        (SourceUnavailable("x"), "1", 20),
        (SourceUnavailable("x"), "4", 160),
        (SourceUnavailable("x"), "99", 600),
        (SourceUnavailable("x", 3600.0), "1", 3600),
        (SourceUnavailable("x", 1e9), "1", 42_300),  # 12 h since it was received, less the longest invocation
        (SourceRejected("x"), "1", 5),
        (SourceRejected("x"), "4", 20),
    ],
    ids=["outage", "outage-again", "outage-for-long", "asked-an-hour", "asked-for-years", "rejected", "rejected-again"],
)
def test_a_failed_message_rests(fake, error, receives, delay):
    def fail(body, count):
        raise error

    event = {"Records": [record("0", receives=receives), record("1")]}
    with pytest.raises(type(error)) if error.retryable else pytest.MonkeyPatch.context():
        sqs.process(event, fail, lambda arn: "q")
    assert fake.delays[0] == ("0", delay)


def test_a_message_that_cannot_rest_is_reported_all_the_same(fake):
    def unknown(arn):
        raise StopIteration

    assert sqs.process({"Records": [record("0", "poison")]}, handle, unknown) == {"batchItemFailures": [{"itemIdentifier": "0"}]}
