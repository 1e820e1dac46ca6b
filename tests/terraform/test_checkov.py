"""checkov finds nothing, but for a short list of exceptions that each say why."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
CONFIGURATION = ROOT / "terraform" / ".checkov.yaml"


def run(checks: Path, *arguments: str) -> dict:
    command = [str(checks / "checkov/bin/checkov"), "--config-file", str(CONFIGURATION), "--output", "json", *arguments]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200)
    return json.loads(process.stdout)


def test_nothing_is_found(checks: Path):
    report = run(checks)
    failed = [f"{check['check_id']} {check['resource']}: {check['check_name']}" for check in report["results"]["failed_checks"]]
    assert failed == []
    assert report["summary"]["parsing_errors"] == 0
    # the optional parts were looked at too
    seen = {check["resource"].split(".")[1] for check in report["results"]["passed_checks"] if check["resource"].startswith("module.")}
    assert {"dagster", "networking", "functions", "glue", "alarms", "queues", "buckets", "key"} <= {name.split("[")[0] for name in seen}


def test_every_exception_has_a_reason():
    exceptions = yaml.safe_load(CONFIGURATION.read_text(encoding="utf-8"))["skip-check"]
    reasons = dict(re.findall(r"^  - (CKV\w+) +# (.{20,})$", CONFIGURATION.read_text(encoding="utf-8"), re.MULTILINE))
    assert list(reasons) == exceptions
    assert len(exceptions) <= 10
