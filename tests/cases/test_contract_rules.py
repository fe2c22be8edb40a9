"""The rules about contracts, as tables: their end, the cycle of talks, figures, addenda, the catalogue."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from cases.rules import addendum, catalogue, expiry, kpi, tiers
from cases.rules.addendum import Current, Ground, Proposal
from cases.rules.expiry import Term
from cases.rules.period import months_earlier, months_later
from cases.rules.tiers import Tier, Worth
from roles.rules.verdict import Granted, Refused

TODAY = date(2026, 11, 22)
LEADS = [18, 12, 6]


def a_term(ends_on: date = date(2028, 12, 31), *, years: int = 1, left: int = 2, closing: bool = False) -> Term:
    return Term(ends_on=ends_on, option_years=years, options_left=left, closing=closing)


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2028, 12, 31), 18, date(2027, 6, 30)),
        (date(2028, 3, 31), 1, date(2028, 2, 29)),
        (date(2027, 3, 31), 1, date(2027, 2, 28)),
        (date(2027, 1, 15), 12, date(2026, 1, 15)),
    ],
)
def test_months_before_a_day(day: date, months: int, before: date) -> None:
    assert months_earlier(day, months) == before


@pytest.mark.parametrize(
    ("since", "closing", "when"),
    [
        (None, False, date(2027, 6, 30)),
        (date(2027, 6, 30), False, date(2027, 12, 31)),
        (date(2027, 12, 31), False, date(2028, 6, 30)),
        (date(2028, 6, 30), False, date(2029, 1, 1)),
        (None, True, date(2029, 1, 1)),
    ],
)
def test_the_next_signal(since: date | None, closing: bool, when: date) -> None:
    assert expiry.next_signal(a_term(closing=closing), LEADS, since=since) == when


def test_without_signals_it_only_ends() -> None:
    assert expiry.next_signal(a_term(), [], since=None) == date(2029, 1, 1)


@pytest.mark.parametrize(
    ("choice", "term", "allowed"),
    [
        ("extend", a_term(), True),
        ("extend", a_term(left=0), False),
        ("extend", a_term(years=0), False),
        ("extend", a_term(closing=True), False),
        ("extend", a_term(date(2026, 11, 21)), False),
        ("extend", a_term(date(2026, 11, 22)), True),
        ("later", a_term(), True),
        ("later", a_term(date(2027, 5, 21)), False),
        ("later", a_term(date(2027, 5, 23)), True),
        ("end", a_term(date(2026, 11, 1)), True),
        ("buy_again", a_term(left=0), True),
    ],
)
def test_what_the_contract_itself_allows(choice: str, term: Term, allowed: bool) -> None:
    assert isinstance(expiry.may_decide(choice, term, LEADS, today=TODAY), Granted) is allowed


def test_a_leap_day_is_extended_to_the_last_of_february() -> None:
    assert a_term(date(2028, 2, 29)).extended == date(2029, 2, 28)


# How often there is a talk.

OF_LN = [
    Tier(code="groot", talks_a_year=4, from_amount=Decimal(1_000_000)),
    Tier(code="midden", talks_a_year=2, from_amount=Decimal(250_000)),
    Tier(code="klein", talks_a_year=0),
]


def of_cg(largest: int) -> list[Tier]:
    """The two largest first, and more of them later: 32 became 65."""
    return [Tier(code="grootste", talks_a_year=3, largest=largest), Tier(code="overig", talks_a_year=0)]


@pytest.mark.parametrize(
    ("amounts", "tier"),
    [
        ([1_000_000], "groot"),
        ([999_999], "midden"),
        ([400_000, 600_000], "groot"),
        ([249_999], "klein"),
    ],
)
def test_contracts_of_one_provider_count_together(amounts: list[int], tier: str) -> None:
    worth = [Worth(at, 7, Decimal(amount)) for at, amount in enumerate(amounts)]
    assert {found.code for found in tiers.tiers_of(worth, OF_LN).values()} == {tier}


@pytest.mark.parametrize(("largest", "few"), [(2, {1, 2}), (4, {1, 2, 3, 4})])
def test_the_largest_providers_are_as_many_as_the_regeling_says(largest: int, few: set[int]) -> None:
    worth = [Worth(at, at, Decimal(1000 - at)) for at in range(1, 6)]
    placed = tiers.tiers_of(worth, of_cg(largest))
    assert {contract for contract, tier in placed.items() if tier.code == "grootste"} == few


def test_without_a_tier_that_fits_a_contract_has_none() -> None:
    assert tiers.tiers_of([Worth(1, 1, Decimal(10))], OF_LN[:1]) == {}


@pytest.mark.parametrize(("a_year", "when"), [(3, date(2027, 3, 22)), (4, date(2027, 2, 22)), (1, date(2027, 11, 22))])
def test_the_next_talk(a_year: int, when: date) -> None:
    assert tiers.next_talk(last=TODAY, talks_a_year=a_year) == when


def test_an_incidental_talk_has_no_day() -> None:
    assert tiers.next_talk(last=TODAY, talks_a_year=0) is None


# Figures.


@pytest.mark.parametrize(
    ("value", "norm", "direction", "breached"),
    [
        ("85", "85", "at_least", False),
        ("84.99", "85", "at_least", True),
        ("6", "6", "at_most", False),
        ("6.01", "6", "at_most", True),
        ("-3", "0", "at_most", False),
    ],
)
def test_a_norm_is_met_by_what_equals_it(value: str, norm: str, direction: str, breached: bool) -> None:
    assert kpi.breaches(Decimal(value), Decimal(norm), direction) is breached


@pytest.mark.parametrize(
    ("period", "value", "allowed"),
    [
        (date(2026, 11, 1), "5", True),
        (date(2026, 12, 1), "5", False),
        (date(2026, 1, 1), "5", True),
        (date(2025, 12, 1), "5", False),
        (date(2026, 11, 1), "1000000001", False),
    ],
)
def test_a_value_is_of_a_month_in_which_the_contract_ran(period: date, value: str, allowed: bool) -> None:
    verdict = kpi.may_measure(
        value=Decimal(value), period=period, starts_on=date(2026, 1, 15), ends_on=date(2027, 1, 14), today=TODAY
    )
    assert isinstance(verdict, Granted) is allowed


def test_a_line_stays_in_its_box() -> None:
    line = kpi.line([Decimal(value) for value in (3, 9, 5)], Decimal(6))
    points = [tuple(map(float, point.split(","))) for point in line.points.split()]
    assert all(0 <= x <= 160 and 0 <= y <= 40 for x, y in points)
    assert (points[0][0], points[-1]) == (4.0, line.last)
    assert kpi.line([Decimal(5), Decimal(5)], Decimal(5)).norm == 36.0


# Addenda.

CONTRACT = Current(
    annual_amount=Decimal(300_000), starts_on=date(2026, 1, 1), ends_on=date(2029, 12, 31), original=Decimal(1_800_000),
    codes=frozenset({"45A04"}),
)  # fmt: skip


def a_proposal(change: str, **changes: object) -> Proposal:
    return Proposal(**({"change": change, "effective_on": date(2027, 1, 1)} | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("proposal", "value"),
    [
        (a_proposal("amount", annual_amount=Decimal(310_000)), "30006.84"),
        (a_proposal("amount", annual_amount=Decimal(290_000)), "-30006.84"),
        (a_proposal("term", ends_on=date(2030, 12, 31)), "299794.66"),
        (a_proposal("tariffs", index=Decimal("4.00")), "36008.21"),
        (a_proposal("product", product="45A05", tariff=Decimal(80)), "0.00"),
        (a_proposal("content"), "0.00"),
    ],
)
def test_what_a_change_is_worth(proposal: Proposal, value: str) -> None:
    assert addendum.value_of(CONTRACT, proposal) == Decimal(value)


@pytest.mark.parametrize(
    ("proposal", "field"),
    [
        (a_proposal("amount"), "annual_amount"),
        (a_proposal("amount", annual_amount=Decimal(300_000)), "annual_amount"),
        (a_proposal("amount", annual_amount=Decimal(-1)), "annual_amount"),
        (a_proposal("term"), "ends_on"),
        (a_proposal("term", ends_on=date(2026, 12, 31)), "ends_on"),
        (a_proposal("tariffs", index=Decimal(0)), "index"),
        (a_proposal("tariffs", index=Decimal(51)), "index"),
        (a_proposal("product", product="45A04", tariff=Decimal(1)), "product"),
        (a_proposal("product", product="45A05"), "tariff"),
        (a_proposal("content", effective_on=date(2026, 11, 21)), "effective_on"),
        (a_proposal("content", effective_on=date(2030, 1, 1)), "effective_on"),
    ],
)
def test_what_is_wrong_with_a_change(proposal: Proposal, field: str) -> None:
    assert [problem.field for problem in addendum.problems(CONTRACT, proposal, today=TODAY)] == [field]


@pytest.mark.parametrize(
    ("ground", "value", "earlier", "warned"),
    [
        (Ground.SLIGHT, 180_000, 0, ""),
        (Ground.SLIGHT, 180_001, 0, "2.163b"),
        (Ground.SLIGHT, 100_000, 100_000, "2.163b"),
        (Ground.CLAUSE, 5_000_000, 0, ""),
        (Ground.ADDITIONAL, 900_000, 0, ""),
        (Ground.ADDITIONAL, 900_001, 0, "2.163d"),
        (Ground.UNFORESEEN, 900_001, 0, "2.163e"),
        (Ground.NOT_SUBSTANTIAL, 180_001, 0, "2.163g"),
        (Ground.SLIGHT, -500_000, 0, ""),
    ],
)
def test_what_may_be_a_substantial_change(ground: str, value: int, earlier: int, warned: str) -> None:
    now = Current(
        annual_amount=CONTRACT.annual_amount, starts_on=CONTRACT.starts_on, ends_on=CONTRACT.ends_on,
        original=CONTRACT.original, added=Decimal(earlier),
    )  # fmt: skip
    said = addendum.warning(now, Decimal(value), ground)
    assert (warned in said) if warned else said == ""


def test_a_slight_change_stays_below_the_threshold_too() -> None:
    now = replace(CONTRACT, threshold=Decimal(150_000))
    assert "drempel" in addendum.warning(now, Decimal(150_000), Ground.SLIGHT)
    assert addendum.warning(now, Decimal(149_999), Ground.SLIGHT) == ""


def test_a_warned_change_needs_a_reason() -> None:
    assert isinstance(addendum.may_approve(warned="Te groot.", motivation=" "), Refused)
    assert isinstance(addendum.may_approve(warned="Te groot.", motivation="Het bestek voorzag hierin."), Granted)
    assert isinstance(addendum.may_approve(warned="", motivation=""), Granted)


# The catalogue.


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, []),
        ({"code": "45A04"}, ["code"]),
        ({"tariff": Decimal(0)}, ["tariff"]),
        ({"tariff": None}, ["tariff"]),
        ({"valid_from": date(2025, 12, 31)}, ["valid_from"]),
        ({"valid_from": date(2030, 1, 1)}, ["valid_from"]),
    ],
)
def test_what_is_wrong_with_a_product(changes: dict[str, object], fields: list[str]) -> None:
    given = {"code": "45A05", "tariff": Decimal(80), "valid_from": date(2026, 1, 1)} | changes
    found = catalogue.problems(
        **given, starts_on=CONTRACT.starts_on, ends_on=CONTRACT.ends_on, codes=CONTRACT.codes  # type: ignore[arg-type]
    )  # fmt: skip
    assert [problem.field for problem in found] == fields


@pytest.mark.parametrize(("today", "still"), [(date(2026, 3, 2), True), (date(2026, 3, 3), False)])
def test_registering_takes_sixty_days(today: date, still: bool) -> None:
    assert catalogue.registering(registered_on=date(2025, 11, 1), starts_on=date(2026, 1, 1), today=today) is still


def test_the_last_of_a_month() -> None:
    assert catalogue.last_of_month(date(2028, 2, 10)) == date(2028, 2, 29)
    assert months_later(date(2026, 12, 31), 2) == date(2027, 2, 28)
