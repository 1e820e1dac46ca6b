"""The conventions of CONTRIBUTING.md, held by tests that list the offenders."""

import ast
import re
from pathlib import Path

import pytest

from ggvd_dagster import spec

ROOT = Path(__file__).parents[1]
PACKAGES = ("ggvd_dagster", "glue_scripts", "lambda_handlers", "local_aws")
DELTA_TABLES = [table for table in spec.load().tables.values() if table.layer != "bronze"]
LONGEST_FILE, LONGEST_TEST = 150, 250


def sources(*folders):
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def imported(path, *, at_top_only=False):
    """Top-level package names that a file imports."""
    tree = ast.parse(path.read_text())
    nodes = tree.body if at_top_only else ast.walk(tree)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").split(".")[0]


def offenders(paths, banned, **how):
    return [f"{path.relative_to(ROOT)} imports {name}" for path in paths for name in imported(path, **how) if name in banned]


def test_every_table_has_script_test_and_documentation():
    documented = (ROOT / "docs/tables.md").read_text()
    missing = []
    for table in DELTA_TABLES:
        for path in (f"glue_scripts/{table.name}.py", f"tests/glue_scripts/{table.layer}/test_{table.table}.py"):
            if not (ROOT / path).is_file():
                missing.append(path)
    missing += [f"docs/tables.md: {name}" for name in spec.load().tables if f"`{name}`" not in documented]
    assert not missing


def test_every_script_has_a_spec_entry():
    scripts = {f"{path.parent.name}/{path.stem}" for layer in ("silver", "gold") for path in (ROOT / "glue_scripts" / layer).glob("*.py")}
    strangers = {name for name in scripts - set(spec.load().tables) if not name.endswith("/__init__")}
    assert not strangers


@pytest.mark.parametrize("table", DELTA_TABLES, ids=lambda table: table.name)
def test_transform_takes_the_inputs_of_the_spec(table):
    tree = ast.parse((ROOT / f"glue_scripts/{table.name}.py").read_text())
    transform = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "transform")
    assert [argument.arg for argument in transform.args.args] == [name.split("/")[1] for name in table.inputs]
    names = {target.id for node in tree.body if isinstance(node, ast.Assign) for target in node.targets if isinstance(target, ast.Name)}
    names |= {node.target.id for node in tree.body if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)}
    assert "SCHEMA" in names


def test_orchestration_never_imports_spark():
    paths = [path for path in sources("ggvd_dagster") if path.name != "spark.py"]
    assert not offenders(paths, {"pyspark", "delta", "pysail", "glue_scripts"})
    lazy = ROOT / "ggvd_dagster/resources/spark.py"
    assert not offenders([lazy], {"pyspark", "dagster_pyspark"}, at_top_only=True)


def test_scripts_never_import_orchestration_or_aws_clients():
    assert not offenders(sources("glue_scripts"), {"dagster", "boto3", "botocore", "ggvd_dagster", "lambda_handlers", "local_aws"})


def test_functions_need_only_boto3_and_requests():
    import sys

    allowed = {*sys.stdlib_module_names, "boto3", "botocore", "requests", "urllib3", "lambda_handlers"}
    strangers = [
        f"{path.relative_to(ROOT)} imports {name}" for path in sources("lambda_handlers") for name in imported(path) if name not in allowed
    ]
    assert not strangers


def test_only_the_edge_knows_the_local_aws():
    edge = {ROOT / "ggvd_dagster/cli.py", *sources("ggvd_dagster/commands")}
    paths = [path for path in sources("ggvd_dagster", "glue_scripts", "lambda_handlers") if path not in edge]
    assert not offenders(paths, {"local_aws", "ministack"})


def test_files_stay_short():
    modules = [*sources(*PACKAGES, "benchmarks", "docs", "terraform"), *(ROOT / "terraform").rglob("*.tf")]
    bounds = dict.fromkeys(modules, LONGEST_FILE) | dict.fromkeys(sources("tests"), LONGEST_TEST)
    long = {
        str(path.relative_to(ROOT)): lines
        for path, bound in bounds.items()
        if ".terraform" not in path.parts and (lines := len(path.read_text().splitlines())) > bound
    }
    assert not long


def test_every_module_says_what_belongs_in_it():
    bare = [
        str(path.relative_to(ROOT))
        for path in sources(*PACKAGES)
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert not bare


def test_lock_files_name_no_index():
    addresses = [str(path.name) for path in (ROOT / "requirements").glob("*.lock") if "://" in path.read_text()]
    assert not addresses


def test_tests_are_not_skipped_without_a_reason_that_a_machine_can_lack():
    pattern = re.compile(r"@pytest\.mark\.(skip|xfail)\b(?!if)")
    found = [str(path.relative_to(ROOT)) for path in sources("tests") if path != Path(__file__) and pattern.search(path.read_text())]
    assert not found


def test_fixtures_of_a_package_are_in_one():
    """Without `__init__.py` pytest keeps such a fixture, and the environment that it sets, until the whole session ends."""
    conftests = [path for path in sources("tests") if 'scope="package"' in path.read_text() and path != Path(__file__)]
    assert not [str(path.relative_to(ROOT)) for path in conftests if not (path.parent / "__init__.py").exists()]
