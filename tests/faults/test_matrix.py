"""Every row of the matrix has a proof that exists, or says why there is none; and the docs name only tests that exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
import yaml

TESTS = Path(__file__).parents[1]
DOCS = TESTS.parent / "docs"
ROWS = yaml.safe_load(Path(__file__).with_name("matrix.yaml").read_text())
PAGE = (DOCS / "reliability.md").read_text()
PROVED = re.compile(r"`((?:\w+/)+test_\w+\.py::test_\w+)`")
PATHS = re.compile(r"`(tests/[\w/.]+)`")


@cache
def functions(file):
    tree = ast.parse((TESTS / file).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def exists(proof):
    file, _, name = proof.partition("::")
    return (TESTS / file).is_file() and name in functions(file)


def test_no_row_is_missing():
    assert sorted(ROWS) == sorted([*(str(number) for number in range(1, 47)), "24a"])


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_proved_by_tests_that_exist(row):
    proofs = ROWS[row].get("proofs", [])
    assert proofs or ROWS[row].get("not_ours")
    assert [proof for proof in proofs if not exists(proof)] == []


def test_each_test_of_a_row_is_named_by_its_row():
    for file in Path(__file__).parent.glob("test_*.py"):
        for name in functions(f"faults/{file.name}"):
            if found := re.match(r"test_row_0?(\d+a?)_", name):
                assert f"faults/{file.name}::{name}" in ROWS[found[1]]["proofs"], name


def test_the_docs_name_tests_that_exist():
    assert [proof for proof in PROVED.findall(PAGE) if not exists(proof)] == []
    assert [path for path in PATHS.findall(PAGE) if not (TESTS.parent / path).exists()] == []


@pytest.mark.parametrize("number", range(1, 11))
def test_each_promise_names_the_tests_that_prove_it(number):
    (row,) = re.findall(rf"^\| {number} \|.*$", PAGE, re.MULTILINE)
    assert PROVED.findall(row) or "every test of" in row


def test_nothing_that_looks_like_a_test_escapes_the_look():
    """Whatever the page writes as a test or a file of tests is one that the two patterns find."""
    looked_at = {*PROVED.findall(PAGE), *(proof.partition("::")[0] for proof in PROVED.findall(PAGE)), *PATHS.findall(PAGE)}
    known = {name.removeprefix("tests/") for name in looked_at}
    assert [name for name in re.findall(r"`([^`]*test_[^`]*)`", PAGE) if name.removeprefix("tests/") not in known] == []
