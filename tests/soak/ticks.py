"""Hours of sensor ticks, one after another, asked of the webserver, which has the code server evaluate them; and the daemon's own.

A tick that is asked for is evaluated as the daemon's is, to its run requests, its reason to skip or its error; the runs are not launched.
"""

import time
from collections import Counter

import requests

ASK = """mutation($selector: SensorSelector!, $cursor: String) { sensorDryRun(selectorData: $selector, cursor: $cursor) { __typename
  ... on DryRunInstigationTick { evaluationResult { cursor skipReason runRequests { runKey } error { message } } } } }"""
LIST = """{ repositoriesOrError { ... on RepositoryConnection { nodes { name location { name }
  sensors { name sensorType minIntervalSeconds sensorState { ticks(limit: 2000) { status } } } } } } }"""
START = "mutation($selector: SensorSelector!) { startSensor(sensorSelector: $selector) { __typename } }"
AUTOMATION = ("AUTOMATION", "AUTO_MATERIALIZE")
EVENTS, TICKS_PER_OBJECT = "s3_events", 10


def ask(url, query, **variables):
    answer = requests.post(f"{url}/graphql", json={"query": query, "variables": variables}, timeout=120).json()
    if "errors" in answer:
        raise RuntimeError(str(answer["errors"])[:500])
    return answer["data"]


def _sensors(url):
    repository = ask(url, LIST)["repositoriesOrError"]["nodes"][0]
    where = {"repositoryName": repository["name"], "repositoryLocationName": repository["location"]["name"]}
    return [(sensor, where | {"sensorName": sensor["name"]}) for sensor in repository["sensors"]]


def start_automation(url):
    """Conditions of assets are evaluated by the daemon only: have it do so from now on, every half minute."""
    for sensor, selector in _sensors(url):
        if sensor["sensorType"] in AUTOMATION and ask(url, START, selector=selector)["startSensor"]["__typename"] != "Sensor":
            raise RuntimeError(f"{sensor['name']} does not start")


def of_daemon(url):
    """How often the daemon itself ticked, by sensor and outcome."""
    return {sensor["name"]: Counter(t["status"].lower() for t in sensor["sensorState"]["ticks"]) for sensor, _ in _sensors(url)}


def run(url, land, hours=4.0):
    """Evaluate each sensor as often as it ticks in `hours`; `land(number)` puts a manifest into bronze, of which S3 tells.

    Gives outcomes by sensor (asked for runs, skipped, failed), what the failures said, and seconds.
    """
    counts, failures, begun = {}, [], time.monotonic()
    for sensor, selector in _sensors(url):
        if sensor["sensorType"] in AUTOMATION:
            continue
        name, cursor = sensor["name"], None
        counts[name] = Counter()
        for number in range(round(hours * 3600 / sensor["minIntervalSeconds"])):
            if name == EVENTS and number % TICKS_PER_OBJECT == 0:
                land(number)
            outcome, said, cursor = _outcome(ask(url, ASK, selector=selector, cursor=cursor)["sensorDryRun"], cursor)
            counts[name][outcome] += 1
            failures += [(name, said)] if outcome == "failed" else []
    return counts, failures, time.monotonic() - begun


def _outcome(told, cursor):
    """What a tick came to, what was said of it, and the cursor for the next: a tick that failed leaves the cursor as it was."""
    result = told.get("evaluationResult")
    if not result or result["error"]:
        return "failed", str(result["error"] if result else told)[:300], cursor
    if result["runRequests"]:
        return "asked for runs", "", result["cursor"]
    return "skipped", result["skipReason"] or "", result["cursor"] or cursor
