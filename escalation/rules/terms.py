"""Agreed terms. The full calendar of domain §6 (holidays, Algemene termijnenwet) extends this module."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
END_OF_DAY = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Term:
    """So many working days (Monday to Friday), counted from the day after; agreed, not set in a law."""

    working_days: int

    def last_day(self, start: date) -> date:
        """The last day on which the work is in time."""
        day = start
        for _ in range(self.working_days):
            day += timedelta(days=3 if day.weekday() == 4 else 2 if day.weekday() == 5 else 1)
        return day


def end_of(day: date) -> datetime:
    """The last second of a day as people in Limburg live it."""
    return datetime.combine(day, END_OF_DAY, AMSTERDAM)
