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
PROVED = re.compile(r"`((?:\w+/)+test_\w+\.py::test_\w+)`")


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
    named = PROVED.findall((DOCS / "reliability.md").read_text())
    assert [proof for proof in named if not exists(proof)] == []
