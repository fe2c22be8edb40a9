"""What a rule answers. The reason is the sentence that the user reads, and says what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Granted:
    """Allowed. Flags are what a reader of the act must know about it."""

    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    reason: str
    article: str


@dataclass(frozen=True, slots=True)
class GroundNeeded:
    """Refused as it stands, and granted with these flags once a ground is written down."""

    reason: str
    article: str
    flags: tuple[str, ...]


Verdict = Granted | Refused | GroundNeeded
