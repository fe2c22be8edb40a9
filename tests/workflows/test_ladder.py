"""Escalating: cases played to each of their ends in both regelingen, and what the clock and the rules make of them."""

import pytest

from tests.workflows import play, rise

BOTH = pytest.mark.parametrize("scheme", ["limburg-noord", "centraal-gelderland"])


@BOTH
@pytest.mark.parametrize("step", ["operational", "tactical", "strategic", "board"])
def test_each_level_can_solve_it(db: None, scheme: str, step: str) -> None:
    case = rise.at_level(step, scheme=scheme)
    rise.solve(case, step)
    assert rise.state(case) == "resolved"
    assert case.escalation.measures.count() == 1


@BOTH
@pytest.mark.parametrize(("outcome", "state"), [("refer", "referred"), ("close", "unresolved")])
def test_what_nobody_solves_is_referred_or_closed_with_reasons(db: None, scheme: str, outcome: str, state: str) -> None:
    case = rise.at_level("referral", scheme=scheme)
    rise.close(case, outcome)
    assert rise.state(case) == state
    assert case.escalation.level == 5


def test_without_an_outcome_in_time_it_rises_to_the_top_by_itself(db: None) -> None:
    case = rise.escalated()
    seen = []
    for _ in range(4):
        seen += play.open_steps(case)
        rise.pass_time(case)
    assert seen == ["operational", "tactical", "strategic", "board"]
    assert play.open_steps(case) == ["referral"]
