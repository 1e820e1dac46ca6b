"""One member of a zip archive as a stream of bytes. An archive that is not plainly harmless is refused as a whole, before any is read."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator

from lambda_handlers.errors import SourceRejected
from lambda_handlers.remote_file import RemoteFile

CHUNK_BYTES = 1024 * 1024
LARGEST_MEMBER = 32 * 1024**3
LARGEST_RATIO = 500  # deflate reaches 1032, prose seldom 20, a million lines with one of two words 170
RATIO_FROM_BYTES = 1024 * 1024  # small members may be as repetitive as they like
LOCAL_HEADER = 30
_ENCRYPTED = 0x1


def chunks(file: RemoteFile, member: str) -> Iterator[bytes]:
    """The member's bytes, in chunks of CHUNK_BYTES but for the last.

    Raises SourceRejected when the archive or the member is not acceptable, and at the end when size or CRC differ from the directory:
    nothing is valid before the iterator has ended.
    """
    url = file.identity.url
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _refuse_hostile(url, entries, archive.start_dir)
            info = _find(url, entries, member)
            _refuse_member(url, info)
            file.read_ahead(min(archive.start_dir, _next_offset(entries, info, archive.start_dir)))
            size = 0
            with archive.open(info) as content:
                while chunk := content.read(CHUNK_BYTES):
                    size += len(chunk)
                    yield chunk
            if size != info.file_size:
                raise SourceRejected(f"{url}: member {member} has {size} bytes where its directory says {info.file_size}")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError) as error:
        raise SourceRejected(f"{url}: member {member} cannot be trusted: {type(error).__name__}: {error}") from error


def _find(url: str, entries: list[zipfile.ZipInfo], member: str) -> zipfile.ZipInfo:
    exact = [info for info in entries if info.filename == member]
    below = [info for info in entries if info.filename.endswith("/" + member)]
    found = exact or below
    if len(found) != 1:
        names = ", ".join(sorted(info.filename for info in (found or entries))[:20])
        raise SourceRejected(f"{url} has {len(found)} members {member!r}; it has: {names}")
    return found[0]


def _refuse_hostile(url: str, entries: list[zipfile.ZipInfo], directory: int) -> None:
    names = [info.filename for info in entries]
    if len(set(names)) != len(names):
        raise SourceRejected(f"{url} has several members of one name")
    for info in entries:
        name = info.orig_filename
        if name.startswith("/") or ":" in name or "\\" in name or "\0" in name or ".." in name.split("/"):
            raise SourceRejected(f"{url} has a member whose name leads out of the archive: {name!r}")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise SourceRejected(f"{url} has a symbolic link: {name!r}")
    ordered = sorted(entries, key=lambda info: info.header_offset)
    following = [*(info.header_offset for info in ordered[1:]), directory]
    for info, limit in zip(ordered, following, strict=True):
        end = info.header_offset + LOCAL_HEADER + len(info.orig_filename) + info.compress_size
        if info.header_offset < 0 or end > limit:
            raise SourceRejected(f"{url}: member {info.filename!r} overlaps what follows it")


def _next_offset(entries: list[zipfile.ZipInfo], info: zipfile.ZipInfo, directory: int) -> int:
    """Where the member after `info`, or the directory, begins."""
    return min(
        (other.header_offset for other in entries if other is not info and other.header_offset >= info.header_offset), default=directory
    )


def _refuse_member(url: str, info: zipfile.ZipInfo) -> None:
    if info.flag_bits & _ENCRYPTED:
        raise SourceRejected(f"{url}: member {info.filename!r} is encrypted")
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise SourceRejected(f"{url}: member {info.filename!r} has compression {info.compress_type}, only 0 and 8 are read")
    if info.file_size > LARGEST_MEMBER:
        raise SourceRejected(f"{url}: member {info.filename!r} has {info.file_size} bytes, over the bound of {LARGEST_MEMBER}")
    if info.file_size > RATIO_FROM_BYTES and info.file_size > LARGEST_RATIO * info.compress_size:
        raise SourceRejected(f"{url}: member {info.filename!r} grows more than {LARGEST_RATIO} times, as bombs do")
