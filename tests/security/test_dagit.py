"""Dagit asks nobody who they are, so by default it is shown to this machine only."""

from pathlib import Path

import yaml

from ggvd_dagster.commands import dev

ROOT = Path(__file__).parents[2]


def test_the_control_room_listens_on_this_machine_only(monkeypatch, tmp_path):
    said = []
    monkeypatch.setattr(dev.os, "execv", lambda _, command: said.extend(command))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    dev.run(3000)
    assert said[said.index("-h") + 1] == "127.0.0.1"


def test_compose_publishes_it_to_no_other_address():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    published = [port for service in services.values() for port in service.get("ports", [])]
    assert published
    assert all(str(port).startswith("127.0.0.1:") for port in published)


def test_the_docs_say_how_to_put_a_login_in_front():
    text = (ROOT / "docs" / "deploy.md").read_text()
    assert "oauth2-proxy" in text
    assert "authenticate-oidc" in text
