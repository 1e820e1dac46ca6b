"""Small objects of the lake (manifests, reports, Delta logs), on S3 or a local disk, by pyarrow, which Glue has."""

from __future__ import annotations

import contextlib
import hashlib
import os
from functools import cache
from typing import Any

PIECE = 4 * 2**20
HEAD = 2**16


@cache
def _s3(region: str | None, endpoint: str | None) -> Any:
    from pyarrow import fs

    return fs.S3FileSystem(region=region, endpoint_override=endpoint)


def _filesystem(scheme: str) -> Any:
    from pyarrow import fs

    if scheme != "s3":
        return fs.LocalFileSystem()
    # Both are named because pyarrow reads neither from the environment, as other AWS clients do.
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return _s3(region, os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL"))


def _resolve(uri: str) -> tuple[Any, str]:
    scheme, separator, path = uri.partition("://")
    if not separator:
        return _filesystem("file"), uri
    return _filesystem("s3" if scheme.startswith("s3") else "file"), path


def read_bytes(uri: str) -> bytes | None:
    """The content of an object, None when there is none."""
    filesystem, path = _resolve(uri)
    try:
        with filesystem.open_input_stream(path) as stream:
            return bytes(stream.read())
    except FileNotFoundError:
        return None


def sha256(uri: str) -> tuple[str, bytes]:
    """Hex digest of an object's content, read in pieces, and the beginning of it. Raises FileNotFoundError when there is none."""
    filesystem, path = _resolve(uri)
    digest, head = hashlib.sha256(), b""
    # compression=None: by the name, pyarrow would give the unpacked content of a .gz
    with filesystem.open_input_stream(path, compression=None) as stream:
        while piece := stream.read(PIECE):
            digest.update(piece)
            head = head or bytes(piece[:HEAD])
    return digest.hexdigest(), head


def write_bytes(uri: str, content: bytes) -> None:
    """Write an object whole."""
    filesystem, path = _resolve(uri)
    if filesystem.type_name == "local":
        filesystem.create_dir(os.path.dirname(path), recursive=True)  # noqa: PTH120 (paths of buckets, too)
    with filesystem.open_output_stream(path) as stream:
        stream.write(content)


def delete(uri: str) -> None:
    """Delete an object; it is no error when there is none."""
    filesystem, path = _resolve(uri)
    with contextlib.suppress(FileNotFoundError):
        filesystem.delete_file(path)


def clear(uri: str) -> None:
    """Delete every object under a prefix."""
    for path in sizes(uri):
        delete(f"{uri}/{path}")


def sizes(uri: str) -> dict[str, int]:
    """Every object under a prefix: its path relative to the prefix, and its bytes."""
    from pyarrow import fs

    filesystem, path = _resolve(uri)
    root = path.rstrip("/")
    found = filesystem.get_file_info(fs.FileSelector(root, recursive=True, allow_not_found=True))
    return {info.path[len(root) + 1 :]: info.size for info in found if info.is_file}
