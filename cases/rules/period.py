"""Years of a contract, in days of the calendar."""

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
