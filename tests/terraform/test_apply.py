"""Terraform is applied twice, broken off, told to destroy: the binary itself, with a provider that calls nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ggvd_dagster import spec
from terraform.checks import plan
from terraform.checks.platform_module import ACCOUNT, WITHOUT_TERRAFORM, terraform_is_here

pytestmark = [pytest.mark.faults, pytest.mark.skipif(not terraform_is_here(), reason=WITHOUT_TERRAFORM)]
PROD = ("-var-file=prod.tfvars", f"-var=account={ACCOUNT}")


@pytest.fixture(scope="module")
def workspace(checks: Path) -> Iterator[Path]:
    with plan.workspace() as folder:
        yield folder


def test_an_apply_that_broke_off_is_finished_by_the_next_and_a_further_one_does_nothing(workspace: Path):
    wanted = plan.changes(plan.plan(workspace, *PROD))
    with pytest.raises(plan.PlanError, match="ExpiredToken"):
        plan.apply(workspace, *PROD, most=40)
    left = plan.changes(plan.plan(workspace, *PROD))
    created = {address for address, actions in left.items() if actions == ["create"]}
    assert len(wanted) - 40 <= len(created) < len(wanted)
    plan.apply(workspace, *PROD)
    assert plan.changes(plan.plan(workspace, *PROD)) == {}
    destroyed = plan.changes(plan.plan(workspace, "-destroy", *PROD))
    assert set(destroyed) == set(wanted)
    buckets = [values for address, values in plan.resources(plan.state(workspace)).items() if ".aws_s3_bucket." in address]
    assert len(buckets) == len(spec.load().buckets)
    assert not any(bucket["force_destroy"] for bucket in buckets)  # AWS refuses to delete a bucket that holds anything
