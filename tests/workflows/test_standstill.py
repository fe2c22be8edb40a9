"""Until when nobody signs: both dates, by law and as agreed (Aw 2.127; Algemene termijnenwet)."""

from datetime import date

import pytest

from cases.rules.award import publication_due
from workflows.rules.standstill import standstill


@pytest.mark.parametrize(
    ("sent_on", "statutory", "last", "target"),
    [
        (date(2026, 4, 15), True, date(2026, 5, 6), date(2026, 5, 6)),  # 5 May is a holiday: the law extends it
        (date(2026, 4, 15), False, date(2026, 5, 5), date(2026, 5, 6)),  # agreed: it does not, and nobody signs
        (date(2026, 11, 2), True, date(2026, 11, 23), date(2026, 11, 23)),  # a Sunday
        (date(2026, 11, 2), False, date(2026, 11, 22), date(2026, 11, 23)),
        (date(2026, 12, 5), True, date(2026, 12, 28), date(2026, 12, 28)),  # Christmas, and a weekend after it
        (date(2026, 12, 5), False, date(2026, 12, 25), date(2026, 12, 28)),
        (date(2026, 6, 2), True, date(2026, 6, 22), date(2026, 6, 22)),  # a Monday: nothing to shift
        (date(2026, 6, 2), False, date(2026, 6, 22), date(2026, 6, 22)),
    ],
)
def test_both_dates_of_the_standstill(sent_on: date, statutory: bool, last: date, target: date) -> None:
    dates = standstill(sent_on, statutory=statutory)
    assert (dates.last, dates.target) == (last, target)
    assert dates.free_from > max(last, target)
    assert bool(dates.reason) == (last != target or (statutory and (last - sent_on).days != 20))


@pytest.mark.parametrize(
    ("agreed_on", "bundled", "due"),
    [
        (date(2026, 5, 7), False, date(2026, 6, 6)),
        (date(2026, 5, 7), True, date(2026, 7, 30)),
        (date(2026, 12, 31), True, date(2027, 1, 30)),
        (date(2027, 1, 1), True, date(2027, 4, 30)),
    ],
)
def test_until_when_an_award_is_announced(agreed_on: date, bundled: bool, due: date) -> None:
    assert publication_due(agreed_on, bundled=bundled) == due
