"""template.yaml is what the spec says today."""

from __future__ import annotations

import yaml

from ggvd_dagster import spec
from terraform import sam_template


def test_the_file_is_in_step_with_the_spec():
    assert sam_template.PATH.read_text(encoding="utf-8") == sam_template.text(), "run: python -m terraform.sam_template"


def test_it_has_every_function_and_queue():
    kinds = [resource["Type"] for resource in yaml.safe_load(sam_template.PATH.read_text(encoding="utf-8"))["Resources"].values()]
    assert kinds.count("AWS::Serverless::Function") == len(spec.load().functions)
    assert kinds.count("AWS::SQS::Queue") == 2 * len(spec.load().queues)


def test_every_reference_has_a_target():
    template = yaml.safe_load(sam_template.PATH.read_text(encoding="utf-8"))
    known = {*template["Resources"], *template["Parameters"]}

    def targets(value):
        if isinstance(value, dict):
            if "Ref" in value:
                yield value["Ref"]
            if "Fn::GetAtt" in value:
                yield value["Fn::GetAtt"][0]
            for inner in value.values():
                yield from targets(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from targets(inner)

    assert set(targets(template["Resources"])) <= known
