"""Terms: how long, from when, and by what law, and so until which two dates (domain §6).

A term set in a law ends by the Algemene termijnenwet (Atw); an agreed one as it was agreed. *Streefdatum* is the day to
aim for, *uiterste datum* the last that counts; where they differ, the reason says why.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from escalation.rules import calendar
from escalation.rules.calendar import DAY, written

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
END_OF_DAY = time(23, 59, 59)


class Unit(StrEnum):
    HOURS = "hours"
    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


class Basis(StrEnum):
    """Only what is set in a law is a term in the sense of the Atw."""

    LEGAL = "legal"
    AGREED = "agreed"


# One, and more. What is longer than the last is none of the Atw's (art. 4 under a); hours and years never are.
WORDS = {
    Unit.HOURS: ("uur", "uur"),
    Unit.CALENDAR_DAYS: ("dag", "dagen"),
    Unit.WORKING_DAYS: ("werkdag", "werkdagen"),
    Unit.WEEKS: ("week", "weken"),
    Unit.MONTHS: ("maand", "maanden"),
    Unit.YEARS: ("jaar", "jaar"),
}
LONGEST = {Unit.CALENDAR_DAYS: 90, Unit.WORKING_DAYS: 90, Unit.WEEKS: 12, Unit.MONTHS: 3}
MOST = {
    Unit.HOURS: 8784, Unit.CALENDAR_DAYS: 3660, Unit.WORKING_DAYS: 2500, Unit.WEEKS: 520, Unit.MONTHS: 120,
    Unit.YEARS: 10,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dates:
    """Until when. `reason` is empty where there is nothing to explain; of hours, `due` is the moment itself."""

    target: date
    last: date
    due: datetime
    reason: str = ""

    @property
    def by_the_hour(self) -> bool:
        """Does it end within a day?"""
        return self.due.astimezone(AMSTERDAM).time() != END_OF_DAY

    @property
    def free_from(self) -> date:
        """Of a term that has to be waited out: the first day after both dates."""
        return max(self.target, self.last) + DAY


@dataclass(frozen=True, slots=True)
class Term:
    """So much time from the day after the trigger, or before it where it is counted backwards.

    `shifts`: None leaves it to the law (a legal term by the Atw, an agreed one not), True and False are the rule's own
    answer. `waits`: nobody may act before it ended, so the careful date is the later one. What `on_breach` and
    `extendable` mean is for others.
    """

    amount: int
    unit: Unit = Unit.WORKING_DAYS
    backward: bool = False
    basis: Basis = Basis.AGREED
    shifts: bool | None = None
    waits: bool = False
    article: str = ""
    trigger: str = ""
    on_breach: str = ""
    extendable: bool = True

    @property
    def words(self) -> str:
        """ "10 werkdagen", "12 weken terug"."""
        one, more = WORDS[self.unit]
        return f"{self.amount} {one if self.amount == 1 else more}{' terug' if self.backward else ''}"

    def dates(self, start: date | datetime) -> Dates:
        """Both dates, counted from a day or a moment. Raises ValueError for hours from a day without a time."""
        if self.unit is Unit.HOURS:
            return self._moment(start)
        day = day_of(start)
        nominal = self._counted(day)
        last, why = self._by_law(day, nominal)
        target, more = self._aim(day, nominal, last)
        return Dates(target, last, end_of(last), " ".join(filter(None, [why, more])))

    def last_day(self, start: date | datetime) -> date:
        """The last day on which the work is in time."""
        return self.dates(start).last

    def as_json(self) -> dict[str, Any]:
        """What differs from the usual."""
        given = asdict(self)
        return {each.name: given[each.name] for each in fields(self) if given[each.name] != each.default}

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> "Term":
        read = dict(given)
        if "unit" in read:
            read["unit"] = Unit(read["unit"])
        if "basis" in read:
            read["basis"] = Basis(read["basis"])
        return cls(**read)

    def _counted(self, day: date) -> date:
        """As it is counted, before any law looks at it."""
        count = -self.amount if self.backward else self.amount
        match self.unit:
            case Unit.WORKING_DAYS:
                return calendar.working_days_from(day, count)
            case Unit.WEEKS:
                return day + timedelta(weeks=count)
            case Unit.MONTHS:
                return months_from(day, count)
            case Unit.YEARS:
                return months_from(day, 12 * count)
            case _:
                return day + timedelta(days=count)

    def _moment(self, start: date | datetime) -> Dates:
        """Hours are counted through, also over a change of the clock; the Atw has no part in them (art. 4 under a)."""
        if not isinstance(start, datetime) or start.tzinfo is None:
            raise ValueError("hours are counted from a moment with a time zone")
        hours = timedelta(hours=-self.amount if self.backward else self.amount)
        due = (start.astimezone(UTC) + hours).astimezone(AMSTERDAM)
        target, why = self._aim(day_of(start), due.date(), due.date())
        return Dates(target, due.date(), due, why)

    def _by_law(self, start: date, nominal: date) -> tuple[date, str]:
        """The last date, and which articles moved it from the one that was counted."""
        if self.shifts is True:
            last = self._shifted(nominal)
            own = f"{_ends(nominal)} Volgens {self.article or 'de regel zelf'} schuift dat door naar {written(last)}."
            return last, own if last != nominal else ""
        if self.shifts is False or self.basis is not Basis.LEGAL or not self._under_atw():
            return nominal, ""
        enough = self._with_two_working_days(start, nominal)
        if enough != nominal:
            until = "begint daarom op" if self.backward else "wordt daarom verlengd tot en met"
            return enough, (
                f"Een wettelijke termijn van drie dagen of meer telt ten minste twee werkdagen en {until} "
                f"{written(enough)} (Algemene termijnenwet art. 2)."
            )
        last = nominal if self.backward else calendar.on_or_after(nominal)
        if last == nominal:
            return last, ""
        return last, (
            f"{_ends(nominal)} Dat wordt verlengd tot en met {written(last)} (Algemene termijnenwet art. 1 lid 1)."
        )

    def _aim(self, start: date, nominal: date, last: date) -> tuple[date, str]:
        """The careful date: the last working day of what was counted; of a term to wait out, the first after it."""
        if self.waits:
            target = calendar.on_or_after(last)
            if target == last:
                return target, ""
            return target, f"{self._stays(last)} Handel pas na de latere van beide: na {written(target)}."
        target = calendar.on_or_before(min(nominal, last))
        first = start if self.unit is Unit.HOURS else start + DAY
        if target == last or (not self.backward and target < first):
            return last, "" if calendar.is_working_day(last) else self._stays(last)
        if last != nominal:
            return target, f"Streef naar {written(target)}."
        return target, f"{self._stays(last)} Wees klaar op {written(target)}."

    def _stays(self, last: date) -> str:
        """Why a date that is no working day is the last all the same."""
        if self.shifts is False:
            why = f"de regel zelf sluit dat uit{self._by}"
        elif self.basis is Basis.AGREED:
            why = f"de termijn is afgesproken en staat niet in een wet{self._by}"
        elif self.backward:
            why = "er wordt teruggerekend (Algemene termijnenwet art. 1 lid 2)"
        else:
            why = f"een termijn van {self.words} valt niet onder de Algemene termijnenwet (art. 4)"
        return f"{_ends(last)} Dat schuift niet door: {why}."

    @property
    def _by(self) -> str:
        return f" ({self.article})" if self.article else ""

    def _shifted(self, nominal: date) -> date:
        return calendar.on_or_before(nominal) if self.backward else calendar.on_or_after(nominal)

    def _under_atw(self) -> bool:
        """Art. 4 under a: not hours or years, and nothing longer than 90 days, 12 weeks or 3 months."""
        return self.unit in LONGEST and self.amount <= LONGEST[self.unit]

    def _with_two_working_days(self, start: date, nominal: date) -> date:
        """Art. 2: a term of three days or more has two working days in it, wherever it is counted to."""
        if abs((nominal - start).days) < 3:
            return nominal
        if self.backward:
            return min(nominal, calendar.working_days_from(start, -2))
        return max(nominal, calendar.working_days_from(start, 2))


def months_from(day: date, count: int) -> date:
    """The same day of another month, or the last day of one that is too short for it."""
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    last = (first_of_next - DAY).day
    return date(year, month + 1, min(day.day, last))


def day_of(start: date | datetime) -> date:
    """The day on which a moment falls in the Netherlands."""
    return start.astimezone(AMSTERDAM).date() if isinstance(start, datetime) else start


def end_of(day: date) -> datetime:
    """The last second of a day as people in Limburg live it."""
    return datetime.combine(day, END_OF_DAY, AMSTERDAM)


def _ends(day: date) -> str:
    return f"De termijn loopt af op {written(day)}."
