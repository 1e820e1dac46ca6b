"""The report is one page that draws all its charts in a real browser without a network, and says its numbers in words."""

import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest
import sqlglot

from ggvd_dagster.report import build, page, sections
from ggvd_dagster.resources.athena import Rows

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HOSTILE = "</script><img src=x onerror=document.body.dataset.broken=1> & <b>\"'"
VALUES = {
    "best_rated_movies": [(1, HOSTILE, 4.4, 311), (2, "Élan, The", 4.3, 200)],
    "most_popular_movies": [(1, HOSTILE, 388.0), (2, "Ça", None)],
    "genres_by_year": [("Drama", 1990, 10), ("Drama", 1991, 12), ("War", 1990, 1)],
    "ratings_over_time": [(1995, 3, 3.67), (1996, 6239, 3.6)],
    "popular_people": [(1990, "actor", HOSTILE, 9, 1000, 3.5), (1990, "director", "Somebody", 3, 20, None)],
    "tags_over_years": [("War", 1940, 12, 4.1), (HOSTILE, 1950, 5, 3.0)],
    "sources_agree": [(6.5, 100, 3.4), (7.0, 200, 3.6)],
    "data_date": [("2026-11-24", 17472)],
}


class FakeAthena:
    """Answers each named question with its rows above, under the names that the question's SELECT gives them."""

    def answer(self, question):
        columns = sqlglot.parse_one(question.sql, read="trino").named_selects
        return Rows(columns, VALUES[question.name], 0, 0.0, [])


@pytest.fixture(scope="module")
def html():
    return build.html(build.ask(FakeAthena()))


class Reader(HTMLParser):
    """What the page is made of: tags with their attributes, and the cells of its tables."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.cells, self._cell = [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self._cell = tag == "td"

    def handle_data(self, data):
        if self._cell:
            self.cells.append(data)
            self._cell = False


def test_every_question_has_a_chart_and_a_table_of_its_numbers(html):
    reader = Reader(html)
    drawn = [attributes["data-chart"] for tag, attributes in reader.tags if "data-chart" in attributes]
    assert drawn == [section.question for section in sections.SECTIONS]
    assert sum(tag == "table" for tag, _ in reader.tags) == len(drawn)
    assert {HOSTILE, "Élan, The", "4.40", "311", "-"} <= set(reader.cells)


def test_nothing_is_loaded_from_elsewhere(html):
    loading = [attributes for tag, attributes in Reader(html).tags if tag != "a" and ({"src", "href", "srcset"} & attributes.keys())]
    assert not loading
    assert "default-src 'none'" in html


def test_date_sources_and_attribution_are_there(html):
    assert "as of <time>2026-11-24</time>" in html
    assert all(page.escape(text) in html for text in page.SOURCES)


def test_same_answers_make_the_same_page(html):
    assert build.html(build.ask(FakeAthena())) == html


@pytest.mark.skipif(CHROMIUM is None, reason="this machine has no Chromium")
@pytest.mark.parametrize("size", ["390,844", "1280,900"], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["0", "1"], ids=["dark", "light"])
def test_browser_draws_every_chart(html, tmp_path, size, scheme):
    file = tmp_path / "report.html"
    file.write_text(html)
    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--enable-logging=stderr",
        "--virtual-time-budget=10000",
        f"--window-size={size}",
    ]
    command = [CHROMIUM, *options, f"--user-data-dir={tmp_path / 'profile'}", f"--blink-settings=preferredColorScheme={scheme}"]
    done = subprocess.run([*command, "--dump-dom", file.as_uri()], capture_output=True, text=True, timeout=120, check=True)
    body = re.search(r"<body[^>]*>", done.stdout).group()
    assert 'data-drawn="yes"' in body
    assert "data-broken" not in body
    assert done.stdout.count('<svg xmlns="http://www.w3.org/2000/svg"') == len(sections.SECTIONS)
    assert ("#e6edf3" if scheme == "0" else "#1c2430") in done.stdout.split("</svg>")[0].split("<svg")[1]
    assert not [line for line in done.stderr.splitlines() if "CONSOLE" in line and ("Error" in line or "Refused" in line)]


CUT_OFF = """() => [...document.querySelectorAll("svg")].flatMap(svg => {
  const frame = svg.getBoundingClientRect();
  const out = text => text.left < frame.left - 0.5 || text.right > frame.right + 0.5 || text.bottom > frame.bottom + 0.5;
  return [...svg.querySelectorAll("text")].filter(text => out(text.getBoundingClientRect())).map(text => text.textContent);
})"""


@pytest.mark.skipif(CHROMIUM is None, reason="this machine has no Chromium")
@pytest.mark.parametrize("width", [360, 390, 1280])
def test_no_word_of_a_chart_is_cut_off_and_the_page_never_scrolls_sideways(html, tmp_path, width):
    from playwright.sync_api import sync_playwright

    file = tmp_path / "report.html"
    file.write_text(html)
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"]) as browser:
        page = browser.new_page(viewport={"width": width, "height": 844})
        page.goto(file.as_uri())
        page.wait_for_selector("body[data-drawn=yes]")
        assert page.evaluate(CUT_OFF) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_every_section_is_asked():
    assert {section.question for section in sections.SECTIONS} == set(build.QUESTIONS)


def test_the_digest_follows_the_answers(monkeypatch):
    before = build.ask(FakeAthena()).digest()
    assert build.ask(FakeAthena()).digest() == before
    monkeypatch.setitem(VALUES, "ratings_over_time", [(1995, 4, 3.67)])
    assert build.ask(FakeAthena()).digest() != before
