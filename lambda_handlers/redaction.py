"""Keeps credentials out of logs and stored errors, also where a library puts them into its own messages."""

from __future__ import annotations

import logging
import re

MASK = "[redacted]"
_CREDENTIALS = (
    re.compile(r"(?i)(?<=api_key=)[^&\s\"']+"),
    re.compile(r"(?i)(?<=bearer )[^\s\"',}]+"),
    re.compile(r"eyJ[\w-]{5,}(?:\.[\w-]+)*"),  # a JSON Web Token begins with the base64 of '{"'
)


def redact(text: str) -> str:
    for pattern in _CREDENTIALS:
        text = pattern.sub(MASK, text)
    return text


class RedactionFilter(logging.Filter):
    """Rewrites a record's message and traceback in place; lets every record through."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(_text(record)), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redact(record.exc_text)
        return True


def _text(record: logging.LogRecord) -> str:
    """A filter that raises would fail whoever wrote the line; logging itself never does."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg} {record.args}"


def install() -> None:
    """Filter whatever the root logger's handlers write. Calling it again changes nothing."""
    root = logging.getLogger()
    root.setLevel(min(root.level or logging.INFO, logging.INFO))
    for handler in root.handlers:
        if not any(isinstance(existing, RedactionFilter) for existing in handler.filters):
            handler.addFilter(RedactionFilter())
