"""The compose files: what Compose's own schema takes, and what the project asks of them."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.deployment import image

ROOT = Path(__file__).parents[2]
FILES = ["compose.yaml", "compose.local.yaml"]
SERVICES = {"code", "webserver", "daemon"}


class Loader(yaml.SafeLoader):
    """Knows Compose's `!reset`, which takes away what the file before gave."""


Loader.add_constructor("!reset", lambda loader, node: None)


def read(name):
    return yaml.load((ROOT / name).read_text(encoding="utf-8"), Loader)


def schema_errors(linters, folder, document):
    file = folder / "compose.json"
    file.write_text(json.dumps(document))
    command = [str(linters / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "--output-format", "json", str(file)]
    return json.loads(subprocess.run(command, capture_output=True, text=True).stdout)["errors"]


@pytest.mark.parametrize("name", FILES)
def test_the_specification_of_compose_takes_it_and_refuses_a_typo(linters, tmp_path, name):
    document = read(name)
    for service in document["services"].values():
        service.pop("ports", None) if service.get("ports", ()) is None else None
    assert schema_errors(linters, tmp_path, document) == []
    document["services"]["code"]["comand"] = ["true"]
    assert "comand" in json.dumps(schema_errors(linters, tmp_path, document))


def test_only_the_webserver_is_published_and_only_to_this_machine():
    published = {name: service["ports"] for name, service in read("compose.yaml")["services"].items() if "ports" in service}
    assert published == {"webserver": ["127.0.0.1:3000:3000"]}


def test_on_the_machines_own_network_everything_listens_on_127_0_0_1():
    services = read("compose.local.yaml")["services"]
    assert {name for name, service in services.items() if service["network_mode"] == "host"} == SERVICES | {"postgres"}
    assert services["postgres"]["command"][-1] == "listen_addresses=127.0.0.1"
    for name in ("code", "webserver"):
        command = services[name]["command"]
        assert command[command.index("--host") + 1] == "127.0.0.1"
        plain = read("compose.yaml")["services"][name]["command"]
        assert [word for word in command if word != "127.0.0.1"] == [word for word in plain if word != "0.0.0.0"]


def test_secrets_come_from_the_environment_and_their_absence_is_said():
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    example = (ROOT / "deploy/compose.env.example").read_text(encoding="utf-8")
    asked = set(re.findall(r"\$\{(\w+):\?set it in deploy/compose\.env", text))
    assert {"DAGSTER_POSTGRES_PASSWORD", "GGVD_ENV"} == asked
    environment = read("compose.yaml")["services"]["daemon"]["environment"]
    passed_on = {name for name, value in environment.items() if value is None}
    offered = set(re.findall(r"^(?:# )?([A-Z_]+)=", example, re.MULTILINE))
    assert offered - passed_on == asked
    assert passed_on - offered == {"AWS_ALLOW_HTTP", "AWS_ENDPOINT_URL"}  # what `ggvd up` writes
    assert re.findall(r"^DAGSTER_POSTGRES_PASSWORD=(.*)$", example, re.MULTILINE) == [""]
    assert "deploy/compose.env" in (ROOT / ".gitignore").read_text().splitlines()


def test_compose_and_terraform_start_the_same_commands():
    text = (ROOT / "terraform/modules/dagster/services.tf").read_text(encoding="utf-8")
    block = re.search(r"commands = \{(.*?)\n  \}", text, re.DOTALL)[1]
    declared = {name: json.loads(words) for name, words in re.findall(r"(\w+)\s*= (\[.*\])", block)}
    services = read("compose.yaml")["services"]
    assert {name: services[name]["command"] for name in SERVICES} == declared
    assert image.exec_form("CMD") == declared["webserver"]


def test_compose_and_terraform_tell_dagster_the_same_variables():
    text = (ROOT / "terraform/modules/dagster/services.tf").read_text(encoding="utf-8")
    declared = set(re.findall(r"^    ([A-Z][A-Z_]+)\s+= ", text, re.MULTILINE))
    told = set(read("compose.yaml")["services"]["code"]["environment"])
    assert declared - told == {"DAGSTER_CURRENT_IMAGE"}  # for runs that are tasks of ECS
    wanted = set(
        re.findall(r"env: (\w+)", "".join((ROOT / source).read_text() for source, _ in image.copies() if source.endswith(".yaml")))
    )
    assert wanted <= declared & told
