"""Rule 1: nobody sits as client and as owner at once from the date that the AB sets, save by exemption."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roles.rules.seats import DOUBLE_SEAT, Exempted, Seat, Side, may_take, overlap, side
from roles.rules.verdict import Granted, Refused

DATE = date(2027, 1, 1)
PHO = Seat(Side.CLIENT, "PHO-lid, PHO Limburg-Noord", date(2022, 6, 1), None)


def db(first: date, last: date | None = None) -> Seat:
    return Seat(Side.OWNER, "DB-lid, DB MGR Limburg-Noord", first, last)


@pytest.mark.parametrize(
    ("body_kind", "capacity", "expected"),
    [
        ("client", "client", Side.CLIENT),
        ("board", "owner", Side.OWNER),
        ("client", "adviser", None),  # the secretary of the PHO
        ("board", "adviser", None),  # the secretary of the DB
        ("officials", "client", None),  # the RMT advises, it is no board
        ("municipality", "client", None),
        ("staff", "contractor", None),
    ],
)
def test_only_members_of_clients_and_of_boards_have_a_side(
    body_kind: str, capacity: str, expected: Side | None
) -> None:
    assert side(body_kind=body_kind, capacity=capacity) is expected


@pytest.mark.parametrize(
    ("why", "seat", "since", "exemptions", "flags"),
    [
        ("no date was set", db(date(2026, 6, 1)), None, [], (DOUBLE_SEAT,)),
        ("it ends before the date", db(date(2026, 6, 1), date(2026, 12, 31)), DATE, [], (DOUBLE_SEAT,)),
        (
            "the AB exempted all of it",
            db(date(2027, 2, 1), date(2027, 6, 30)),
            DATE,
            [Exempted(date(2027, 1, 15), date(2027, 6, 30))],
            (DOUBLE_SEAT,),
        ),
    ],
)
def test_a_double_seat_may_be_taken_when(
    why: str, seat: Seat, since: date | None, exemptions: list[Exempted], flags: tuple[str, ...]
) -> None:
    assert may_take(seat, held=[PHO], segregated_from=since, exemptions=exemptions) == Granted(flags), why


@pytest.mark.parametrize(
    ("why", "seat", "exemptions", "advice"),
    [
        ("it begins after the date", db(date(2027, 2, 1)), [], "uiterlijk 31-01-2027"),
        ("it begins on the date", db(DATE), [], "ontheffing"),
        ("it begins before and runs on past the date", db(date(2026, 6, 1)), [], "ontheffing"),
        (
            "the exemption ends before the seat does",
            db(date(2027, 2, 1)),
            [Exempted(date(2027, 1, 15), date(2027, 6, 30))],
            "loopt tot en met 30-06-2027",
        ),
        (
            "the exemption was decided on later",
            db(date(2027, 2, 1), date(2027, 6, 30)),
            [Exempted(date(2027, 3, 1), date(2027, 6, 30))],
            "ontheffing",
        ),
    ],
)
def test_a_double_seat_is_refused_when(why: str, seat: Seat, exemptions: list[Exempted], advice: str) -> None:
    verdict = may_take(seat, held=[PHO], segregated_from=DATE, exemptions=exemptions)
    assert isinstance(verdict, Refused), why
    assert "01-01-2027" in verdict.reason
    assert advice in verdict.reason
    assert verdict.article


def test_two_seats_on_one_side_are_no_double_seat() -> None:
    ab = Seat(Side.OWNER, "AB-lid", date(2022, 6, 1), None)
    assert may_take(db(DATE), held=[ab], segregated_from=DATE, exemptions=[]) == Granted()


def test_seats_that_follow_one_another_do_not_meet() -> None:
    ended = Seat(Side.CLIENT, "PHO-lid", date(2022, 6, 1), date(2027, 3, 31))
    assert may_take(db(date(2027, 4, 1)), held=[ended], segregated_from=DATE, exemptions=[]) == Granted()


days = st.dates(date(2022, 1, 1), date(2030, 12, 31))
seats = st.builds(
    lambda on, first, length: Seat(
        on, "zetel", first, None if length is None else date.fromordinal(first.toordinal() + length)
    ),
    st.sampled_from(Side),
    days,
    st.none() | st.integers(0, 900),
)


@given(seats, st.lists(seats, max_size=4), days)
def test_what_is_granted_leaves_no_double_day_after_the_date(seat: Seat, held: list[Seat], since: date) -> None:
    verdict = may_take(seat, held=held, segregated_from=since, exemptions=[])
    doubled = any(overlap(seat, other, since=since) for other in held if other.side is not seat.side)
    assert isinstance(verdict, Granted) is not doubled


@given(seats, st.lists(seats, max_size=4))
def test_without_a_date_no_seat_is_ever_refused(seat: Seat, held: list[Seat]) -> None:
    assert isinstance(may_take(seat, held=held, segregated_from=None, exemptions=[]), Granted)
