"""A split whose branches differ: colleges, one step each, beside an owner of several. Their join completes once.

viewflow's join asks the database what is still open before it; what a step made and has not written yet is in no row.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from itertools import permutations
from typing import Any

import pytest

from audit.services import acting
from cases.models import Case
from config.demo import players
from tests.races import at_once
from tests.workflows import play
from workflows.flows.commissioning_2 import CommissioningFlow2
from workflows.models import CaseProcess, CaseTask

ARRIVALS: dict[str, Callable[[Case], Any]] = {
    "bergen": lambda case: play.consenting(case, "bergen")(),
    "venray": lambda case: play.consenting(case, "venray", "refuse")(),
    "db": lambda case: play.meet(case, "db_decision", "agree"),
}


def split(*, within_budget: bool = False, asks: str = "consent") -> Case:
    """Two colleges are asked, and the owner beside them."""
    shares = {
        each.pk: Decimal(100)
        for each in players.municipalities(play.SCHEME)
        if each.code in ("bergen", "venray", "venlo")
    }
    case = play.brought_to("approach", shares=shares, asks_colleges=asks)
    play.propose(case, within_budget=within_budget)
    play.meet(case, "rmt_validation", "positive")
    play.meet(case, "pho_decision", "grant")
    if asks != "nothing":
        play.consenting(case, "venlo")()
    return case


def rows(case: Case, step: str) -> list[str]:
    return list(CaseTask.objects.filter(case=case, flow_task__endswith=f".{step}").values_list("status", flat=True))


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("order", list(permutations(ARRIVALS)), ids="-".join)
def test_the_join_completes_once_in_whatever_order_its_branches_arrive(order: tuple[str, ...]) -> None:
    case = split()
    for number, name in enumerate(order, start=1):
        ARRIVALS[name](case)
        assert rows(case, "consent_question") == (["NEW"] if number == 3 else []), name
    assert rows(case, "consented") == ["DONE"]
    assert rows(case, "owner_refuses") == rows(case, "owner_sends_back") == rows(case, "colleges_consent") == ["DONE"]
    assert play.end(case) == "granted"


@pytest.mark.django_db
def test_a_branch_that_asks_nobody_does_not_open_the_join_before_the_other() -> None:
    case = split(within_budget=True)
    assert play.open_steps(case) == ["college_consent"]
    assert rows(case, "consented") == ["STARTED"]
    play.consent(case)
    assert (play.open_steps(case), rows(case, "consented")) == (["acceptance"], ["DONE"])


@pytest.mark.django_db
@pytest.mark.parametrize(("within_budget", "leads_to"), [(True, "acceptance"), (False, "db_decision")])
def test_nobody_is_asked_where_no_college_is(within_budget: bool, leads_to: str) -> None:
    case = split(within_budget=within_budget, asks="nothing")
    assert play.open_steps(case) == [leads_to]
    assert rows(case, "college_consent") == []
    assert play.end(case) == "granted"


@pytest.mark.django_db
@pytest.mark.parametrize("within_budget", [True, False])
def test_branches_that_are_passed_at_once_wait_for_the_one_that_is_not(
    monkeypatch: pytest.MonkeyPatch, within_budget: bool
) -> None:
    """As in a regeling where no college is ever asked: all of theirs arrive in the very step that made them."""
    monkeypatch.setattr(CommissioningFlow2.instance.college_consent, "skip", "consent")
    case = play.brought_to("approach", asks_colleges="consent")
    bindings = CaseProcess.objects.get(case=case).bindings | {"college_consent": None}
    with acting(chain=case.chain, verb="test"):
        CaseProcess.objects.filter(case=case).update(bindings=bindings)
    play.propose(case, within_budget=within_budget)
    play.meet(case, "rmt_validation", "positive")
    play.meet(case, "pho_decision", "grant")
    assert CaseTask.objects.filter(case=case, outcome="skipped").count() == 1 + 7
    assert rows(case, "consented") == (["DONE"] if within_budget else ["STARTED"])
    if not within_budget:
        assert play.open_steps(case) == ["db_decision"]
        play.meet(case, "db_decision", "agree")
    assert play.open_steps(case) == ["acceptance"]


@pytest.mark.long
@pytest.mark.usefixtures("committed")
def test_two_branches_racing_into_the_join_give_one_way_on(races: int) -> None:
    for _ in range(max(races // 2, 1)):
        case = split()
        play.record(case, "db_decision", "agree")
        answers = at_once(
            play.consenting(case, "bergen"), play.consenting(case, "venray"),
            partial(play.confirm, case, "db_decision"),
        )  # fmt: skip
        assert answers == [None] * 3
        assert (rows(case, "consented"), rows(case, "acceptance")) == (["DONE"], ["NEW"])
