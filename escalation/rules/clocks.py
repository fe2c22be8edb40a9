"""Clocks that stood still: by how much a date moves when a case goes on again (domain §6).

Counted as terms are: the day on which a clock was stopped does not count, the day on which it goes on does. So who
stops a clock and starts it on the same day moves nothing.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from escalation.rules import calendar
from escalation.rules.calendar import DAY, written
from escalation.rules.terms import AMSTERDAM, LONGEST, Basis, Term, Unit, day_of


@dataclass(frozen=True, slots=True)
class Moved:
    """Both dates as they are now, and why."""

    target: date
    due: datetime
    reason: str


def resumed(term: Term, *, target: date, due: datetime, stopped: datetime, now: datetime) -> Moved:
    """A term of a task: working days for working days, the same time for hours, and days for all the others.

    What is counted back from a date that lies fixed does not move with the case.
    """
    if term.backward:
        return Moved(target, due, "De termijn wordt teruggerekend vanaf een vaste dag en schuift niet mee.")
    if term.unit is Unit.HOURS:
        later = (due.astimezone(UTC) + _lived(stopped, now)).astimezone(AMSTERDAM)
        return Moved(later.date(), later, _stood_still(stopped, now))
    if term.unit is Unit.WORKING_DAYS:
        days = calendar.working_days_between(day_of(stopped) + DAY, day_of(now))
        aim, last = calendar.working_days_from(target, days), calendar.working_days_from(day_of(due), days)
    else:
        days = (day_of(now) - day_of(stopped)).days
        aim, last = target + timedelta(days=days), day_of(due) + timedelta(days=days)
        if days:
            aim = calendar.on_or_after(aim) if term.waits else calendar.on_or_before(aim)
            last = calendar.on_or_after(last) if _under_law(term) else last
    return Moved(aim, _at_day(due, last), _stood_still(stopped, now) if days else "")


def postponed(*, target: date, due: datetime, stopped: datetime, now: datetime) -> Moved:
    """Any other date that somebody set: as many days later."""
    gap = timedelta(days=(day_of(now) - day_of(stopped)).days)
    return Moved(target + gap, _at_day(due, day_of(due) + gap), _stood_still(stopped, now) if gap else "")


def reopened(*, due: datetime, stopped: datetime, now: datetime) -> Moved:
    """A vote keeps its hour, and nobody loses time to vote: each day that was begun counts."""
    days = -(-_lived(stopped, now) // timedelta(days=1))
    later = _at_day(due, day_of(due) + timedelta(days=days))
    return Moved(day_of(later), later, _stood_still(stopped, now))


def _lived(stopped: datetime, now: datetime) -> timedelta:
    """As time goes by, whatever the clock on the wall does."""
    return now.astimezone(UTC) - stopped.astimezone(UTC)


def _under_law(term: Term) -> bool:
    """Would the Algemene termijnenwet, or the rule itself, move the end of this one to a working day?"""
    if term.basis is Basis.LEGAL and term.shifts is None:
        return term.amount <= LONGEST.get(term.unit, 0)
    return term.shifts is True


def _at_day(due: datetime, day: date) -> datetime:
    """The same time by the clock on the wall, on another day."""
    return datetime.combine(day, due.astimezone(AMSTERDAM).time(), AMSTERDAM)


def _stood_still(stopped: datetime, now: datetime) -> str:
    return f"De klok stond stil van {written(day_of(stopped))} tot {written(day_of(now))}; de datum is opgeschoven."
