"""How long a step stood open: days that do not count take no time."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from workflows.conformance.times import working_days

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("began", "ended", "days"),
    [
        ("2026-11-23T09:00", "2026-11-23T09:00", 0),
        ("2026-11-23T09:00", "2026-11-24T09:00", 1),
        ("2026-11-27T12:00", "2026-11-30T12:00", 1),  # a weekend between
        ("2026-11-28T10:00", "2026-11-29T22:00", 0),  # within one
        ("2026-12-24T12:00", "2026-12-28T12:00", 1),  # Christmas and a weekend
        ("2026-03-27T12:00", "2026-03-30T12:00", 1),  # the clock goes forward in the weekend
        ("2026-11-23T00:00", "2026-11-30T00:00", 5),
    ],
)
def test_a_step_takes_as_many_working_days_as_it_stood_open(began: str, ended: str, days: float) -> None:
    assert working_days(at(began), at(ended)) == pytest.approx(days)
