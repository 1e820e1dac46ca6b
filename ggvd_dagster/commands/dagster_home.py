"""The folder of the Dagster instance that the environment names (DAGSTER_HOME), made with the local settings when it is new."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from ggvd_dagster.errors import GgvdError

SETTINGS = Path(__file__).parents[1] / "instance" / "dagster.yaml"


def prepared(purpose: str) -> Path:
    """The folder. Raises GgvdError without DAGSTER_HOME: what runs in no instance is shown by nobody. `purpose`: what it is for."""
    named = os.environ.get("DAGSTER_HOME")
    if not named:
        raise GgvdError(f"DAGSTER_HOME is not set: there is no Dagster instance {purpose}")
    home = Path(named)
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "dagster.yaml").exists():
        shutil.copyfile(SETTINGS, home / "dagster.yaml")
    return home
