"""What the law says about buying, on both sides of each limit and of each change of year.

Data: fixtures/procurement-law.toml. Amounts are those of the regulations of each period; the articles are of the
Aanbestedingswet 2012.
"""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from cases.rules import procurement as rule
from cases.rules.procurement_law import (
    ANNOUNCED,
    Choice,
    NoLaw,
    fits,
    is_social,
    law,
    least_term,
    may_stay_undivided,
    term,
    thresholds_on,
)
from roles.rules.verdict import Granted, GroundNeeded, Refused

CARE, ADVICE = "85000000-9", "79400000-8"
TODAY = date(2026, 6, 1)
CENT = Decimal("0.01")

# The first and the last day of each period, with the thresholds of services and of concessions.
PERIODS = [
    (date(2016, 7, 1), date(2017, 12, 31), 209_000, 5_225_000),
    (date(2018, 1, 1), date(2019, 12, 31), 221_000, 5_548_000),
    (date(2020, 1, 1), date(2021, 12, 31), 214_000, 5_350_000),
    (date(2022, 1, 1), date(2023, 12, 31), 215_000, 5_382_000),
    (date(2024, 1, 1), date(2025, 12, 31), 221_000, 5_538_000),
    (date(2026, 1, 1), date(2027, 12, 31), 216_000, 5_404_000),
]


def choice(**changes: Any) -> Choice:
    usual: dict[str, Any] = {
        "instrument": "contract", "procedure": "multiple", "estimate": Decimal(100_000), "cpv": CARE, "lots": 2,
    }  # fmt: skip
    return Choice(**(usual | changes))


@pytest.mark.parametrize(("first", "last", "services", "concession"), PERIODS)
def test_each_period_has_its_amounts_from_its_first_day_to_its_last(
    first: date, last: date, services: int, concession: int
) -> None:
    for day in (first, last):
        found = thresholds_on(day)
        assert (found.services, found.concession, found.social) == (
            Decimal(services),
            Decimal(concession),
            Decimal(750_000),
        )


def test_a_day_of_which_nothing_is_known_is_said_and_never_guessed() -> None:
    for day in (date(2015, 12, 31), date(2028, 1, 1)):
        with pytest.raises(NoLaw):
            thresholds_on(day)
        assert isinstance(fits(choice(), day), Refused)


def test_periods_follow_on_one_another_without_a_gap() -> None:
    rows = law()["thresholds"]
    for before, after in pairwise(rows):
        assert (after["from"] - before["until"]).days == 1


@pytest.mark.parametrize(
    ("cpv", "threshold"), [(CARE, Decimal(750_000)), (ADVICE, Decimal(216_000))], ids=["social", "other"]
)
@pytest.mark.parametrize("procedure", ["multiple", *ANNOUNCED, "single"])
def test_from_the_threshold_on_what_is_bought_is_announced(cpv: str, threshold: Decimal, procedure: str) -> None:
    below = fits(choice(procedure=procedure, cpv=cpv, estimate=threshold - CENT), TODAY)
    at = fits(choice(procedure=procedure, cpv=cpv, estimate=threshold), TODAY)
    if procedure == "social" and cpv == ADVICE:
        assert (type(below), type(at)) == (Refused, Refused)
    elif procedure == "single":
        assert (type(below), type(at)) == (GroundNeeded, GroundNeeded)
        assert getattr(below, "article", "") != getattr(at, "article", "") == "Aw 2.32"
    elif procedure == "multiple":
        assert (below, type(at)) == (Granted(), Refused)
    else:
        assert (below, at) == (Granted(), Granted())


@pytest.mark.parametrize(
    ("day", "amount", "verdict"),
    [
        (date(2025, 12, 31), 220_999, Granted), (date(2025, 12, 31), 221_000, Refused),
        (date(2026, 1, 1), 215_999, Granted), (date(2026, 1, 1), 216_000, Refused),
        (date(2026, 1, 1), 218_000, Refused), (date(2025, 12, 31), 218_000, Granted),
    ],
)  # fmt: skip
def test_the_day_of_the_notice_decides_at_the_turn_of_a_period(day: date, amount: int, verdict: type) -> None:
    assert isinstance(fits(choice(cpv=ADVICE, estimate=Decimal(amount)), day), verdict)


@pytest.mark.parametrize(("amount", "verdict"), [("50000", Granted), ("50000.01", GroundNeeded)])
def test_one_firm_is_asked_without_a_ground_up_to_a_limit(amount: str, verdict: type) -> None:
    assert isinstance(fits(choice(procedure="single", estimate=Decimal(amount)), TODAY), verdict)


@pytest.mark.parametrize(("amount", "verdict"), [(5_403_999, Granted), (5_404_000, Refused)])
def test_a_concession_has_a_threshold_of_its_own(amount: int, verdict: type) -> None:
    assert isinstance(fits(choice(instrument="concession", estimate=Decimal(amount)), TODAY), verdict)


@pytest.mark.parametrize(
    ("instrument", "procedure", "verdict"),
    [
        ("open_house", "", Granted), ("open_house", "open", Refused), ("subsidy", "", GroundNeeded),
        ("subsidy", "social", Refused), ("insourcing", "", GroundNeeded), ("contract", "", Refused),
    ],
)  # fmt: skip
def test_an_instrument_without_a_choice_among_firms_has_no_procedure(
    instrument: str, procedure: str, verdict: type
) -> None:
    assert isinstance(fits(choice(instrument=instrument, procedure=procedure), TODAY), verdict)


@pytest.mark.parametrize(
    ("lots", "undivided", "instrument", "verdict"),
    [
        (2, "", "contract", Granted), (1, "", "contract", GroundNeeded), (0, "", "concession", GroundNeeded),
        (1, "Eén soort hulp.", "contract", Granted), (1, "  ", "contract", GroundNeeded),
        (0, "", "open_house", Granted),
    ],
)  # fmt: skip
def test_what_is_not_divided_into_lots_says_why(lots: int, undivided: str, instrument: str, verdict: type) -> None:
    found = may_stay_undivided(choice(lots=lots, undivided=undivided, instrument=instrument))
    assert isinstance(found, verdict)
    assert isinstance(found, Granted) or found.article == "Aw 1.5 lid 3"


@pytest.mark.parametrize(
    ("cpv", "social"),
    [(CARE, True), ("85311000-2", True), ("80500000-9", True), (ADVICE, False), ("79611000-0", True), ("", False)],
)
def test_a_social_service_is_known_by_its_code(cpv: str, social: bool) -> None:
    assert is_social(cpv) is social


@pytest.mark.parametrize(
    ("instrument", "procedure", "days", "legal"),
    [
        ("contract", "open", 45, True), ("contract", "restricted", 70, True), ("contract", "social", 20, False),
        ("contract", "multiple", 10, False), ("contract", "single", 5, False), ("open_house", "", 20, False),
    ],
)  # fmt: skip
def test_each_procedure_gives_the_market_its_least_term(
    instrument: str, procedure: str, days: int, legal: bool
) -> None:
    found = least_term(instrument=instrument, procedure=procedure, day=TODAY)
    assert (found.days, found.legal, bool(found.article)) == (days, legal, True)


@pytest.mark.parametrize(("code", "days"), [("clarification", 10), ("standstill", 20), ("award_notice", 30)])
def test_other_terms_are_data_too(code: str, days: int) -> None:
    assert (term(code, TODAY).days, term(code, TODAY).legal) == (days, True)


def test_a_term_of_which_nothing_is_known_is_said() -> None:
    with pytest.raises(NoLaw):
        term("clarification", date(2012, 1, 1))
    with pytest.raises(NoLaw):
        least_term(instrument="contract", procedure="unheard-of", day=TODAY)


TEAM = [("lead", 1), ("assessor", 2), ("assessor", 3)]


@pytest.mark.parametrize(
    ("members", "fit"),
    [
        (TEAM, True), (TEAM[1:], False), (TEAM[:2], False), ([*TEAM, ("lead", 4)], False),
        ([*TEAM[:2], ("assessor", 2)], False), ([*TEAM, *(("opener", each) for each in range(4))], True),
        ([*TEAM, *(("opener", each) for each in range(3))], False),
    ],
)  # fmt: skip
def test_a_team_has_one_who_leads_and_enough_who_assess_and_open(members: Any, fit: bool) -> None:
    assert isinstance(rule.team_is_fit(members), Granted) is fit


def test_lots_count_for_the_whole_estimate() -> None:
    assert rule.lots_add_up(Decimal(100), [Decimal(60), Decimal(40)]) == Granted()
    assert rule.lots_add_up(Decimal(100), []) == Granted()
    assert isinstance(rule.lots_add_up(Decimal(100), [Decimal(60), Decimal("39.99")]), Refused)


@pytest.mark.parametrize(
    ("instrument", "weights", "fit"),
    [
        ("contract", [60, 40], True), ("contract", [60, 39], False), ("contract", [], False),
        ("concession", [100], True),
        ("open_house", [], True), ("open_house", [100], False), ("subsidy", [], True),
    ],
)  # fmt: skip
def test_weights_are_a_hundred_per_cent_where_tenders_are_compared(
    instrument: str, weights: list[int], fit: bool
) -> None:
    found = rule.criteria_are_fit(instrument, [("quality", weight) for weight in weights])
    assert isinstance(found, Granted) is fit


@pytest.mark.parametrize(
    ("kind", "given", "fit"),
    [
        ("quality", {}, True), ("quality", {"minimum": 10}, True), ("quality", {"minimum": 11}, False),
        ("quality", {"floor": Decimal(1)}, False), ("price", {}, True), ("price", {"minimum": 5}, False),
        ("price", {"formula": "linear", "ceiling": Decimal(9)}, False), ("price", {"formula": "band"}, False),
        ("price", {"formula": "band", "floor": Decimal(8), "ceiling": Decimal(8)}, False),
        ("price", {"formula": "band", "floor": Decimal(8), "ceiling": Decimal(9)}, True),
    ],
)  # fmt: skip
def test_a_band_is_of_a_price_and_a_least_score_of_a_quality(kind: str, given: dict[str, Any], fit: bool) -> None:
    none: dict[str, Any] = {"formula": "relative", "floor": None, "ceiling": None, "minimum": None, "highest": 10}
    assert isinstance(rule.criterion_is_fit(kind, **none | given), Granted) is fit
