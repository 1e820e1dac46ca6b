"""What a table shows at Dagit, and what a person sees when something fails or lands."""

import json

import boto3
import pytest
from playwright.sync_api import expect

from ggvd_dagster.sensors import s3_events
from tests.browser.dagit import DONE
from tests.end_to_end import bronze_objects

pytestmark = pytest.mark.timeout(600)
LATER = "2099-01-01"  # a snapshot after all others


def snapshot(bucket, year):
    """The prefix of the only snapshot of a release year."""
    return next(iter(bucket.objects.filter(Prefix=f"tmdb_movies/release_year={year}/"))).key.rpartition("/")[0] + "/"


def test_checks_that_passed_are_listed_with_their_numbers(dagit, history):
    dagit.open("/assets/silver/tmdb_movies?view=checks&checkDetail=nothing_lost")
    for check in ("has_rows", "nothing_lost", "required_columns", "unique_key"):
        dagit.see(check)
    dagit.see("Passed")
    dagit.see("rows_written")
    dagit.picture("checks")


def test_a_check_that_failed_says_what_is_short(dagit, bronze):
    manifest = bronze.Object(snapshot(bronze, "2008") + "_manifest.json")
    told = json.loads(manifest.get()["Body"].read())
    manifest.put(Body=json.dumps(told | {"rows": told["rows"] - 1}).encode())
    dagit.open(dagit.materialize("bronze/tmdb_movies", "2008"))
    dagit.see("RUN_FAILURE", within=DONE)
    dagit.open("/assets/bronze/tmdb_movies?view=checks&checkDetail=complete")
    dagit.see("Failed")
    dagit.see(f"2008 has {told['rows'] - 1} of {told['total_results']} rows")
    dagit.picture("check-failed")


def test_row_counts_of_materializations_are_plotted(dagit, history):
    dagit.open("/assets/silver/tmdb_movies?view=overview")
    dagit.page.get_by_text("Plots", exact=True).click()
    plot = dagit.see("dagster/row_count")
    plot.scroll_into_view_if_needed()
    expect(dagit.page.locator("canvas").first).to_be_visible()
    dagit.picture("plots")


def test_columns_are_shown_with_type_and_description(dagit, history):
    dagit.open("/assets/silver/tmdb_movies?view=overview")
    row = dagit.page.get_by_role("row").filter(has=dagit.page.get_by_text("tmdb_id", exact=True)).first
    expect(row).to_contain_text("bigint")
    expect(row).to_contain_text("TMDB's id of the movie.")
    dagit.picture("table")


def test_a_failure_explains_itself_in_its_run(dagit, bronze):
    source = snapshot(bronze, "2009")
    bronze_objects.rewrite(bronze, source, bronze_objects.prefix("2009", LATER), lambda content: content[: len(content) // 2], tell=False)
    dagit.open(dagit.materialize("silver/tmdb_movies", "2009"))
    dagit.see("silver/tmdb_movies failed: damaged input.", within=DONE)
    dagit.see("ggvd materialize silver/tmdb_movies --partition 2009")
    dagit.page.get_by_text("[Show Markdown]").last.click()
    card = dagit.page.get_by_role("dialog")
    for text in ("its manifest says", "Run again:", "console.aws.amazon.com"):
        expect(card).to_contain_text(text)
    expect(card.locator("code").first).to_contain_text("its manifest says")  # the log's last lines
    dagit.picture("failure")


def test_a_sensor_that_is_turned_on_runs_what_lands(dagit, bronze, names):
    sqs = boto3.client("sqs")
    sqs.purge_queue(QueueUrl=sqs.get_queue_url(QueueName=names.manifests_queue())["QueueUrl"])  # what landed before this test
    dagit.turn_on(s3_events.NAME)
    bronze_objects.rewrite(bronze, snapshot(bronze, "2007"), bronze_objects.prefix("2007", LATER), lambda content: content)
    dagit.see("1 run requested", within=DONE)
    dagit.picture("sensor")
    dagit.open(f"/runs?q[0]=tag:dagster/sensor_name={s3_events.NAME}")
    for text in ("silver_from_bronze_by_release_year", "2007"):
        dagit.see(text)
    dagit.see("Success", within=DONE)
    dagit.open(f"/locations/ggvd/sensors/{s3_events.NAME}")
    dagit.see("1 run requested")
