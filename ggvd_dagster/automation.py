"""What runs because something else changed, and how old gold may become. Bronze runs by schedule, silver when bronze lands (sensors)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import dagster as dg

FOLLOWERS = dg.AssetSelection.groups("gold", "catalog") | dg.AssetSelection.assets(["silver", "quarantine"])


def follows_its_inputs() -> dg.AutomationCondition:  # type: ignore[type-arg]
    """True when an input changed, each input is there, none is being made, and no blocking check of an input failed.

    Not `eager()`: that looks at the newest time window only and waits for every partition of an input, of which the years that a
    source has nothing for never come. What a failed check holds back stays wanted until the check passes.
    """
    there = ~dg.AutomationCondition.missing() | dg.AutomationCondition.will_be_requested()
    return (
        dg.AutomationCondition.any_deps_updated().since_last_handled()
        & dg.AutomationCondition.all_deps_match(there).with_label("every_input_is_there")
        & ~dg.AutomationCondition.any_deps_in_progress()
        & ~dg.AutomationCondition.in_progress()
        & dg.AutomationCondition.all_deps_blocking_checks_passed()
    ).with_label("follows_its_inputs")


def gold_freshness() -> dg.FreshnessPolicy:
    """The sources are asked every week, so gold that is older than that missed a refresh."""
    return dg.FreshnessPolicy.time_window(fail_window=timedelta(days=15), warn_window=timedelta(days=8))


def automated(assets: Sequence[dg.AssetsDefinition]) -> list[dg.AssetsDefinition]:
    """The same assets, with conditions and freshness policies."""
    return [asset.map_asset_specs(_with_policies) for asset in assets]


def _with_policies(spec: dg.AssetSpec) -> dg.AssetSpec:
    if spec.group_name in ("gold", "catalog") or spec.key.path == ["silver", "quarantine"]:
        spec = spec.replace_attributes(automation_condition=follows_its_inputs())
    return spec.replace_attributes(freshness_policy=gold_freshness()) if spec.group_name == "gold" else spec


sensor = dg.AutomationConditionSensorDefinition(
    "gold_follows_silver",
    target=FOLLOWERS,
    description="Makes gold, the quarantine and the catalogs again when what they are made of changed and its checks passed.",
)
