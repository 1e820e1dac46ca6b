"""The Dockerfile: linted, and read for what a linter does not know of this project."""

import fnmatch
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deployment import image
from tests.terraform.conftest import checks  # noqa: F401  the environment with checkov

ROOT = Path(__file__).parents[2]
BAD = "FROM python:latest\nADD https://example.org/a.tar /a\nRUN apt-get install curl\nCMD sleep 1\n"


def hadolint(linters, path):
    process = subprocess.run([str(linters / "hadolint"), "--format", "json", str(path)], capture_output=True, text=True)
    return {finding["code"] for finding in json.loads(process.stdout)}


def checkov(environments, *paths):
    """Ids of the failed checks of each file."""
    files = [word for path in paths for word in ("--file", str(path))]
    command = [str(environments / "checkov/bin/checkov"), *files, "--framework", "dockerfile", "--skip-download", "--output", "json"]
    report = json.loads(subprocess.run(command, capture_output=True, text=True, timeout=120).stdout)
    assert report["summary"]["passed"] > 10
    assert report["summary"]["parsing_errors"] == 0
    return [{c["check_id"] for c in report["results"]["failed_checks"] if Path(c["file_abs_path"]) == path} for path in paths]


def test_hadolint_finds_nothing_here_and_much_in_a_bad_one(linters, tmp_path):
    (tmp_path / "Dockerfile").write_text(BAD)
    assert hadolint(linters, image.DOCKERFILE) == set()
    assert {"DL3007", "DL3008", "DL3015", "DL3020"} & hadolint(linters, tmp_path / "Dockerfile")


def test_checkov_finds_nothing_here_and_much_in_a_bad_one(checks, tmp_path):  # noqa: F811
    (tmp_path / "Dockerfile").write_text(BAD)
    here, bad = checkov(checks, image.DOCKERFILE, tmp_path / "Dockerfile")
    assert here == set()
    assert {"CKV_DOCKER_2", "CKV_DOCKER_3", "CKV_DOCKER_7"} <= bad


def test_every_stage_is_of_one_base_whose_version_is_exact():
    bases = [stage[0].value for stage in image.stages().values()]
    assert re.fullmatch(r"python:3\.11\.\d+-slim-bookworm AS base", bases[0])
    assert all(base.startswith("base AS ") for base in bases[1:])


def test_it_runs_as_a_numbered_user_after_everything_that_needs_root():
    names = [instruction.name for instruction in image.last_stage()]
    user = next(instruction.value for instruction in image.last_stage() if instruction.name == "USER")
    assert user.isdigit()
    assert int(user) >= 10000
    assert f"--uid {user} " in next(i.value for i in image.last_stage() if "useradd" in i.value)
    assert not {"RUN", "COPY", "ADD"} & set(names[names.index("USER") :])


def test_packages_are_installed_from_the_lock_with_hashes():
    (install,) = [i.value for i in image.stages()["packages"] if i.name == "RUN"]
    assert "--no-deps --require-hashes --requirement /tmp/runtime.lock" in install
    lock = (ROOT / "requirements/runtime.lock").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock, re.MULTILINE))
    assert {"dagster", "dagster-webserver", "dagster-postgres", "dagster-aws", "psycopg2-binary"} <= set(pinned)
    assert pinned["dagster-postgres"] == pinned["dagster-aws"]


def test_what_is_copied_exists_and_is_let_into_the_context():
    ignore = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert ignore[0] == "*"
    allowed = [line[1:] for line in ignore if line.startswith("!")]
    sources = [source for source, _ in image.copies()] + ["requirements/runtime.lock"]
    assert all((ROOT / source).exists() for source in sources)
    assert [s for s in sources if not any(fnmatch.fnmatch(s, a) or s.startswith(f"{a}/") for a in allowed)] == []
    assert [a for a in allowed if a not in sources and not any(s.startswith(f"{a}/") for s in sources)] == []


def test_both_homes_are_made_of_what_was_copied():
    (made,) = [i.value for i in image.last_stage() if "launcher.yaml >" in i.value]
    assert "cat container/dagster.yaml ecs/launcher.yaml > ecs/dagster.yaml" in made
    targets = {str(target) for _, target in image.copies()}
    assert {"/opt/dagster/container/dagster.yaml", "/opt/dagster/ecs/launcher.yaml", "/opt/ggvd/workspace.yaml"} <= targets


def test_the_port_of_webserver_health_check_and_exposure_is_one():
    command, health = image.exec_form("CMD"), image.exec_form("HEALTHCHECK")
    assert command[command.index("--port") + 1] == "3000"
    assert "http://127.0.0.1:3000/server_info" in health[-1]
    assert "3000 4000" in [i.value for i in image.last_stage() if i.name == "EXPOSE"]


@pytest.mark.parametrize("name", ["dagster", "dagster-webserver", "dagster-daemon"])
def test_commands_are_installed(name):
    assert shutil.which(name, path=str(Path(sys.executable).parent))
