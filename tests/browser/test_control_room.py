"""What a data engineer does at Dagit in a day, on a real platform with a real browser. Each test has release years of its own."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.dagit import DONE

LAYERS = ("bronze", "silver", "gold", "catalog", "report")
pytestmark = pytest.mark.timeout(600)  # the first test waits for the platform


def test_the_graph_shows_the_layers_as_groups(dagit, materialize):
    dagit.open("/asset-groups?expanded=" + "%2C".join(f"global%40global%3A{layer}" for layer in LAYERS))
    for layer in LAYERS:
        expect(dagit.page.get_by_text(layer, exact=True).first).to_be_visible()
    dagit.see("tmdb_movies")
    dagit.open("/assets/gold/popular_people_by_decade?view=lineage&lineageScope=upstream&lineageDepth=2")
    for text in ("popular_people_by_decade", "imdb_metadata", "bronze", "Delta Lake"):
        dagit.see(text)
    dagit.picture("graph")


@pytest.mark.parametrize(
    ("asset", "kinds"), [("bronze/tmdb_movies", ("lambda", "sqs", "S3", "JSON")), ("gold/movies", ("glue", "Delta Lake", "PySpark"))]
)
def test_an_asset_tells_its_kinds_and_owner(dagit, asset, kinds):
    dagit.open(f"/assets/{asset}?view=overview")
    for text in (*kinds, "data-platform"):
        dagit.see(re.compile(f"^{text}$", re.IGNORECASE))


def test_materializing_two_years_from_the_page_gives_an_event_for_each(dagit, bronze):
    run = dagit.materialize("silver/tmdb_movies", "2010", "2011")
    dagit.open(f"{run}?tab=runs")
    dagit.see("Success", within=DONE)
    for year in ("2010", "2011"):
        dagit.open(f"/assets/silver/tmdb_movies?view=partitions&partition={year}")
        for name in ("dagster/partition_row_count", "delta_version"):
            row = dagit.page.get_by_role("row").filter(has=dagit.page.get_by_text(name, exact=True)).last
            expect(row).to_contain_text(re.compile(rf"{name}\s*[1-9]\d*"))
    dagit.picture("partitions")


def test_a_backfill_launched_from_the_page_is_watched_until_it_is_done(dagit, address):
    dagit.open(dagit.materialize("bronze/tmdb_movies", "2012", "2013"))
    dagit.see("100% completed", within=DONE)
    dagit.see(re.compile("^Succeeded$"), within=DONE)
    row = dagit.page.get_by_role("link", name="bronze / tmdb_movies")
    expect(row.first).to_be_visible()
    dagit.picture("backfill")
