"""Where cards go: a webhook (GGVD_ALERT_WEBHOOK), an SNS topic (GGVD_ALERT_TOPIC_ARN), else the log; each failure once."""

from __future__ import annotations

import json
import os
from typing import Any

import dagster as dg

from ggvd_dagster.alerts.card import Card
from ggvd_dagster.resources import clients

TIMEOUT_SECONDS = 10
SUBJECT_CHARACTERS = 100  # of SNS
SENT = "ggvd-alert:"


class NotDelivered(dg.DagsterError):
    """The receiver did not take a card. One of Dagster's own errors: after any other, a sensor of failed runs goes on to the next run."""


def deliver_once(instance: dg.DagsterInstance, card: Card, failure: str, log: Any) -> bool:
    """Deliver a card unless this failure's fingerprint was delivered before; `failure` names the failure, its retries included.

    It is noted after the delivery, so a crash in between repeats an alert rather than losing it. Raises NotDelivered.
    """
    key = f"{SENT}{card.fingerprint}:{failure}"
    if instance.run_storage.get_cursor_values({key}):
        return False
    try:
        deliver(card, log)
    except Exception as error:
        raise NotDelivered(f"the alert of {card.what} was not delivered and is sent again: {error}") from error
    instance.run_storage.set_cursor_values({key: "sent"})
    return True


def deliver(card: Card, log: Any) -> None:
    """Send a card. Raises when the receiver refuses, so that the sensor's tick fails and is made again."""
    log.error(card.markdown())
    if url := os.environ.get("GGVD_ALERT_WEBHOOK"):
        _post(url, card)
    if topic := os.environ.get("GGVD_ALERT_TOPIC_ARN"):
        subject = f"{card.what} failed: {card.error_class}".encode("ascii", "replace").decode()[:SUBJECT_CHARACTERS]
        clients.client("sns").publish(TopicArn=topic, Subject=subject, Message=json.dumps(card.to_dict()))


def _post(url: str, card: Card) -> None:
    """Raises NotDelivered, without the address: who knows the address of a webhook may write to its channel."""
    import requests

    try:
        said = requests.post(url, json=card.to_dict(), timeout=TIMEOUT_SECONDS)
        trouble = None if said.ok else f"answered {said.status_code}"
    except requests.RequestException as error:
        trouble = f"was not reached ({type(error).__name__})"
    if trouble:  # raised here, where no error is under way whose text has the address
        raise NotDelivered(f"the receiver of GGVD_ALERT_WEBHOOK {trouble}")
