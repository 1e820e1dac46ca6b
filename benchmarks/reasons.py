"""Why a goal is missed, as far as we know, by benchmark and line. The page prints it beside each goal that its numbers miss."""

from __future__ import annotations

REASONS: dict[tuple[str, str], str] = {}
