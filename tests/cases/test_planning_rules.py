"""Which moments of a planned procurement fit one another."""

from datetime import date

import pytest

from cases.rules.planning import Moments, may_change, may_leave_unadvised, problems
from roles.rules.verdict import Granted

TODAY = date(2026, 11, 22)
DAYS = {
    "prepare_on": date(2027, 1, 4), "market_on": date(2027, 4, 1), "award_on": date(2027, 9, 1),
    "starts_on": date(2028, 1, 1),
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, []),
        ({"market_on": date(2027, 1, 4)}, []),
        ({"market_on": date(2027, 1, 3)}, ["market_on"]),
        ({"award_on": date(2027, 3, 31)}, ["award_on"]),
        ({"starts_on": date(2027, 8, 31)}, ["starts_on"]),
        ({"prepare_on": date(2026, 1, 1)}, []),
        (dict.fromkeys(DAYS, TODAY), []),
        (dict.fromkeys(DAYS, date(2026, 11, 21)), ["starts_on"]),
        ({"starts_on": date(2041, 12, 31)}, []),
        ({"starts_on": date(2042, 1, 1)}, ["starts_on"]),
    ],
)
def test_moments_follow_one_another_from_today_on(changes: dict[str, date], wrong: list[str]) -> None:
    assert [each.field for each in problems(Moments(**(DAYS | changes)), today=TODAY)] == wrong


def test_only_what_is_planned_changes_and_who_asks_for_advice_gets_it() -> None:
    assert isinstance(may_change(planned=True), Granted)
    assert not isinstance(may_change(planned=False), Granted)
    assert isinstance(may_leave_unadvised(asked=False), Granted)
    assert not isinstance(may_leave_unadvised(asked=True), Granted)
