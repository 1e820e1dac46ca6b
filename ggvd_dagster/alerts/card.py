"""The failure card: everything that a person needs to act on one failure, and the fingerprint that makes equal ones equal."""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ggvd_dagster.alerts.classes import classify

TAIL_LINES, TAIL_WIDTH = 15, 110  # as wide as a message in Dagit and in a chat shows
MESSAGE_CHARACTERS = 1000
VARYING = re.compile(r"jr_[0-9a-f]+|[0-9a-f]{8}-[0-9a-f-]{27}|0x[0-9a-f]+|[0-9a-f]{16,}|\d+")


@dataclass(frozen=True)
class Card:
    """`what` failed, the `message` of it, its last log lines, the address of its console page, and the `command` that repairs it."""

    what: str
    message: str
    command: str
    tail: tuple[str, ...] = ()
    link: str | None = None
    run_id: str | None = None

    @property
    def error_class(self) -> str:
        return classify(self.message, "\n".join(self.tail)).name

    @property
    def advice(self) -> str:
        return classify(self.message, "\n".join(self.tail)).advice

    @property
    def transient(self) -> bool:
        return classify(self.message, "\n".join(self.tail)).transient

    @property
    def fingerprint(self) -> str:
        """Equal for failures of the same thing by the same cause: numbers and ids in the message do not count."""
        first = next(iter(self.message.splitlines()), "")
        return hashlib.sha256(f"{self.what}|{self.error_class}|{VARYING.sub('#', first)}".encode()).hexdigest()[:12]

    def to_dict(self) -> dict[str, object]:
        found = classify(self.message, "\n".join(self.tail))
        return {
            "fingerprint": self.fingerprint,
            "what": self.what,
            "class": found.name,
            "transient": found.transient,
            "message": self.message[:MESSAGE_CHARACTERS],
            "advice": found.advice,
            "log_tail": list(self.tail),
            "link": self.link,
            "command": self.command,
            "run_id": self.run_id,
            "text": self.markdown(),
        }

    def markdown(self) -> str:
        found = classify(self.message, "\n".join(self.tail))
        parts = [f"**{self.what} failed: {found.name}**", self.message[:MESSAGE_CHARACTERS], found.advice]
        parts += ["\n".join(["```", *self._wrapped_tail(), "```"])] if self.tail else []
        parts += [f"Console: {self.link}"] if self.link else []
        parts += [f"Run again: `{self.command}`", f"Fingerprint {self.fingerprint}" + (f", run {self.run_id}" if self.run_id else "")]
        return "\n\n".join(parts)

    def _wrapped_tail(self) -> Iterator[str]:
        for line in self.tail:
            yield from textwrap.wrap(line, TAIL_WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def last_lines(text: str) -> tuple[str, ...]:
    """The last lines of a log, without the fences that Dagit shows it in."""
    return tuple([line for line in text.splitlines() if line.strip() and line.strip() != "```"][-TAIL_LINES:])


def rerun_command(tables: Sequence[str], partition: str | None = None, partition_range: tuple[str, str] | None = None) -> str:
    """The command that materializes these tables and partitions again."""
    command = f"ggvd materialize {','.join(tables)}"
    if partition_range and partition_range[0] != partition_range[1]:
        return f"{command} --from {partition_range[0]} --to {partition_range[1]}"
    only = partition or (partition_range[0] if partition_range else None)
    return f"{command} --partition {only}" if only else command
