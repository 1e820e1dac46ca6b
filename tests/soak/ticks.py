"""Four hours of sensor ticks, one after another, asked of the webserver, which has the code server evaluate them."""

import time

import requests

ASK = """mutation($selector: SensorSelector!, $cursor: String) { sensorDryRun(selectorData: $selector, cursor: $cursor) { __typename
  ... on DryRunInstigationTick { evaluationResult { cursor runRequests { runKey } error { message } } } } }"""
LIST = """{ repositoriesOrError { ... on RepositoryConnection { nodes { name location { name }
  sensors { name sensorType minIntervalSeconds } } } } }"""


def ask(url, query, **variables):
    answer = requests.post(f"{url}/graphql", json={"query": query, "variables": variables}, timeout=120).json()
    if "errors" in answer:
        raise RuntimeError(str(answer["errors"])[:500])
    return answer["data"]


def run(url, hours=4.0):
    """Evaluate every sensor as often as it ticks in `hours`; gives the number of ticks by sensor, and how many failed."""
    repository = ask(url, LIST)["repositoriesOrError"]["nodes"][0]
    where = {"repositoryName": repository["name"], "repositoryLocationName": repository["location"]["name"]}
    counts, failures, begun = {}, [], time.monotonic()
    for sensor in repository["sensors"]:
        if sensor["sensorType"] in ("AUTOMATION", "AUTO_MATERIALIZE"):
            continue  # conditions are the daemon's to evaluate; it does so while this runs
        cursor, counts[sensor["name"]] = None, round(hours * 3600 / sensor["minIntervalSeconds"])
        for _ in range(counts[sensor["name"]]):
            told = ask(url, ASK, selector=where | {"sensorName": sensor["name"]}, cursor=cursor)["sensorDryRun"]
            result = told.get("evaluationResult") or {}
            if result.get("error") or not result:
                failures.append((sensor["name"], str(result.get("error") or told)[:300]))
            cursor = result.get("cursor") or cursor
    return counts, failures, time.monotonic() - begun
