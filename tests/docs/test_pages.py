"""Every link and picture in the docs leads somewhere, every page is in the index, and the two READMEs keep step."""

import re
import subprocess

import pytest

from tests.docs.walk import ROOT, commands

TRACKED = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
PAGES = [ROOT / name for name in TRACKED]
LINK = re.compile(r"\]\(([^)\s]+)\)")
README, PORTUGUESE = ROOT / "README.md", ROOT / "README.pt-BR.md"


def prose(page):
    """The page without its fenced blocks, whose brackets are no links."""
    return re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def anchors(page):
    """The anchors that GitHub gives the headings of a page."""
    titles = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=TRACKED)
def test_links_and_pictures_are_there(page):
    lost = []
    for link in LINK.findall(prose(page)):
        path, _, anchor = link.partition("#")
        if "://" in link or link.startswith("mailto:"):
            continue
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            lost.append(link)
    assert not lost


def test_every_page_is_in_the_index():
    index = ROOT / "docs/README.md"
    linked = {(index.parent / link.partition("#")[0]).resolve() for link in LINK.findall(prose(index))}
    missing = [page.name for page in PAGES if page.parent == index.parent and page != index and page not in linked]
    assert not missing


def test_both_readmes_have_the_same_commands_links_and_sections():
    assert commands(PORTUGUESE) == commands(README)
    own = {"README.md", "README.pt-BR.md"}
    english, portuguese = ([link for link in LINK.findall(prose(page)) if link not in own] for page in (README, PORTUGUESE))
    assert portuguese == english
    shapes = [re.findall(r"^(#+ |- \*\*|\| [0-9] )", prose(page), re.MULTILINE) for page in (README, PORTUGUESE)]
    assert shapes[0] == shapes[1]
    code = [
        sorted(set(re.findall(r"`([^`\n]+)`", prose(page))) - {"<layer>/<table>", "<camada>/<tabela>"}) for page in (README, PORTUGUESE)
    ]
    assert code[0] == code[1]
