"""What may be submitted at each scale, and what the law says of buying care alone: tables of examples."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cases.rules import law
from cases.rules.commission import Asked, Here, fewest, problems
from roles.rules.verdict import Granted, Refused

BEESEL, BERGEN, VENLO, ACHTERHOEK, STRANGER = 1, 2, 3, 11, 99
TODAY = date(2026, 11, 22)
HERE = Here(participants={BEESEL, BERGEN, VENLO}, partners={ACHTERHOEK}, own_organisation=BERGEN, today=TODAY)
REGIONAL = Asked(
    domain="youth", scale="regional", care_form="jeugd-ambulant", partners=[], start_date=date(2028, 1, 1), years=4,
    shares={BEESEL: Decimal(100), BERGEN: Decimal(200)}, criteria=1,
)  # fmt: skip
LOCAL = replace(REGIONAL, scale="local", shares={BERGEN: Decimal(200)})
SUPRAREGIONAL = replace(REGIONAL, scale="supraregional", partners=[ACHTERHOEK])


@pytest.mark.parametrize("asked", [REGIONAL, LOCAL, SUPRAREGIONAL], ids=lambda asked: str(asked.scale))
def test_what_is_in_order_has_no_problem(asked: Asked) -> None:
    assert problems(asked, HERE) == []


# What differs from what is in order, at which field, and what is said.
WRONG: list[tuple[Asked, dict[str, Any], str, str]] = [
    (LOCAL, {"shares": {BERGEN: Decimal(1), VENLO: Decimal(1)}}, "shares", "precies één gemeente mee: uw eigen"),
    (LOCAL, {"shares": {VENLO: Decimal(1)}}, "shares", "precies één gemeente mee: uw eigen"),
    (LOCAL, {"partners": [ACHTERHOEK]}, "partners", "Alleen een bovenregionale"),
    (LOCAL, {"care_form": ""}, "care_form", "Kies de zorgvorm"),
    (LOCAL, {"care_form": "jeugd-verblijf"}, "scale", "sinds 1-1-2026 een taak van de jeugdregio"),
    (LOCAL, {"care_form": "jeugd-verblijf"}, "scale", "Jeugdwet art. 2.19"),
    (REGIONAL, {"shares": {BERGEN: Decimal(1)}}, "shares", "minstens twee"),
    (REGIONAL, {"shares": {BEESEL: Decimal(1), VENLO: Decimal(1)}}, "shares", "Uw eigen gemeente doet mee"),
    (REGIONAL, {"shares": {BERGEN: Decimal(1), STRANGER: Decimal(1)}}, "shares", "die aan de module deelnemen"),
    (REGIONAL, {"partners": [ACHTERHOEK]}, "partners", "Alleen een bovenregionale"),
    (REGIONAL, {"care_form": "huishouden"}, "care_form", "die bij het domein hoort"),
    (REGIONAL, {"care_form": "verzonnen"}, "care_form", "die bij het domein hoort"),
    (SUPRAREGIONAL, {"shares": {BERGEN: Decimal(1)}}, "shares", "bovenregionale opdracht heeft minstens twee"),
    (SUPRAREGIONAL, {"partners": []}, "partners", "minstens één partnerregio"),
    (SUPRAREGIONAL, {"partners": [STRANGER]}, "partners", "waarmee deze regeling samenwerkt"),
]


@pytest.mark.parametrize(("asked", "changes", "field", "words"), WRONG)
def test_what_is_not_in_order_is_said_at_its_field(
    asked: Asked, changes: dict[str, Any], field: str, words: str
) -> None:
    found = problems(replace(asked, **changes), HERE)
    assert any(problem.field == field and words in problem.message for problem in found), found


def test_who_submits_for_no_municipality_submits_nothing_local() -> None:
    [problem] = problems(LOCAL, replace(HERE, own_organisation=None))
    assert (problem.field, "dient de gemeente zelf in" in problem.message) == ("scale", True)
    assert problems(REGIONAL, replace(HERE, own_organisation=None)) == []


@pytest.mark.parametrize(("scale", "least"), [("local", 1), ("regional", 2), ("supraregional", 2)])
def test_how_many_stay_at_least(scale: str, least: int) -> None:
    assert fewest(scale) == least


# A form of care, the wanted start, the day on which it is asked, and whether one municipality may have it for itself.
LOCALLY = [
    ("jeugd-verblijf", date(2025, 12, 31), date(2025, 6, 1), True),
    ("jeugd-verblijf", date(2025, 12, 31), date(2025, 12, 31), True),
    ("jeugd-verblijf", date(2026, 1, 1), date(2025, 6, 1), False),
    ("jeugd-verblijf", date(2025, 12, 31), date(2026, 1, 1), False),
    ("jeugdbescherming", date(2027, 1, 1), date(2026, 11, 22), False),
    ("crisis", date(2027, 1, 1), date(2026, 11, 22), False),
    ("jeugd-ambulant", date(2027, 1, 1), date(2026, 11, 22), True),
    ("huishouden", date(2027, 1, 1), date(2026, 11, 22), True),
]


@pytest.mark.parametrize(("form", "start", "today", "may"), LOCALLY)
def test_the_later_of_start_and_today_decides_whether_it_may_be_local(
    form: str, start: date, today: date, may: bool
) -> None:
    verdict = law.may_be_local(form, start=start, today=today)
    assert isinstance(verdict, Granted) is may
    if isinstance(verdict, Refused):
        assert "Wvbj" in verdict.article


def test_every_form_that_the_law_binds_names_its_article_and_a_domain() -> None:
    for form in law.care_forms().values():
        assert form.domain in ("youth", "support", "participation")
        assert bool(form.regional_from) is bool(form.article)


def test_a_row_that_says_something_unknown_is_refused() -> None:
    with pytest.raises(TypeError):
        law.read([{"code": "x", "label": "X", "domain": "youth", "regional_form": date(2026, 1, 1)}])
