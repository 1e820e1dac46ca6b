"""A platform with some release years, Dagit and its daemon over it, and a real browser in front of it."""

import os
import shutil
from pathlib import Path

import boto3
import dagster as dg
import pytest

from ggvd_dagster import names as naming
from local_aws import launcher
from tests.browser import control_room
from tests.browser.dagit import Dagit
from tests.conftest import free_port

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SIZE = {"width": 1440, "height": 900}


def pytest_addoption(parser):
    parser.addoption(
        "--pictures", metavar="FOLDER", type=Path, help="Write pictures of the pages to FOLDER, after a run of the whole pipeline."
    )


def pytest_collection_modifyitems(items):
    if CHROMIUM is None:
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason="needs a browser: install Debian's package `chromium` (or Google Chrome)"))


@pytest.fixture(scope="package")
def state(tmp_path_factory):
    """The folder of a local AWS that runs with everything deployed; its variables are set in this process."""
    folder = tmp_path_factory.mktemp("ggvd")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("AWS_", "DAGSTER_", "TMDB_", "GGVD_"))]:
            patch.delenv(name)
        try:
            running = launcher.up(folder, port=free_port(), sources_port=free_port())
            for name, value in {**running.environment, "GGVD_HOME": str(folder)}.items():
                patch.setenv(name, value)
            (folder / "dagster").mkdir()
            yield folder
        finally:
            launcher.down(folder)


@pytest.fixture(scope="package")
def names(state):
    return naming.from_environment()


@pytest.fixture(scope="package")
def address(state):
    """Where Dagit answers."""
    with control_room.running(state / "dagster", state) as address:
        yield address


@pytest.fixture(scope="package")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])


@pytest.fixture
def dagit(address, browser, request, tmp_path):  # tmp_path: where the page is left when a step fails
    """A person at Dagit. Whatever asks another host than Dagit's own is refused and fails the test."""
    context = browser.new_context(viewport=SIZE, reduced_motion="reduce", timezone_id="UTC")
    person = Dagit(context.new_page(), address, request.config.getoption("--pictures", None))
    yield person
    context.close()
    assert not person.strangers


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """A step that fails leaves the page as the person saw it, and says where."""
    report = yield
    person = item.funcargs.get("dagit")
    if call.when == "call" and report.failed and person is not None:
        folder = item.funcargs["tmp_path"]
        person.leave(folder)
        report.sections.append(("page", f"{person.page.url}\n{folder}/page.png\n{folder}/page.txt\n{person.text()[-1500:]}"))
    return report


@pytest.fixture(scope="package")
def materialize(address, state, request):
    """Materialize an asset for years as the command line does; with pictures, after the whole pipeline has run."""
    from ggvd_dagster import pipeline
    from ggvd_dagster.definitions import defs

    with dg.DagsterInstance.from_config(str(state / "dagster")) as instance:
        if request.config.getoption("--pictures", None):
            pipeline.run_all(instance, [str(year) for year in range(1990, 2007)])

        def run(asset, first, last):
            done = defs.resolve_implicit_global_asset_job_def().execute_in_process(
                asset_selection=[dg.AssetKey(asset.split("/"))],
                instance=instance,
                tags={"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last},
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            )
            assert done.success

        yield run


@pytest.fixture(scope="package")
def bronze(materialize, names):
    """The bronze bucket with release years 2007 to 2011 of TMDB."""
    materialize("bronze/tmdb_movies", "2007", "2011")
    return boto3.resource("s3").Bucket(names.bucket("bronze"))


@pytest.fixture(scope="package")
def history(materialize, bronze):
    """`silver/tmdb_movies`, materialized twice."""
    materialize("silver/tmdb_movies", "2010", "2010")
    materialize("silver/tmdb_movies", "2011", "2011")
