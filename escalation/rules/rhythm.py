"""When mail goes out: how soon somebody likes it, and how long to wait before it is tried again."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

AT_ONCE, DAILY, WEEKLY, APP = "at_once", "daily", "weekly", "app"
RHYTHMS = (AT_ONCE, DAILY, WEEKLY, APP)

POST = time(7, 30)  # before the working day begins
MONDAY = 0

# Together two days: a mail server that is down over a weekend loses nothing.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440))


def mail_from(rhythm: str, now: datetime) -> datetime | None:
    """From when a message that comes now may be mailed; None: it is read in the product alone."""
    match rhythm:
        case "at_once":
            return now
        case "daily":
            return _post(now, lambda day: True)
        case "weekly":
            return _post(now, lambda day: day.weekday() == MONDAY)
        case _:
            return None


def _post(now: datetime, fits: Callable[[date], bool]) -> datetime:
    """The next time that the post goes, on a day that fits; on the clock of the Netherlands, summer and winter."""
    day = now.astimezone(AMSTERDAM).date()
    while True:
        moment = datetime.combine(day, POST, AMSTERDAM)
        if moment > now and fits(day):
            return moment
        day += timedelta(days=1)


def pause_after(attempts: int) -> timedelta | None:
    """How long after so many attempts in vain it is tried again; None: that was the last."""
    return PAUSES[attempts - 1] if attempts <= len(PAUSES) else None
