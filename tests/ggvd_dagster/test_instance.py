"""Dagster accepts the instance settings that we ship, and they say what production needs."""

import importlib
from pathlib import Path

import dagster as dg
import pytest
import yaml
from dagster._config import process_config
from dagster._core.instance.config import dagster_instance_config
from dagster._core.instance.ref import InstanceRef

FOLDER = Path(__file__).parents[2] / "ggvd_dagster" / "instance"
POSTGRES = {f"DAGSTER_POSTGRES_{name}": name.lower() for name in ("HOST", "USER", "PASSWORD", "DB")}


def test_the_local_instance_starts_and_keeps_one_writer_a_table(tmp_path):
    (tmp_path / "dagster.yaml").write_text((FOLDER / "dagster.yaml").read_text())
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert not instance.telemetry_enabled
        assert instance.get_concurrency_config().pool_config.default_pool_limit == 1


@pytest.fixture
def production(monkeypatch):
    for name, value in POSTGRES.items():
        monkeypatch.setenv(name, value)
    settings, _ = dagster_instance_config(str(FOLDER), "production.yaml")  # raises when a name or a type is wrong
    return settings


def test_dagster_accepts_the_production_settings(production):
    reference = InstanceRef.from_dir(str(FOLDER), config_filename="production.yaml")
    assert reference.settings["run_monitoring"]["enabled"]


def test_a_name_that_dagster_does_not_know_would_be_refused(tmp_path):
    (tmp_path / "production.yaml").write_text((FOLDER / "production.yaml").read_text().replace("run_monitoring", "run_monitor"))
    with pytest.raises(dg.DagsterInvalidConfigError):
        dagster_instance_config(str(tmp_path), "production.yaml")


def test_database_and_launcher_accept_their_settings(production, monkeypatch):
    launcher = yaml.safe_load((FOLDER / "ecs_launcher.yaml").read_text())["run_launcher"]
    parts = {
        ("dagster_postgres", "DagsterPostgresStorage"): production["storage"]["postgres"],
        (launcher["module"], launcher["class"]): launcher.get("config", {}),
    }
    for (module, name), settings in parts.items():
        result = process_config(getattr(importlib.import_module(module), name).config_type(), settings)
        assert result.success, (name, result.errors)


def test_production_settings_hold_what_operations_need(production):
    assert production["telemetry"] == {"enabled": False}
    assert production["run_retries"]["retry_on_asset_or_op_failure"] is False
    assert production["run_monitoring"]["free_slots_after_run_end_seconds"] > 0  # else a cancelled run blocks its pool
    assert production["concurrency"]["pools"]["default_limit"] == 1
    assert set(production["retention"]) == {"schedule", "sensor", "auto_materialize"}


def test_no_secret_is_written_down():
    database = yaml.safe_load((FOLDER / "production.yaml").read_text())["storage"]["postgres"]["postgres_db"]
    assert all(set(database[name]) == {"env"} for name in ("hostname", "username", "password", "db_name"))
