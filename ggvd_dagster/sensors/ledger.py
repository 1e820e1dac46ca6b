"""Which objects a sensor has handled: the cursor of both bronze sensors, bounded in size."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

import dagster as dg
from dagster._core.definitions.run_request import InstigatorType

from ggvd_dagster.sensors.landed import Landed

DIGITS = 16  # of an identity
MOST = 50_000  # identities: 0.8 MB of cursor


@dataclass(frozen=True)
class Ledger:
    """Identities of handled objects by the second in which they landed. All that landed at `floor` (UNIX time) or before is settled.

    Dagster stores a tick's requests and its cursor together, so a ledger that a tick gets tells what is recorded, not what was hoped.
    """

    floor: int = 0
    seconds: dict[int, frozenset[str]] = field(default_factory=dict)

    @property
    def identities(self) -> frozenset[str]:
        return frozenset().union(*self.seconds.values())

    def with_handled(self, objects: Iterable[Landed]) -> Ledger:
        seconds = {second: set(found) for second, found in self.seconds.items()}
        for landed in objects:
            seconds.setdefault(landed.at, set()).add(landed.identity)
        return Ledger(self.floor, {second: frozenset(found) for second, found in seconds.items()})

    def bounded(self, look_back: int, most: int = MOST) -> Ledger:
        """Forget what is older than `look_back` seconds before the newest object, and the oldest seconds above `most` identities.

        Whole seconds go, because two objects of one second cannot be told apart by time.
        """
        if not self.seconds:
            return self
        floor = max(self.floor, max(self.seconds) - look_back)
        kept = {second: self.seconds[second] for second in sorted(self.seconds) if second > floor}
        size = sum(map(len, kept.values()))
        while size > most and len(kept) > 1:
            floor = min(kept)
            size -= len(kept.pop(floor))
        return Ledger(floor, kept)

    def to_cursor(self) -> str:
        seconds = {str(second): "".join(sorted(found)) for second, found in sorted(self.seconds.items())}
        return json.dumps({"floor": self.floor, "seconds": seconds}, separators=(",", ":"))

    @classmethod
    def from_cursor(cls, cursor: str | None) -> Ledger:
        """Read a cursor. One that cannot be read is an empty ledger: objects are handled again, which changes no table."""
        try:
            raw = json.loads(cursor or "{}")
            return cls(int(raw.get("floor", 0)), {int(second): _split(text) for second, text in raw.get("seconds", {}).items()})
        except (ValueError, TypeError, AttributeError, OverflowError):
            return cls()


def _split(text: str) -> frozenset[str]:
    return frozenset(text[i : i + DIGITS] for i in range(0, len(text), DIGITS))


def recorded(instance: dg.DagsterInstance, sensor: str) -> Ledger:
    """The ledger that another sensor of this code location has recorded."""
    for state in instance.all_instigator_state(instigator_type=InstigatorType.SENSOR):
        if state.instigator_name == sensor and state.instigator_data is not None:
            return Ledger.from_cursor(getattr(state.instigator_data, "cursor", None))
    return Ledger()
