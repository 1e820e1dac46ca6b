"""The class of an error, from its text: what kind of trouble it is, whether time alone may cure it, and what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class ErrorClass:
    """`transient`: the same run may succeed later without anybody doing anything."""

    name: str
    transient: bool
    advice: str
    pattern: re.Pattern[str]


def _class(name: str, advice: str, pattern: str, *, transient: bool = False) -> ErrorClass:
    return ErrorClass(name, transient, advice, re.compile(pattern, re.IGNORECASE))


# The first that matches is the class, so the particular ones stand before those whose words they share.
CLASSES = (
    _class(
        "source rejected",
        "The source refuses our credentials or request. Renew the token in Secrets Manager, then run again.",
        r"SourceRejected|Invalid API key|\b401\b",
    ),
    _class(
        "out of memory",
        "Give the job larger workers (glue.worker_type in platform.yaml) or run fewer partitions at once.",
        r"OutOfMemory|out of memory|MemoryError|exit code:? 137|GC overhead|Container killed by YARN|exceeding memory limits",
    ),
    _class(
        "permission",
        "The role lacks a right. Compare the action named above with its policy in terraform/modules/platform.",
        r"AccessDenied|AccessDeniedException|not authorized to perform|UnauthorizedOperation|\b403\b|Forbidden",
    ),
    _class(
        "expired",
        "Credentials or the run itself expired. Renew the credentials of the process that runs Dagster, then run again.",
        r"ExpiredToken|TokenRefreshRequired|RequestExpired|security token .* expired|ended as EXPIRED|UnrecognizedClient",
    ),
    _class(
        "throttled",
        "AWS or the source asked us to slow down, or had no room. It is tried again by itself.",
        r"Throttl|TooManyRequests|SlowDown|RequestLimitExceeded|ConcurrentRunsExceeded|ResourceNumberLimitExceeded|Rate exceeded|\b429\b"
        r"|waited for capacity|could not start for",
        transient=True,
    ),
    _class(
        "unreachable",
        "A service did not answer. It is tried again by itself; when it stays, look at the service's health page.",
        r"SourceUnavailable|EndpointConnectionError|ConnectTimeout|ReadTimeout|ConnectionClosed|ConnectionReset|ServiceUnavailable"
        r"|InternalService|InternalServerError|has not answered for|\b50[0234]\b",
        transient=True,
    ),
    _class(
        "damaged input",
        "A bronze object is not what its manifest says. Extract that snapshot again, then run again.",
        r"its manifest says|extract the snapshot again",
    ),
    _class(
        "bad data",
        "Look at the failed check and at silver/quarantine; correct the source or the transformation, then run again.",
        r"asset checks? .*fail|failed asset check|check failed|DuplicateKey|were not written \("
        r"|BadZipFile|CRC|EOFError|Not a gzipped file|truncated",
    ),
    _class(
        "missing input",
        "An input is not there. Materialize what it is made from first.",
        r"NoSuchKey|NoSuchBucket|FileNotFound|PATH_NOT_FOUND|Path does not exist|is not a Delta table|EntityNotFound|no complete snapshot"
        r"|no such (file|table)|no input",
    ),
    _class(
        "schema",
        "A column is missing or has another type than the script expects. Compare the preview with the script's SCHEMA.",
        r"AnalysisException|UNRESOLVED_COLUMN|cannot resolve|schema mismatch|DELTA_.*SCHEMA|incompatible type|CAST_INVALID_INPUT"
        r"|DATATYPE_MISMATCH|cannot be cast",
    ),
)
UNKNOWN = _class("unknown", "Read the last lines of the log below, and the run in Dagit.", r"$^")


def classify(*texts: str) -> ErrorClass:
    """The class of an error. Earlier texts are nearer to the cause: the message counts before the log."""
    for text in texts:
        for candidate in CLASSES:
            if candidate.pattern.search(text):
                return candidate
    return UNKNOWN
