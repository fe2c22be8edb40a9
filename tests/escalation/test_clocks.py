"""By how much a date moves when a clock that stood still runs again (domain §6)."""

from datetime import date, datetime, time

import pytest

from escalation.rules.clocks import postponed, reopened, resumed
from escalation.rules.terms import AMSTERDAM, Basis, Term, Unit, end_of


def at(day: date, hour: int = 12) -> datetime:
    return datetime.combine(day, time(hour), AMSTERDAM)


BACKWARD = Term(12, Unit.WEEKS, backward=True)
DAYS, LEGAL = Term(14, Unit.CALENDAR_DAYS), Term(14, Unit.CALENDAR_DAYS, basis=Basis.LEGAL, article="Aw 2.127")


@pytest.mark.parametrize(
    ("term", "due", "stopped", "resumed_on", "moved"),
    [
        (Term(10), date(2026, 3, 20), date(2026, 3, 10), date(2026, 3, 10), date(2026, 3, 20)),  # within a day
        (Term(10), date(2026, 3, 20), date(2026, 3, 10), date(2026, 3, 11), date(2026, 3, 23)),
        (Term(10), date(2026, 3, 20), date(2026, 3, 13), date(2026, 3, 15), date(2026, 3, 20)),  # Friday to Sunday
        (Term(10), date(2026, 3, 20), date(2026, 3, 13), date(2026, 3, 16), date(2026, 3, 23)),
        (Term(10), date(2026, 4, 30), date(2026, 4, 24), date(2026, 4, 28), date(2026, 5, 1)),  # over Koningsdag
        (Term(10), date(2026, 12, 24), date(2026, 12, 18), date(2026, 12, 21), date(2026, 12, 28)),  # over Christmas
        (DAYS, date(2026, 3, 20), date(2026, 3, 10), date(2026, 3, 12), date(2026, 3, 22)),  # a Sunday: agreed
        (LEGAL, date(2026, 3, 20), date(2026, 3, 10), date(2026, 3, 12), date(2026, 3, 23)),  # Atw 1.1
        (LEGAL, date(2026, 3, 20), date(2026, 3, 10), date(2026, 3, 13), date(2026, 3, 23)),
        (BACKWARD, date(2026, 3, 20), date(2026, 3, 10), date(2026, 4, 9), date(2026, 3, 20)),
    ],
)
def test_a_term_moves_by_the_days_of_its_own_kind(
    term: Term, due: date, stopped: date, resumed_on: date, moved: date
) -> None:
    now = resumed(term, target=due, due=end_of(due), stopped=at(stopped), now=at(resumed_on))
    assert now.due == end_of(moved)
    assert now.target <= moved


def test_the_day_to_aim_for_stays_a_working_day() -> None:
    due = date(2026, 3, 20)
    now = resumed(DAYS, target=due, due=end_of(due), stopped=at(date(2026, 3, 10)), now=at(date(2026, 3, 12)))
    assert (now.target, now.due) == (date(2026, 3, 20), end_of(date(2026, 3, 22)))
    assert now.reason == (
        "De klok stond stil van dinsdag 10 maart 2026 tot donderdag 12 maart 2026; de datum is opgeschoven."
    )


def test_hours_move_by_as_much_time_also_over_a_change_of_the_clock() -> None:
    """In the night of 29 March 2026 an hour is skipped."""
    due = at(date(2026, 3, 28), 18)
    now = resumed(
        Term(48, Unit.HOURS), target=due.date(), due=due, stopped=at(date(2026, 3, 28)), now=at(date(2026, 3, 29))
    )
    assert now.due == at(date(2026, 3, 29), 18)
    assert now.due.timestamp() - due.timestamp() == 23 * 3600


def test_the_end_of_a_day_stays_the_end_of_a_day_when_summer_time_begins() -> None:
    due = end_of(date(2026, 3, 27))
    now = resumed(DAYS, target=date(2026, 3, 27), due=due, stopped=at(date(2026, 3, 24)), now=at(date(2026, 3, 31)))
    assert now.due == end_of(date(2026, 4, 3))


def test_a_round_keeps_its_hour_and_nobody_loses_time_to_vote() -> None:
    closes = at(date(2026, 3, 20), 17)
    within_a_day = reopened(due=closes, stopped=at(date(2026, 3, 18), 9), now=at(date(2026, 3, 18), 10))
    over_three = reopened(due=closes, stopped=at(date(2026, 3, 18), 9), now=at(date(2026, 3, 20), 10))
    assert [within_a_day.due, over_three.due] == [at(date(2026, 3, 21), 17), at(date(2026, 3, 23), 17)]


def test_a_date_that_a_body_chose_is_as_many_days_later() -> None:
    due = end_of(date(2026, 3, 20))
    now = postponed(target=due.date(), due=due, stopped=at(date(2026, 3, 10)), now=at(date(2026, 3, 12)))
    assert now.due == end_of(date(2026, 3, 22))
