"""When to remind of a term: at moments counted in working days from its last day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time

from escalation.rules import calendar
from escalation.rules.terms import AMSTERDAM

MORNING = time(8, 0)


@dataclass(frozen=True, slots=True)
class Reminder:
    """So many working days after the end of a term (before it when negative), which is then."""

    working_days: int
    at: datetime


def moment(due_at: datetime, working_days: int) -> datetime:
    """In the morning of that working day; on the last day itself never after the term has ended."""
    day = due_at.astimezone(AMSTERDAM).date()
    if working_days:
        day = calendar.working_days_from(day, working_days)
    at = datetime.combine(day, MORNING, AMSTERDAM)
    return at if working_days else min(at, due_at)


def upcoming(due_at: datetime, moments: Collection[int], now: datetime) -> Reminder | None:
    """The first one that is still to come. What lay before the term began, or the clock stood still, is passed by."""
    found = (Reminder(days, moment(due_at, days)) for days in sorted(moments))
    return next((each for each in found if each.at > now), None)


def latest(due_at: datetime, moments: Collection[int], since: int, now: datetime) -> Reminder | None:
    """The last one that has come, from the planned one on: after days without a worker somebody hears once."""
    found = [Reminder(days, moment(due_at, days)) for days in sorted(moments) if days >= since]
    return next((each for each in reversed(found) if each.at <= now), None)


def template(working_days: int) -> str:
    if working_days == 0:
        return "reminder_today"
    return "reminder_before" if working_days < 0 else "reminder_after"
