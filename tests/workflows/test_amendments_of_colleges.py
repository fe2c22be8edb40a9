"""A granted opdracht that asked the colleges changes: whose budget it asks more of, decides too."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from audit import clock
from cases import selectors as cases
from cases.models import Amendment, Case, CollegeDecision
from config.demo import players
from roles.authorize import NotAllowed
from tests.workflows import play
from tests.workflows.play import confirm, in_days
from tests.workflows.test_amendments import SIX, answer, assess, organisation, proposed
from workflows import clockwork, services
from workflows.models import CaseTask


@pytest.fixture
def granted(db: None) -> Case:
    """Of six municipalities whose colleges consented."""
    amounts = {play.hat(name).organisation_id: Decimal(100_000 * nr) for nr, name in enumerate(SIX, start=1)}
    case = play.submitted(shares=amounts, asks_colleges="consent")
    assert play.end(case) == Case.State.GRANTED
    return case


def decided(case: Case, change: str, *, budget: bool = True, **values: Any) -> Case:
    """As far as the bodies of the regeling: the colleges are next."""
    own = proposed(case, change, **values)
    answer(own)
    assess(own, within_budget=budget)
    play.record(own, "pho_decision", "grant")
    confirm(own, "pho_decision")
    return own


def asked(change: Case) -> set[str]:
    tasks = CaseTask.objects.filter(case=change, finished=None, flow_task__endswith=".college_consent")
    return set(tasks.values_list("organisation__code", flat=True))


def say(change: Case, *, refusing: str = "") -> None:
    """Each college that is asked decides."""
    for task in CaseTask.objects.filter(case=change, finished=None, flow_task__endswith=".college_consent"):
        outcome = "refuse" if task.organisation is not None and task.organisation.code == refusing else "consent"
        services.complete(
            **players.who(players.holder(change, "college_consent", task.organisation_id)), case_id=change.pk,
            task_id=task.pk, outcome=outcome, **players.college_says(change, outcome),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "values", "colleges"),
    [
        ("amount", {"amount": Decimal(3_000_000)}, 6),
        ("amount", {"amount": Decimal(300_000)}, 0),
        ("term", {"years": 6}, 6),
        ("term", {"years": 2}, 0),
        ("scope", {"texts": {"aim": "Iets anders."}}, 0),
    ],
)
def test_a_college_is_asked_when_its_budget_is_asked_more(
    granted: Case, kind: str, values: dict[str, Any], colleges: int
) -> None:
    change = decided(granted, kind, **values)
    assert len(asked(change)) == colleges
    assert play.open_steps(change) == (["college_consent"] if colleges else ["amend_acceptance"])


def test_who_joins_is_asked_and_nobody_else(granted: Case) -> None:
    change = decided(granted, "join", organisation=organisation("venray").pk, amount=Decimal(50_000))
    assert asked(change) == {"venray"}


def test_it_is_carried_out_once_all_of_them_consent(granted: Case) -> None:
    change = decided(granted, "term", years=6)
    say(change)
    play.do("helene", change, "amend_acceptance", "accept")
    change.refresh_from_db()
    assert change.state == Case.State.APPLIED
    on_change = cases.college_decisions_on(Amendment.objects.get(pk=change.pk))
    assert [row.answer for row in on_change] == ["given"] * 6
    assert len(cases.college_decisions(granted.commission)) == 6, "those of the commission itself stay apart"


def test_a_college_that_refuses_is_asked_again_or_it_ends(granted: Case) -> None:
    change = decided(granted, "term", years=6)
    say(change, refusing="venlo")
    assert play.open_steps(change) == ["consent_question"]
    assert cases.withholding_from(Amendment.objects.get(pk=change.pk)) == [organisation("venlo")]
    play.as_submitter(change, "consent_question", "ask_again", motivation="Venlo kreeg uitleg.")
    assert len(asked(change)) == 6
    say(change)
    assert play.open_steps(change) == ["amend_acceptance"]
    assert set(CollegeDecision.objects.filter(amendment=change.pk).values_list("round", flat=True)) == {1, 2}


def test_silence_of_a_college_binds_nobody(granted: Case) -> None:
    change = decided(granted, "join", organisation=organisation("venray").pk, amount=Decimal(50_000))
    with clock.moved_to(clock.now() + timedelta(days=80)):
        clockwork.fire_due(change.pk)
        assert play.open_steps(change) == ["consent_question"]
        play.as_submitter(change, "consent_question", "withdraw", motivation="Dan niet.")
    change.refresh_from_db()
    assert change.state == Case.State.WITHDRAWN


@pytest.mark.long
def test_the_owner_is_asked_beside_the_colleges_and_only_once(granted: Case) -> None:
    change = decided(granted, "term", years=6, budget=False)
    assert set(play.open_steps(change)) == {"college_consent", "db_decision"}
    play.record(change, "db_decision", "agree")
    confirm(change, "db_decision")
    say(change, refusing="bergen")
    play.as_submitter(change, "consent_question", "ask_again", motivation="Bergen kreeg uitleg.")
    assert play.open_steps(change) == ["college_consent"]


@pytest.mark.long
def test_a_refusing_owner_ends_it_whatever_the_colleges_say(granted: Case) -> None:
    change = decided(granted, "term", years=6, budget=False)
    say(change)
    play.record(change, "db_decision", "refuse")
    confirm(change, "db_decision")
    change.refresh_from_db()
    assert change.state == Case.State.REJECTED


def test_a_change_may_be_deferred_to_a_date(granted: Case) -> None:
    change = proposed(granted, "term", years=6)
    answer(change)
    assess(change)
    play.record(change, "pho_decision", "defer", defer_until=in_days(20))
    confirm(change, "pho_decision")
    assert play.open_steps(change) == ["pho_deferred"]
    with clock.moved_to(clock.now() + timedelta(days=21)):
        clockwork.fire_due(change.pk)
        assert play.open_steps(change) == ["pho_decision"]


def test_no_other_college_answers_for_one(granted: Case) -> None:
    change = decided(granted, "join", organisation=organisation("venray").pk, amount=Decimal(50_000))
    task = CaseTask.objects.get(case=change, finished=None, flow_task__endswith=".college_consent")
    other = players.holder(granted, "college_consent", organisation("venlo").pk)
    with pytest.raises(NotAllowed):
        services.complete(
            **players.who(other), case_id=change.pk, task_id=task.pk, outcome="consent",
            **players.college_says(change, "consent"),
        )  # fmt: skip
