"""What a sealed act says. It is written as JSON of always the same length, so that no act differs from a heartbeat."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

LONGEST = 1000  # bytes of JSON; what takes more room is a message, and the act names it

REPORTER = "reporter"


class TooLong(ValueError):
    """Words belong in a message; an act only names it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Who did what in a report, and when by our clock. `by` is `reporter`, or `holder/3`."""

    verb: str
    at: datetime
    by: str
    details: Mapping[str, Any] = field(default_factory=dict)

    def as_bytes(self) -> bytes:
        """Raises TooLong."""
        words = {"verb": self.verb, "at": self.at.isoformat(), "by": self.by, "details": dict(self.details)}
        found = json.dumps(words, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
        if len(found) > LONGEST:
            raise TooLong(self.verb)
        return found

    @classmethod
    def from_bytes(cls, found: bytes) -> "Fact":
        words = json.loads(found)
        return cls(words["verb"], datetime.fromisoformat(words["at"]), words["by"], words["details"])
