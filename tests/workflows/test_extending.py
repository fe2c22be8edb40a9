"""Verlengen: more time for a task, by somebody else than whose task it is, with a reason, and in the trail."""

import time
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from audit import clock
from audit.models import Act
from audit.services import acting
from cases.models import Case
from config.demo.players import who
from escalation.models import Deadline
from escalation.rules.terms import Basis, Term, day_of, end_of
from roles import services as roles
from roles.authorize import NotAllowed
from tests.races import at_once
from tests.workflows import play
from tests.workflows.visits import page, signed_in
from workflows import clockwork, services
from workflows.engine import Gone, Stale
from workflows.extending import extend
from workflows.models import CaseProcess, CaseTask

pytestmark = pytest.mark.django_db


def extending(username: str, case: Case, step: str, *, days: int = 7, reason: str = "Wacht op cijfers.") -> None:
    task, deadline = play.open_task(case, step), deadline_of(case, step)
    until = day_of(deadline.due_at) + timedelta(days=days)
    extend(**who(play.hat(username, "mgr")), case_id=case.pk, task_id=task.pk, until=until, reason=reason)


def deadline_of(case: Case, step: str) -> Deadline:
    return Deadline.objects.get(task=play.open_task(case, step).pk, effect="term")


def last_act(case: Case) -> Act:
    return Act.objects.filter(chain=case.chain).latest("seq")


def test_a_term_gets_more_time_and_the_old_date_is_kept() -> None:
    case = play.brought_to("intake")
    before = deadline_of(case, "intake").due_at
    extending("roy", case, "intake")
    extending("roy", case, "intake", days=3, reason="Nog niet compleet.")
    after = deadline_of(case, "intake")
    assert (after.original_due, after.extended, after.state) == (before, 2, "armed")
    assert after.due_at == end_of(day_of(before) + timedelta(days=10))
    assert play.open_task(case, "intake").due_at == after.due_at
    act = last_act(case)
    assert (act.verb, act.role, str(act.motivation_text)) == (
        "extend",
        "manager, MGR Limburg-Noord",
        "Nog niet compleet.",
    )
    assert act.data["until"] == day_of(after.due_at).isoformat()
    with clock.moved_to(before + timedelta(hours=1)):
        assert not clockwork.fire(after.pk), "it has until later"
        play.take_in(case)
    after.refresh_from_db()
    assert (after.state, after.fired_at) == ("ended", None)


@pytest.mark.parametrize(("username", "words"), [("gijs", "hoort niet bij uw functie"), ("roy", "Schrijf op waarom")])
def test_only_whom_the_regeling_names_extends_and_with_a_reason(username: str, words: str) -> None:
    case = play.brought_to("intake")
    with pytest.raises(NotAllowed, match=words), transaction.atomic():
        extending(username, case, "intake", reason=" ")


def test_nobody_gives_themselves_more_time_as_long_as_there_is_another() -> None:
    case = play.brought_to("acceptance")
    with pytest.raises(NotAllowed, match="Dit is uw eigen termijn"), transaction.atomic():
        extending("helene", case, "acceptance")
    assert "uw eigen termijn" in page("helene", address(case, "acceptance"))
    roles.end_appointment(
        appointment=play.hat("roy", "mgr"), last_day=clock.today() - timedelta(days=1), reason="Andere baan."
    )
    extending("helene", case, "acceptance")
    assert last_act(case).flags == "own-term"


def test_what_passed_is_late_and_stays_late() -> None:
    case = play.brought_to("intake")
    deadline = deadline_of(case, "intake")
    with clock.moved_to(deadline.due_at + timedelta(days=2)):
        with pytest.raises(NotAllowed, match="al verstreken"), transaction.atomic():
            extending("roy", case, "intake")
        assert "al verstreken" in page("roy", address(case, "intake"))
        play.take_in(case)
        deadline.refresh_from_db()
        assert (deadline.state, deadline.fired_at, deadline.ended_at) == ("fired", deadline.ended_at, deadline.fired_at)
    assert not clockwork.fire(deadline.pk), "whoever came late found the work of the clock done"


def test_what_was_missed_is_known_as_missed_when_it_is_done_after_all() -> None:
    case = play.brought_to("intake")
    deadline = deadline_of(case, "intake")
    play.make_due(deadline)
    assert clockwork.fire(deadline.pk)
    play.take_in(case)
    deadline.refresh_from_db()
    assert deadline.state == "fired"
    assert deadline.fired_at is not None
    assert deadline.ended_at is not None
    assert deadline.ended_at > deadline.fired_at


def test_a_term_of_the_law_is_not_extended_unless_its_rule_says_so() -> None:
    case = play.brought_to("intake")
    law = Term(10, basis=Basis.LEGAL, extendable=False, article="Awb art. 4:13")
    with acting(chain=case.chain, verb="test"):
        CaseProcess.objects.filter(case=case).update(terms={"intake": law.as_json()})
    with pytest.raises(NotAllowed, match=r"staat in de wet \(Awb art. 4:13\)"), transaction.atomic():
        extending("roy", case, "intake")


def test_what_stands_still_or_has_no_term_of_its_own_is_not_extended() -> None:
    case = play.brought_to("pho_decision")
    play.open_round(case, "pho_decision", "grant")
    vote = CaseTask.objects.filter(case=case, part="vote", finished=None)[0]
    roy = who(play.hat("roy", "mgr"))
    later = clock.today() + timedelta(days=90)
    with pytest.raises(Gone), transaction.atomic():
        extend(**roy, case_id=case.pk, task_id=vote.pk, until=later, reason="Meer tijd.")
    page("roy", reverse("extend", args=[case.pk, vote.pk]), status=404)
    services.suspend(**who(case.submitted_by), case_id=case.pk, reason="Wacht op het Rijk.")
    with pytest.raises(Stale, match="opgeschort"), transaction.atomic():
        extending("roy", case, "pho_decision")


def address(case: Case, step: str) -> str:
    return reverse("extend", args=[case.pk, play.open_task(case, step).pk])


@pytest.mark.long
def test_it_is_done_on_a_page_and_seen_on_lists_and_on_the_case() -> None:
    case = play.brought_to("intake")
    assert "Verlengd" not in page("gijs", "/")
    where, overview = address(case, "intake"), reverse("case", args=[case.pk])
    assert where in page("roy", overview)
    assert where not in page("gijs", overview)
    assert "Dit kunt u hier niet doen" in page("gijs", where, status=403)
    until = day_of(deadline_of(case, "intake").due_at) + timedelta(days=7)
    hat = play.hat("roy", "mgr").pk
    given: dict[str, Any] = {"hat": hat, "until": until.isoformat(), "reason": "Wacht op cijfers."}
    today = clock.today().isoformat()
    for wrong in ({"until": "2026-02-30"}, {"until": "9999-12-31"}, {"until": today}, {"reason": ""}):
        assert signed_in("roy").post(where, given | wrong).status_code == 422
    assert signed_in("roy").post(where, given).headers["Location"] == overview
    for shown in (page("gijs", "/"), page("roy", overview), page("victor", "/wie-is-aan-zet/")):
        assert "Verlengd" in shown
    assert "Termijn van ‘Intake’ verlengd tot en met" in page("roy", overview)


@pytest.mark.long
@pytest.mark.usefixtures("committed")
def test_extending_against_the_clock_gives_one_of_both(races: int) -> None:
    for _ in range(races):
        case = play.brought_to("intake")
        deadline, task = deadline_of(case, "intake"), play.open_task(case, "intake")
        call = partial(
            extend, **who(play.hat("roy", "mgr")), case_id=case.pk, task_id=task.pk, reason="Meer tijd.",
            until=day_of(deadline.due_at) + timedelta(days=7),
        )  # fmt: skip
        with clock.moved_to(deadline.due_at - timedelta(milliseconds=20)):
            extended, fired = at_once(call, partial(_fire_soon, deadline.pk))
        deadline.refresh_from_db()
        outcomes = {("armed", 1): (None, False), ("fired", 0): (extended, True)}
        assert (extended, fired) == outcomes[deadline.state, deadline.extended]
        assert (extended is None) != fired


def _fire_soon(deadline_id: int) -> bool:
    """As soon as it is due, unless it has a later date by then."""

    def fires() -> bool:
        time.sleep(0.005)
        return clockwork.fire(deadline_id)

    return any(fires() for _ in range(200))


@pytest.mark.long
def test_the_case_says_what_became_of_each_term() -> None:
    case = play.submitted()
    play.align(case, silent=["tom"])
    play.make_due(Deadline.objects.get(case=case, state="armed"))
    clockwork.fire_due(case.pk)
    play.make_due(deadline_of(case, "intake"))
    clockwork.fire_due(case.pk)
    history = reverse("case-history", args=[case.pk])
    assert "afgerond op" not in page("victor", history)
    play.take_in(case)
    extending("roy", case, "approach")
    services.suspend(**who(case.submitted_by), case_id=case.pk, reason="Wacht op het Rijk.")
    shown = page("victor", history)
    once = "1\N{MULTIPLICATION SIGN} verlengd, was"
    for words in ("Gehaald", "Verstreken", "Te laat", "afgerond op", "Staat stil", once):
        assert words in shown
