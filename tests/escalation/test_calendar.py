"""Which days are recognised holidays, and what counts as a working day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from escalation.rules import calendar
from escalation.rules.terms import Basis, Term, Unit

days = st.dates(date(2014, 1, 1), date(2090, 12, 31))
working_days = days.filter(calendar.is_working_day)
counts = st.integers(1, 60)
unhurried = settings(deadline=None)  # the first question about a year costs some tenths of a second
WITHIN = [  # units in which the Atw looks at a legal term
    (Unit.CALENDAR_DAYS, 90), (Unit.WEEKS, 12), (Unit.MONTHS, 3), (Unit.WORKING_DAYS, 60),
]  # fmt: skip


@st.composite
def terms(draw: st.DrawFn) -> Term:
    unit, most = draw(st.sampled_from(WITHIN))
    return Term(
        draw(st.integers(1, most)), unit, basis=draw(st.sampled_from(Basis)), shifts=draw(st.none() | st.booleans())
    )


@pytest.mark.parametrize(
    ("day", "name", "article"),
    [
        ("2026-01-01", "Nieuwjaarsdag", "lid 1"),
        ("2026-01-02", "gelijkgestelde dag", "lid 3"),
        ("2026-04-03", "Goede Vrijdag", "lid 2"),
        ("2026-04-06", "tweede paasdag", "lid 1"),
        ("2026-04-27", "Koningsdag", "lid 1"),
        ("2025-04-26", "Koningsdag", "lid 1"),
        ("2031-04-26", "Koningsdag", "lid 1"),
        ("2026-05-05", "Bevrijdingsdag", "lid 1"),
        ("2025-05-05", "Bevrijdingsdag", "lid 1"),
        ("2026-05-14", "Hemelvaartsdag", "lid 1"),
        ("2026-05-15", "gelijkgestelde dag", "lid 3"),
        ("2027-05-07", "gelijkgestelde dag", "lid 3"),
        ("2028-04-28", "gelijkgestelde dag", "lid 3"),
        ("2028-05-26", "gelijkgestelde dag", "lid 3"),
        ("2018-12-24", "gelijkgestelde dag", "lid 3"),
        ("2026-05-25", "tweede pinksterdag", "lid 1"),
        ("2026-12-25", "eerste kerstdag", "lid 1"),
        ("2026-12-26", "tweede kerstdag", "lid 1"),
    ],
)
def test_a_recognised_holiday_has_its_name_and_article(day: str, name: str, article: str) -> None:
    found = calendar.holiday(date.fromisoformat(day))
    assert found is not None
    assert found.name == name
    assert "Algemene termijnenwet art. 3" in found.article
    assert article in found.article
    assert not calendar.is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize(
    "day",
    ["2025-04-28", "2026-01-05", "2026-04-02", "2026-04-28", "2026-05-04", "2026-05-06", "2026-12-24", "2027-01-04"],
)
def test_a_day_beside_a_holiday_is_a_working_day(day: str) -> None:
    assert calendar.is_working_day(date.fromisoformat(day))


def test_a_decree_names_its_source() -> None:
    assert all(each.article for each in calendar.equated().values())
    assert all(day.weekday() < 5 for day in calendar.equated()), "a weekend needs no decree"


def test_koningsdag_is_never_on_a_sunday() -> None:
    for year in range(2014, 2091):
        [day] = [day for day, each in calendar.holidays_in(year).items() if each.name == "Koningsdag"]
        assert day.weekday() != 6
        assert day == date(year, 4, 27) or date(year, 4, 27).weekday() == 6


def test_every_year_has_the_holidays_of_the_law() -> None:
    by_law = {*calendar.FEASTS.values(), "Goede Vrijdag", "Koningsdag", "Bevrijdingsdag"}
    for year in range(2014, 2091):
        assert by_law <= {each.name for each in calendar.holidays_in(year).values()} | (
            {"Hemelvaartsdag", "Bevrijdingsdag"} if year == 2016 else set()  # both on 5 May
        )


def test_nobody_knows_the_feasts_of_a_year_far_ahead() -> None:
    with pytest.raises(ValueError, match="2300"):
        calendar.holidays_in(2300)


def test_how_many_working_days_lie_between_two_days() -> None:
    assert calendar.working_days_between(date(2026, 5, 4), date(2026, 5, 18)) == 8
    assert calendar.working_days_between(date(2026, 5, 14), date(2026, 5, 17)) == 0


@unhurried
@given(days, counts)
def test_working_days_end_on_a_working_day_either_way(day: date, count: int) -> None:
    for end in (calendar.working_days_from(day, count), calendar.working_days_from(day, -count)):
        assert calendar.is_working_day(end)


@unhurried
@given(working_days, counts)
def test_working_days_back_undo_working_days_ahead(day: date, count: int) -> None:
    assert calendar.working_days_from(calendar.working_days_from(day, count), -count) == day
    assert calendar.working_days_between(day + timedelta(1), calendar.working_days_from(day, count)) == count


@pytest.mark.long
@unhurried
@given(days, terms())
def test_a_legal_term_of_the_atw_never_ends_on_a_day_that_does_not_count(day: date, term: Term) -> None:
    found = term.dates(day)
    if term.shifts is not False and (term.shifts or term.basis is Basis.LEGAL):
        assert calendar.is_working_day(found.last)
    elif term.unit is not Unit.WORKING_DAYS:
        assert (found.last - day).days in {term.amount, 7 * term.amount, *range(28 * term.amount, 31 * term.amount + 1)}


@unhurried
@given(days, terms())
def test_the_aim_is_a_working_day_no_later_than_the_last_day(day: date, term: Term) -> None:
    found = term.dates(day)
    assert day < found.target <= found.last
    assert calendar.is_working_day(found.target) or found.target == found.last
    assert (found.target == found.last) or found.reason


@unhurried
@given(days, terms())
def test_who_starts_a_day_later_never_ends_earlier(day: date, term: Term) -> None:
    assert term.dates(day).last <= term.dates(day + timedelta(1)).last


@unhurried
@given(days, terms())
def test_a_longer_term_never_ends_earlier(day: date, term: Term) -> None:
    assume((term.unit, term.amount) not in WITHIN)  # beyond those the Atw no longer looks at it (art. 4)
    assert term.dates(day).last <= replace(term, amount=term.amount + 1).dates(day).last


@unhurried
@given(days, st.integers(3, 90))
def test_three_days_of_a_law_have_two_working_days_in_them(day: date, amount: int) -> None:
    last = Term(amount, Unit.CALENDAR_DAYS, basis=Basis.LEGAL).dates(day).last
    assert calendar.working_days_between(day + timedelta(1), last) >= 2


@unhurried
@given(days, st.integers(1, 12))
def test_weeks_back_from_weeks_ahead_is_where_it_began(day: date, amount: int) -> None:
    ahead = Term(amount, Unit.WEEKS).dates(day).last
    assert Term(amount, Unit.WEEKS, backward=True).dates(ahead).last == day


@unhurried
@given(days, terms())
def test_one_who_waits_is_never_free_before_the_other_has_to_be_ready(day: date, term: Term) -> None:
    waiting = Term(term.amount, term.unit, basis=term.basis, shifts=term.shifts, waits=True).dates(day)
    assert waiting.free_from > term.dates(day).last
    assert calendar.is_working_day(waiting.target)
