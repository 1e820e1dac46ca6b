"""A job's arguments (docs/architecture.md, Jobs), parsed and typed. Arguments of Glue or Dagster Pipes are not ours and are passed over."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from glue_scripts.errors import UsageError

SHORTEST_RETENTION = 168  # hours: a query or a job that began before a vacuum still finds its files


@dataclass(frozen=True)
class Arguments:
    """`inputs` and `foreign_keys` map names to URIs; `partitions` is None when all that the input has are asked for.

    `restore_version` is the Delta version that the run brings back, `maintain` the hours of history that a maintenance keeps; both are
    None for a run that makes the table.
    """

    table: str
    inputs: dict[str, str]
    output: str
    report: str
    quarantine: str | None
    key: tuple[str, ...]
    required: tuple[str, ...]
    foreign_keys: dict[str, str]
    partition_by: str | None
    partitions: tuple[str, ...] | None
    run_token: str | None
    force: bool
    restore_version: int | None
    maintain: int | None
    cluster_by: str | None


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"bad arguments: {message}")


def parse(argv: Sequence[str]) -> Arguments:
    """Read arguments. Raises UsageError with one line that names the argument."""
    parser = _Parser(add_help=False, allow_abbrev=False)
    for name in ("table", "inputs", "output", "report"):
        parser.add_argument(f"--{name}", required=True)
    for name in ("quarantine", "partition_by", "partitions", "run_token", "cluster_by"):
        parser.add_argument(f"--{name}")
    for name in ("key", "required"):
        parser.add_argument(f"--{name}", default="")
    parser.add_argument("--foreign_keys", default="{}")
    parser.add_argument("--restore_version")
    parser.add_argument("--maintain")
    parser.add_argument("--force", choices=("true", "false"), default="false")
    known, _ = parser.parse_known_args(list(argv))
    given = vars(known)
    for name in ("inputs", "foreign_keys"):
        given[name] = _mapping(name, given[name])
    for name in ("key", "required"):
        given[name] = _listed(given[name])
    given["partitions"] = _listed(given["partitions"]) if given["partitions"] else None
    given["force"] = given["force"] == "true"
    given["restore_version"] = _version(given["restore_version"])
    given["maintain"] = _hours(given["maintain"])
    if given["partitions"] and not given["partition_by"]:
        raise UsageError(f"bad arguments: --partitions is given but {given['table']} has no --partition_by")
    if bad := [value for value in given["partitions"] or () if not value.isdigit()]:
        raise UsageError(f"bad arguments: --partitions wants years, not {bad[0]!r}")
    return Arguments(**given)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _version(text: str | None) -> int | None:
    if text is not None and not text.isdigit():
        raise UsageError(f"bad arguments: --restore_version wants a Delta version, not {text!r}")
    return None if text is None else int(text)


def _hours(text: str | None) -> int | None:
    if text is not None and not (text.isdigit() and int(text) >= SHORTEST_RETENTION):
        raise UsageError(f"bad arguments: --maintain wants hours of history to keep, at least {SHORTEST_RETENTION}, not {text!r}")
    return None if text is None else int(text)


def _mapping(name: str, text: str) -> dict[str, str]:
    try:
        value: Any = json.loads(text)
    except json.JSONDecodeError as error:
        raise UsageError(f"bad arguments: --{name} is not JSON: {error}") from error
    if not isinstance(value, dict) or not all(isinstance(uri, str) for uri in value.values()):
        raise UsageError(f"bad arguments: --{name} wants a JSON object of names to URIs")
    return value
