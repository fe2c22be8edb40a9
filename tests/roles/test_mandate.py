"""What a mandate covers, which one is relied on, and that a sub-mandate is never wider (Awb 10:9)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roles.rules.mandate import Matter, Terms, covers, may_grant, may_pass_on, narrowest
from roles.rules.verdict import Granted, Refused

MANDATE = Terms(
    power="award",
    max_amount=Decimal(500_000),
    domain="",
    scale="",
    valid_from=date(2024, 1, 1),
    valid_until=date(2026, 12, 31),
    sub_mandate_allowed=True,
    number="M-04",
)
MATTER = Matter(power="award", amount=Decimal(400_000), domain="youth", scale="regional", on=date(2026, 11, 21))


@pytest.mark.parametrize(
    ("terms", "matter", "covered"),
    [
        (MANDATE, MATTER, True),
        (MANDATE, replace(MATTER, amount=Decimal(500_000)), True),
        (MANDATE, replace(MATTER, amount=Decimal("500000.01")), False),
        (replace(MANDATE, max_amount=None), replace(MATTER, amount=Decimal(10**9)), True),
        (MANDATE, replace(MATTER, amount=None), True),
        (MANDATE, replace(MATTER, power="sign_contract"), False),
        (replace(MANDATE, domain="youth"), MATTER, True),
        (replace(MANDATE, domain="support"), MATTER, False),
        (replace(MANDATE, scale="local"), MATTER, False),
        (MANDATE, replace(MATTER, on=date(2024, 1, 1)), True),
        (MANDATE, replace(MATTER, on=date(2023, 12, 31)), False),
        (MANDATE, replace(MATTER, on=date(2026, 12, 31)), True),
        (MANDATE, replace(MATTER, on=date(2027, 1, 1)), False),
        (replace(MANDATE, valid_until=None), replace(MATTER, on=date(2040, 1, 1)), True),
        (replace(MANDATE, revoked=True), MATTER, False),
    ],
)
def test_covers(terms: Terms, matter: Matter, covered: bool) -> None:
    assert covers(terms, matter) is covered


def test_the_narrowest_that_covers_is_relied_on() -> None:
    wide = replace(MANDATE, max_amount=None, number="wide")
    lower = replace(MANDATE, number="lower")
    youth = replace(wide, domain="youth", number="youth")
    too_low = replace(MANDATE, max_amount=Decimal(100), number="too low")
    assert narrowest([wide, lower, too_low], MATTER) == lower
    assert narrowest([wide, lower, youth], MATTER) == youth
    assert narrowest([too_low], MATTER) is None


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"power": "sign_contract"}, "de bevoegdheid"),
        ({"max_amount": Decimal(500_001)}, "het bedrag"),
        ({"max_amount": None}, "het bedrag"),
        ({"valid_from": date(2023, 12, 31)}, "de begindatum"),
        ({"valid_until": date(2027, 1, 1)}, "de einddatum"),
        ({"valid_until": None}, "de einddatum"),
    ],
)
def test_a_wider_sub_mandate_is_refused_and_says_where(change: dict[str, object], word: str) -> None:
    verdict = may_pass_on(parent=MANDATE, terms=replace(MANDATE, **change))  # type: ignore[arg-type]
    assert isinstance(verdict, Refused)
    assert word in verdict.reason
    assert verdict.article == "Awb art. 10:9"


def test_a_sub_mandate_stays_in_the_domain_and_scale_it_rests_on() -> None:
    parent = replace(MANDATE, domain="youth", scale="regional")
    assert isinstance(may_pass_on(parent=parent, terms=parent), Granted)
    assert isinstance(may_pass_on(parent=parent, terms=replace(parent, domain="")), Refused)
    assert isinstance(may_pass_on(parent=parent, terms=replace(parent, scale="local")), Refused)


@pytest.mark.parametrize("parent", [replace(MANDATE, sub_mandate_allowed=False), replace(MANDATE, revoked=True)])
def test_nothing_rests_on_a_mandate_that_forbids_it_or_has_ended(parent: Terms) -> None:
    assert isinstance(may_pass_on(parent=parent, terms=MANDATE), Refused)


@pytest.mark.parametrize(
    ("granting_kind", "parent", "granted"),
    [("board", None, True), ("municipality", None, True), ("staff", None, False), ("staff", MANDATE, True)],
)
def test_only_a_body_with_powers_of_its_own_grants_without_a_parent(
    granting_kind: str, parent: Terms | None, granted: bool
) -> None:
    assert isinstance(may_grant(granting_kind=granting_kind, parent=parent, terms=MANDATE), Granted) is granted


@pytest.mark.parametrize("change", [{"valid_until": date(2023, 1, 1)}, {"max_amount": Decimal(-1)}])
def test_a_mandate_that_makes_no_sense_is_refused(change: dict[str, object]) -> None:
    terms = replace(MANDATE, **change)  # type: ignore[arg-type]
    assert isinstance(may_grant(granting_kind="board", parent=None, terms=terms), Refused)


days = st.dates(date(2024, 1, 1), date(2026, 12, 31))
amounts = st.none() | st.decimals(0, 1_000, places=2)
domains = st.sampled_from(["", "youth", "support"])
scales = st.sampled_from(["", "local", "regional"])
mandates = st.builds(
    Terms,
    power=st.sampled_from(["award", "sign_contract"]),
    max_amount=amounts,
    domain=domains,
    scale=scales,
    valid_from=days,
    valid_until=st.none() | days,
    sub_mandate_allowed=st.booleans(),
    number=st.text("0123456789", min_size=1, max_size=3),
)
matters = st.builds(
    Matter,
    power=st.sampled_from(["award", "sign_contract"]),
    amount=amounts,
    domain=st.sampled_from(["youth", "support"]),
    scale=st.sampled_from(["local", "regional"]),
    on=days,
)


@given(mandates, mandates, matters)
def test_what_a_sub_mandate_covers_its_parent_covers(parent: Terms, terms: Terms, matter: Matter) -> None:
    if isinstance(may_pass_on(parent=parent, terms=terms), Granted) and covers(terms, matter):
        assert covers(parent, matter)


@given(st.lists(mandates, max_size=8), matters)
def test_a_mandate_is_found_exactly_when_one_covers(given_mandates: list[Terms], matter: Matter) -> None:
    found = narrowest(given_mandates, matter)
    assert (found is not None) is any(covers(terms, matter) for terms in given_mandates)
    assert found is None or covers(found, matter)
