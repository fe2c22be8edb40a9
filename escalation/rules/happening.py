"""What a calendar tells, whatever program will read it."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A whole day, or a moment in Amsterdam. `uid` stays the same whatever else changes; `sequence` rises with that."""

    uid: str
    title: str
    start: date | datetime
    changed: datetime
    end: datetime | None = None
    sequence: int = 0
    place: str = ""
    words: str = ""
    url: str = ""
    busy: bool = False
    cancelled: bool = False
