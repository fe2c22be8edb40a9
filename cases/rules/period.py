"""Years of a contract, in days of the calendar."""

from calendar import monthrange
from datetime import date, timedelta


def years_later(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes 28 where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def last_day(first: date, years: int) -> date:
    """The last day of so many years that begin on `first`."""
    return years_later(first, years) - timedelta(days=1)


def months_earlier(day: date, months: int) -> date:
    """The same day some months before; the last of that month where it is shorter."""
    return months_later(day, -months)


def months_later(day: date, months: int) -> date:
    """The same day some months on; the last of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))
