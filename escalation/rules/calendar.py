"""Which days do not count: Saturdays, Sundays and the recognised holidays of the Algemene termijnenwet, art. 3.

The library knows the moving feasts; this list goes on top of it. Calendars of libraries are made for days off: they
know nothing of days equated by decree, and some take 5 May for a holiday only once in five years.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent.parent / "fixtures" / "days.toml"
DAY = timedelta(days=1)

# What the library calls them in English, and what they are called here. The King's birthday and 5 May are our own.
FEASTS = {
    "New Year's Day": "Nieuwjaarsdag",
    "Easter Monday": "tweede paasdag",
    "Ascension Day": "Hemelvaartsdag",
    "Whit Monday": "tweede pinksterdag",
    "Christmas Day": "eerste kerstdag",
    "Second Day of Christmas": "tweede kerstdag",
}
WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Holiday:
    """A recognised holiday, and what says that it is one."""

    name: str
    article: str


def holiday(day: date) -> Holiday | None:
    """The holiday that this day is, if any."""
    return holidays_in(day.year).get(day)


def is_recognised_holiday(day: date) -> bool:
    return holiday(day) is not None


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and not is_recognised_holiday(day)


def working_days_from(day: date, count: int) -> date:
    """So many working days after a day, or before it where the count is negative. Zero is the day itself."""
    step = DAY if count > 0 else -DAY
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day):
            day += step
    return day


def on_or_after(day: date) -> date:
    """The first working day from this one."""
    while not is_working_day(day):
        day += DAY
    return day


def on_or_before(day: date) -> date:
    """The last working day up to this one."""
    while not is_working_day(day):
        day -= DAY
    return day


def working_days_between(first: date, last: date) -> int:
    """How many working days lie from the first day up to and including the last."""
    return sum(is_working_day(first + timedelta(days=n)) for n in range((last - first).days + 1))


def written(day: date) -> str:
    """As a Dutch sentence says it, with the name of a holiday: "donderdag 14 mei 2026 (Hemelvaartsdag)"."""
    found = holiday(day)
    named = f" ({found.name})" if found else ""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}{named}"


@cache
def holidays_in(year: int) -> Mapping[date, Holiday]:
    """All recognised holidays of a year. Raises ValueError for a year of which nobody knows the moving feasts."""
    from holidays import country_holidays  # brings calendars of the whole world, so not before somebody asks

    moving = country_holidays("NL", years=year, language="en_US")
    found = {
        day: Holiday(FEASTS[name], "Algemene termijnenwet art. 3 lid 1")
        for day, names in moving.items()
        for name in names.split("; ")
        if name in FEASTS
    }
    if len(found) < len(FEASTS):
        raise ValueError(f"no calendar reaches {year}")
    fixed = {_kings_day(year): "Koningsdag", date(year, 5, 5): "Bevrijdingsdag"}
    found |= {day: Holiday(name, "Algemene termijnenwet art. 3 lid 1") for day, name in fixed.items()}
    good_friday = next(day for day, each in found.items() if each.name == "tweede paasdag") - 3 * DAY
    found[good_friday] = Holiday("Goede Vrijdag", "Algemene termijnenwet art. 3 lid 2")
    return {day: each for day, each in equated().items() if day.year == year} | found


@cache
def equated() -> Mapping[date, Holiday]:
    """Days that a royal decree equates with a holiday (art. 3 lid 3), with that decree."""
    decrees = tomllib.loads(FILE.read_text())["decrees"]
    return {day: Holiday("gelijkgestelde dag", decree["source"]) for decree in decrees for day in decree["days"]}


def _kings_day(year: int) -> date:
    """27 April, and until 2013 that of the Queen, the 30th; the day before where that is a Sunday."""
    day = date(year, 4, 27 if year >= 2014 else 30)
    return day - DAY if day.weekday() == 6 else day
