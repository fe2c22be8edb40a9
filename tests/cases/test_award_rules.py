"""Who may win, by the ranking and beside it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cases.rules.award import Course, Pick, Ranked, problems

COURSE = Course(starts_on=date(2027, 1, 1), years=4, option_years=2, option_times=1)
RANKED = [Ranked(1, 11, 1), Ranked(1, 12, 2), Ranked(1, 13, None), Ranked(2, 21, 1), Ranked(2, 22, 1)]


def pick(candidate: int, **changes: Any) -> Pick:
    values: dict[str, Any] = {
        "lot": candidate // 10, "candidate": candidate, "annual_amount": Decimal(100_000), "reason": "Beste plan.",
    }  # fmt: skip
    return Pick(**(values | changes))


@pytest.mark.parametrize(
    ("picks", "words"),
    [
        ([], "wie wint"),
        ([pick(12)], "Motiveer de afwijking"),
        ([pick(13)], "uitgesloten"),
        ([pick(31)], "hoort niet bij deze inkoop"),
        ([pick(11, annual_amount=Decimal(0))], "bedrag per jaar"),
        ([pick(11, reason=" ")], "kenmerken en voordelen"),
    ],
)
def test_an_advice_that_does_not_fit_says_why(picks: list[Pick], words: str) -> None:
    assert any(words in problem.message for problem in problems(picks, RANKED, COURSE, lots={1, 2}))


@pytest.mark.parametrize(
    "picks",
    [
        [pick(11)],
        [pick(11), pick(12)],  # several winners of one lot, the best of them
        [pick(12, deviation="De nummer één trok zich terug.")],
        [pick(21)],  # a tie is no deviation
        [pick(11), pick(22)],
    ],
)
def test_an_advice_by_the_ranking_or_with_a_reason_fits(picks: list[Pick]) -> None:
    assert problems(picks, RANKED, COURSE, lots={1, 2}) == []


def test_where_nothing_was_compared_anybody_may_be_chosen() -> None:
    assert problems([pick(19)], [], COURSE, lots={1}) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"years": 0}, "ten minste 1"), ({"years": 9}, "ten hoogste 10"), ({"option_times": 0}, "of geen van beide")],
)
def test_a_term_that_does_not_fit_says_why(changes: dict[str, int], words: str) -> None:
    values: dict[str, Any] = {"starts_on": date(2027, 1, 1), "years": 4, "option_years": 2, "option_times": 1}
    assert words in problems([pick(11)], RANKED, Course(**(values | changes)), lots={1})[0].message


def test_what_is_awarded_is_worth_its_whole_term_with_options() -> None:
    assert COURSE.worth(Decimal("100000.50")) == Decimal("600003.00")
