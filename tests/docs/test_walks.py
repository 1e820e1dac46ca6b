"""docs/add-a-table.md and docs/add-a-source.md, followed to the letter in a copy of the checkout, end in SQL and in Dagit."""

import json
import os
import signal
import time
import urllib.error
import urllib.request

import pytest

from tests.docs.walk import ROOT, blocks

pytestmark = [pytest.mark.timeout(900), pytest.mark.spark]
ASKED = """{assetNodeOrError(assetKey: {path: ["gold", "languages_by_decade"]}) {... on AssetNode {
groupName description dependencyKeys {path} assetMaterializations(limit: 1) {metadataEntries {label}}}}}"""


def follow(checkout, work):
    """What the last shell block says, in words that no narrow terminal breaks."""
    said = [checkout.run(block.text) if block.language == "sh" else checkout.write(block) for block in work]
    return " ".join(said[-1].split())


def test_a_new_source_ends_in_sql(checkout):
    words = follow(checkout, blocks(ROOT / "docs/add-a-source.md"))
    assert "│ 9061 │" in words
    assert "### `bronze/movielens_titles`" in (checkout.folder / "docs/tables.md").read_text()


def test_a_new_table_ends_in_sql_and_in_dagit(checkout):
    *work, dagit = blocks(ROOT / "docs/add-a-table.md")
    words = follow(checkout, work)
    assert "Which languages have most movies?" in words.replace("│ ", "")
    assert "│ en │" in words
    assert "### `gold/languages_by_decade`" in (checkout.folder / "docs/tables.md").read_text()
    seen = in_dagit(checkout, dagit.text.strip())
    assert (seen["groupName"], seen["dependencyKeys"]) == ("gold", [{"path": ["silver", "tmdb_movies"]}])
    labels = {entry["label"] for entry in seen["assetMaterializations"][0]["metadataEntries"]}
    assert {"dagster/column_schema", "dagster/column_lineage", "dagster/row_count"} <= labels


def in_dagit(checkout, command):
    """What Dagit's own API says of the asset once `command` has started it."""
    process = checkout.start(command)
    address = f"http://127.0.0.1:{checkout.environment['GGVD_DAGIT_PORT']}/graphql"
    question = urllib.request.Request(address, json.dumps({"query": ASKED}).encode(), {"content-type": "application/json"})
    try:
        for _ in range(240):
            try:
                with urllib.request.urlopen(question, timeout=20) as answer:
                    found = json.load(answer)["data"]["assetNodeOrError"]
                if found.get("assetMaterializations"):
                    return found
            except (urllib.error.URLError, OSError):
                assert process.poll() is None, (checkout.folder / "started.log").read_text()[-3000:]
            time.sleep(0.5)
        return pytest.fail((checkout.folder / "started.log").read_text()[-3000:])
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=60)
