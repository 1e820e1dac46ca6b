"""Every resource, argument, nested block and reference of the Terraform code is checked without a provider; a typo is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from terraform.checks import arguments, links
from terraform.checks.configuration import TERRAFORM, NotTerraformError, modules
from terraform.checks.provider_schema import UnknownTypeError, lookup

pytestmark = pytest.mark.usefixtures("checks")


def problems(root: Path) -> list[str]:
    found = modules(root)
    return [line for blocks in found.values() for line in arguments.problems(blocks)] + list(links.problems(found))


def test_the_code_says_only_what_the_provider_understands():
    assert problems(TERRAFORM) == []


def test_every_module_is_read():
    found = {path.name: blocks for path, blocks in modules(TERRAFORM).items()}
    assert {path.name for path in (TERRAFORM / "modules").iterdir()} | {"terraform", "bootstrap"} == set(found)
    assert sum(block.kind == "resource" for blocks in found.values() for block in blocks) > 70


RESOURCE = 'resource "aws_sqs_queue" "this" {\n  name = "q"\n}\n'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('resource "aws_sqs_qeue" "this" {}', "resource.aws_sqs_qeue.this: the provider has no resource aws_sqs_qeue"),
        ('resource "aws_sqs_queue" "this" {\n  nam = "q"\n}', "resource.aws_sqs_queue.this: no argument nam; did you mean name?"),
        ('resource "aws_sqs_queue_policy" "this" {\n  policy = "{}"\n}', "resource.aws_sqs_queue_policy.this: queue_url is required"),
        (
            'resource "aws_sqs_queue" "this" {\n  timeout {\n  }\n}',
            "resource.aws_sqs_queue.this.timeout: no block timeout; did you mean timeouts?",
        ),
        (
            'resource "aws_sqs_queue" "this" {\n  timeouts = {}\n}',
            "resource.aws_sqs_queue.this: timeouts is a block, not an argument; write it without =",
        ),
        (
            'resource "aws_sqs_queue" "this" {\n  tags {\n  }\n}',
            "resource.aws_sqs_queue.this.tags: tags is an argument, not a block; write it with =",
        ),
        ('resource "aws_sqs_queue" "this" {\n  region = "x"\n}', "resource.aws_sqs_queue.this: no argument region (in provider 5.54)"),
        (
            'resource "aws_glue_crawler" "this" {\n  name = "c"\n  role = "r"\n  database_name = "d"\n'
            "  delta_target {\n    write_manifest = false\n  }\n}",
            "resource.aws_glue_crawler.this.delta_target: delta_tables is required",
        ),
        (
            'resource "aws_s3_bucket_lifecycle_configuration" "this" {\n  bucket = "b"\n  dynamic "rule" {\n    for_each = [1]\n'
            '    content {\n      id = "x"\n      status = "Enabled"\n      expire {\n      }\n    }\n  }\n}',
            "resource.aws_s3_bucket_lifecycle_configuration.this.rule.expire: no block expire; did you mean expiration?",
        ),
        ('data "aws_caller_identity" "this" {\n  account = "1"\n}', "data.aws_caller_identity.this: no argument account"),
        (
            RESOURCE + 'output "o" {\n  description = "d"\n  value = aws_sqs_queue.this.arm\n}',
            "output.o: aws_sqs_queue has no attribute arm",
        ),
        (
            RESOURCE + 'output "o" {\n  description = "d"\n  value = "${aws_sqs_queue.that.arn}/x"\n}',
            "output.o: no resource aws_sqs_queue.that",
        ),
        ('output "o" {\n  description = "d"\n  value = var.nothing\n}', "output.o: no variable nothing"),
        ('output "o" {\n  description = "d"\n  value = [for x in local.nothing : x]\n}', "output.o: no local nothing"),
        ('output "o" {\n  description = "d"\n  value = module.nothing.x\n}', "output.o: no module nothing"),
        ('variable "v" {\n  description = "d"\n  type = string\n}', "variable.v: declared, never used"),
        ('output "o" {\n  value = 1\n}', "output.o: no description"),
        ('module "m" {\n  source = "./nothing"\n}', "module.m: no module in ./nothing"),
    ],
    ids=lambda value: value.split(": ", 1)[1] if ": " in value and "\n" not in value and "{" not in value else "",
)
def test_a_mistake_is_found(tmp_path: Path, text: str, problem: str):
    (tmp_path / "main.tf").write_text(text, encoding="utf-8")
    assert f"main.tf: {problem}" in problems(tmp_path)


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        ("", "module.m: variable size is required"),
        ("  size = 1\n  colour = 2\n", "module.m: the module has no variable colour"),
        ('  size = 1\n}\n\noutput "o" {\n  description = "d"\n  value = module.m.colour\n', "output.o: module m has no output colour"),
    ],
    ids=["missing input", "unknown input", "unknown output"],
)
def test_a_module_is_called_with_what_it_wants(tmp_path: Path, call: str, problem: str):
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text(
        'variable "size" {\n  description = "d"\n  type = number\n}\n\n'
        'output "area" {\n  description = "d"\n  value = var.size * var.size\n}\n',
        encoding="utf-8",
    )
    (tmp_path / "main.tf").write_text(f'module "m" {{\n  source = "./m"\n{call}}}\n', encoding="utf-8")
    assert problems(tmp_path) == [f"main.tf: {problem}"]


def test_a_file_that_does_not_parse_is_named(tmp_path: Path):
    (tmp_path / "main.tf").write_text('resource "aws_sqs_queue" {', encoding="utf-8")
    with pytest.raises(NotTerraformError, match=r"main\.tf: "):
        modules(tmp_path)


def test_the_schema_is_the_providers():
    crawler = lookup("resource", "aws_glue_crawler")
    assert crawler.required == ["database_name", "name", "role"]
    assert crawler.blocks["delta_target"].required == ["delta_tables", "write_manifest"]
    assert "arn" in crawler.attributes
    assert "role_input" not in crawler.attributes
    with pytest.raises(UnknownTypeError):
        lookup("resource", "aws_glue_crawlers")
