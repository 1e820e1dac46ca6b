"""Jobs: selections of assets that are run together."""

from __future__ import annotations

import dagster as dg

from ggvd_dagster import spec

WHOLE = ("bronze", "silver", "gold", "catalog")


def _with_partitions(layer: str, partitions: str | None) -> list[dg.AssetKey]:
    return [dg.AssetKey(t.name.split("/")) for t in spec.load().layer(layer) if t.partitions == partitions]


refresh_tmdb = dg.define_asset_job(
    "refresh_tmdb",
    dg.AssetSelection.assets(*_with_partitions("bronze", "release_year"), *_with_partitions("silver", "release_year")),
    description="Extract release years from TMDB and bring them to silver.",
)
refresh_archives = dg.define_asset_job(
    "refresh_archives",
    dg.AssetSelection.assets(
        *_with_partitions("bronze", None), *(k for k in _with_partitions("silver", None) if k.path[-1] != "quarantine")
    ),
    description="Extract the archives and bring them to silver.",
)
refresh_rating_events = dg.define_asset_job(
    "refresh_rating_events",
    dg.AssetSelection.assets(*_with_partitions("silver", "rating_year")),
    description="Bring the ratings of rating years to silver.",
)
publish = dg.define_asset_job(
    "publish",
    dg.AssetSelection.assets(["silver", "quarantine"]) | dg.AssetSelection.groups("gold", "catalog", "report"),
    description="Gather the quarantine, build gold, show silver and gold to Athena, and write the report.",
)
jobs = [refresh_tmdb, refresh_archives, refresh_rating_events, publish]
