"""The zips that are deployed: functions, Glue scripts, and the layer with requests. Same input, same bytes: their digest tells of a change.

`python -m ggvd_dagster.packaging OUT_DIR` writes all three and prints their SHA-256, for Terraform.
"""

from __future__ import annotations

import hashlib
import io
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path, PurePath

ROOT = Path(__file__).resolve().parents[1]
FUNCTIONS, SCRIPTS, LAYER = "lambda_handlers.zip", "glue_scripts.zip", "requests_layer.zip"
LAYER_ROOT = "python"  # where Lambda looks in a layer, https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip can hold
_MODE = 0o100644 << 16
_UNIX = 3  # zipfile writes the number of the machine's own system otherwise
_DATA = frozenset({".pem", ".json", ".sql"})
_WORD = re.compile(r"[A-Za-z0-9._-]+")


class PackagingError(RuntimeError):
    """A zip cannot be made; the message says what is missing."""


def build_functions_zip() -> bytes:
    """The package `lambda_handlers` at the root. boto3 comes with Lambda's runtime, requests from the layer."""
    return _zip(_package("lambda_handlers"))


def build_scripts_zip() -> bytes:
    """The package `glue_scripts` at the root, and `dagster_pipes`, by which a job reports. For `--extra-py-files`."""
    return _zip({**_package("glue_scripts"), **_distribution("dagster-pipes")})


def build_requests_layer() -> bytes:
    """`requests` and what it needs under `python/`, from the installed versions.

    Compiled modules are left out, so that the layer fits every architecture: charset_normalizer, the only one that has some, works without.
    """
    contents: dict[str, bytes] = {}
    for name in _closure("requests"):
        contents.update((f"{LAYER_ROOT}/{path}", content) for path, content in _distribution(name).items())
    return _zip(contents)


def write(folder: Path) -> dict[str, str]:
    """Write the three zips into `folder`. Returns the SHA-256 of each by file name."""
    folder.mkdir(parents=True, exist_ok=True)
    builders = {FUNCTIONS: build_functions_zip, SCRIPTS: build_scripts_zip, LAYER: build_requests_layer}
    digests: dict[str, str] = {}
    for name, build in builders.items():
        content = build()
        (folder / name).write_bytes(content)
        digests[name] = hashlib.sha256(content).hexdigest()
    return digests


def _zip(contents: Mapping[str, bytes]) -> bytes:
    # Stored, not deflated: versions of zlib compress differently, and nothing here is large.
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(contents):
            entry = zipfile.ZipInfo(path, _EPOCH)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_STORED, _MODE, _UNIX
            archive.writestr(entry, contents[path])
    return target.getvalue()


def _package(name: str) -> dict[str, bytes]:
    """The sources of a package beside this one, by their path from its parent."""
    files = ((path.relative_to(ROOT), path) for path in (ROOT / name).rglob("*") if path.is_file())
    found = {inside.as_posix(): path.read_bytes() for inside, path in files if _belongs(inside)}
    if not found:
        raise PackagingError(f"no package {name} in {ROOT}; the zips are made from a checkout or an installed project")
    return found


def _distribution(name: str) -> dict[str, bytes]:
    """Sources and data of an installed distribution, by their path on sys.path. Raises PackagingError when it is not installed."""
    try:
        files = metadata.distribution(name).files
    except metadata.PackageNotFoundError as error:
        raise PackagingError(f"{name} is not installed; install this project's requirements first") from error
    found = {file.as_posix(): Path(str(file.locate())).read_bytes() for file in files or () if _belongs(file)}
    if not found:
        raise PackagingError(f"the installed {name} lists no files; install it again")
    return found


def _belongs(path: PurePath) -> bool:
    # Metadata and console scripts lie outside the package; tests of a dependency are nothing that a function runs.
    foreign = {"..", "__pycache__", "tests"} & set(path.parts) or any(part.endswith(".dist-info") for part in path.parts)
    return not foreign and (path.suffix == ".py" or path.suffix in _DATA)


def _closure(name: str) -> Iterator[str]:
    """`name` and what it requires without extras, each once, in a fixed order."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop().lower().replace("_", "-")
        if current in seen:
            continue
        seen.add(current)
        try:
            required = metadata.requires(current) or []
        except metadata.PackageNotFoundError as error:
            raise PackagingError(f"{current} is not installed; install this project's requirements first") from error
        waiting += [match[0] for line in required if "extra ==" not in line and (match := _WORD.match(line))]
    yield from sorted(seen)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0].startswith("-"):
        sys.stderr.write("usage: python -m ggvd_dagster.packaging OUT_DIR\n")
        return 2
    try:
        digests = write(Path(arguments[0]))
    except (PackagingError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.writelines(f"{digest}  {name}\n" for name, digest in digests.items())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
