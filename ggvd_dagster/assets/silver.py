"""The silver tables of the spec, one Delta asset each."""

from __future__ import annotations

from ggvd_dagster import spec
from ggvd_dagster.assets import delta_table

assets = [delta_table.build(table) for table in spec.load().layer("silver")]
