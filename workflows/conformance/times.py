"""How long steps stand open, in working days: days that do not count take no time (Algemene termijnenwet art. 3)."""

from datetime import datetime, time, timedelta

from escalation.rules.calendar import is_working_day
from escalation.rules.terms import AMSTERDAM

DAY = timedelta(days=1)


def working_days(began: datetime, ended: datetime) -> float:
    """Whole days and parts of one, by the clock of the Netherlands: from Friday noon to Monday noon is one."""
    local, last = began.astimezone(AMSTERDAM), ended.astimezone(AMSTERDAM)
    total, day = timedelta(0), local.date()
    while day <= last.date():
        if is_working_day(day):
            first = max(local.replace(tzinfo=None), datetime.combine(day, time.min))
            until = min(last.replace(tzinfo=None), datetime.combine(day + DAY, time.min))
            total += max(until - first, timedelta(0))
        day += DAY
    return total / DAY
