"""What goes wrong with stock viewflow (design/3-viewflow.md, each reproduced there), shown not to go wrong here.

Races have a module of their own, as have the rules that a flow must obey (test_checks) and its names (test_references).
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from threading import Event, Thread
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from viewflow.workflow.exceptions import FlowRuntimeError

from audit import clock
from audit.models import Act
from audit.services import acting
from cases.models import Ballot, Case
from config.demo.players import who
from escalation.models import Deadline, Notice
from roles.authorize import NotAllowed
from roles.models import Mandate
from roles.services.mandates import revoke_mandate
from roles.services.people import end_appointment
from tests.workflows import play
from workflows import ballots, clockwork, services
from workflows.bpmn.adapter import diagram_of
from workflows.bpmn.xml import bpmn
from workflows.engine import Gone, Stale
from workflows.flows.commissioning import CommissioningFlow
from workflows.models import CaseTask

Call = Callable[..., None]


def state_of(case: Case) -> tuple[int, list[tuple[Any, ...]]]:
    """Everything that the token game and the evidence hold of a case."""
    tasks = CaseTask.objects.filter(case=case).order_by("id")
    rows = tasks.values_list("id", "status", "outcome", "finished", "owner")
    return Act.objects.filter(chain=case.chain).count(), list(rows)


def voting_case() -> Case:
    case = play.brought_to("pho_decision")
    play.open_round(case, "pho_decision", "grant")
    return case


def recorded_case() -> Case:
    case = play.brought_to("pho_decision")
    play.record(case, "pho_decision", "grant")
    return case


# What can be done to a task: a case that waits for it, which task, who does it, and the service with its values.
MOVES: dict[str, tuple[Callable[[], Case], str, str, tuple[str, str], Call]] = {
    "a step": (
        partial(play.brought_to, "intake"), "intake", "", ("gijs", ""), partial(services.complete, outcome="complete"),
    ),
    "a meeting": (
        partial(play.brought_to, "pho_decision"), "pho_decision", "", ("anouk", "pho"),
        lambda **ids: ballots.record_meeting(
            **ids, proposal="grant", meeting_date=clock.today(), papers={},
            present=[play.hat(name, "pho").pk for name in play.ALDERMEN],
        ),
    ),
    "a round": (
        partial(play.brought_to, "pho_decision"), "pho_decision", "", ("anouk", "pho"),
        lambda **ids: ballots.open_round(**ids, proposal="grant", closes_at=clock.now() + timedelta(days=3)),
    ),
    "a closing": (voting_case, "pho_decision", "", ("anouk", "pho"), ballots.close_round),
    "a vote": (voting_case, "pho_decision", "vote", ("noor", "pho"), partial(ballots.cast_vote, choice="for")),
    "a confirmation": (recorded_case, "pho_decision", "confirm", ("ilse", "pho"), ballots.confirm),
    "a refusal to confirm": (
        recorded_case, "pho_decision", "confirm", ("ilse", "pho"), partial(ballots.send_back, words="Onjuist."),
    ),
    "a handing over": (
        partial(play.brought_to, "intake"), "intake", "", ("gijs", ""), partial(services.reassign, to=None),
    ),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("name", MOVES)
def test_a_task_of_another_case_is_not_there_whatever_is_asked_of_it(name: str) -> None:
    """viewflow compares neither: a wrong process ran under the wrong lock."""
    prepare, step, part, hat, call = MOVES[name]
    case, other = prepare(), play.submitted(title="Een andere zaak")
    task = play.open_task(case, step, part=part)
    before = state_of(case), state_of(other)
    for case_id, task_id in ((other.pk, task.pk), (case.pk, 0), (0, task.pk), (2**62, task.pk)):
        with pytest.raises(Gone), transaction.atomic():
            call(**who(play.hat(*hat)), case_id=case_id, task_id=task_id)
    assert (state_of(case), state_of(other)) == before


@pytest.mark.django_db
@pytest.mark.parametrize("name", MOVES)
def test_the_right_is_asked_again_when_a_step_is_done(name: str) -> None:
    """viewflow asks who owns the task; who no longer holds the seat would still finish it."""
    prepare, step, part, hat, call = MOVES[name]
    case = prepare()
    task, me = play.open_task(case, step, part=part), play.hat(*hat)
    ids = who(me) | {"case_id": case.pk, "task_id": task.pk}
    with clock.moved_to(clock.now() - timedelta(days=2)):
        end_appointment(appointment=me, last_day=clock.today(), reason="Naar een andere functie")
    before = state_of(case)
    with pytest.raises(NotAllowed, match="geldt vandaag niet"), transaction.atomic():
        call(**ids)
    assert state_of(case) == before


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["a step", "a meeting", "a round", "a confirmation", "a refusal to confirm"])
def test_what_was_done_is_not_done_again(name: str) -> None:
    prepare, step, part, hat, call = MOVES[name]
    case = prepare()
    ids = who(play.hat(*hat)) | {"case_id": case.pk, "task_id": play.open_task(case, step, part=part).pk}
    call(**ids)
    before = state_of(case)
    with pytest.raises(Stale), transaction.atomic():
        call(**ids)
    assert state_of(case) == before


@pytest.mark.long
@pytest.mark.django_db
def test_a_mandate_that_was_revoked_while_the_page_was_open_covers_nothing() -> None:
    case = play.brought_to("acceptance")
    for mandate in Mandate.objects.filter(power="accept_commission", parent=None):
        revoke_mandate(mandate=mandate, reason="Nieuwe regeling")
    with pytest.raises(NotAllowed, match="Geen mandaat"), transaction.atomic():
        play.do("helene", case, "acceptance", "accept")
    assert play.open_steps(case) == ["acceptance"]


@pytest.mark.django_db
def test_a_task_that_somebody_left_behind_is_their_colleagues_to_do() -> None:
    case = play.brought_to("intake")
    gijs, carla = play.hat("gijs"), play.hat("carla")
    services.reassign(**who(gijs), case_id=case.pk, task_id=play.open_task(case, "intake").pk, to=carla.pk)
    with clock.moved_to(clock.now() - timedelta(days=1)):
        end_appointment(appointment=carla, last_day=clock.today(), reason="Uit dienst")
    play.take_in(case)
    assert play.open_steps(case) == ["approach"]


@pytest.mark.django_db
@pytest.mark.parametrize("entrance", ["revive", "undo", "finish"])
def test_viewflows_own_entrances_change_nothing(entrance: str) -> None:
    """Its `revive` drops the permission, its `cancel` saves a stale row. Rows change within an act, or not at all."""
    case = play.brought_to("approach")
    task = CaseTask.objects.get(case=case, flow_task__endswith=".intake")
    if entrance == "revive":
        task.status = "CANCELED"
    activation = task.flow_task.activation_class(task)
    before = state_of(case)
    arguments = ["complete"] if entrance == "finish" else []
    with pytest.raises(Exception, match=r".") as raised, transaction.atomic():
        getattr(activation, entrance)(*arguments)
    assert not isinstance(raised.value, AssertionError)
    assert state_of(case) == before


@pytest.mark.django_db
def test_a_task_changes_only_within_an_act() -> None:
    case = play.brought_to("intake")
    task = play.open_task(case, "intake")
    task.status = "DONE"
    with pytest.raises(ProgrammingError, match="act"), transaction.atomic():
        task.save()


@pytest.mark.long
@pytest.mark.usefixtures("committed")
def test_withdrawing_waits_and_keeps_what_was_written_meanwhile() -> None:
    """viewflow's cancel saves the process as it had read it, and wipes what others wrote."""
    case = play.brought_to("approach")
    withdraw = partial(services.withdraw, **who(case.submitted_by), case_id=case.pk, reason="Niet meer nodig.")
    begun = Event()
    answers: list[Any] = []

    def withdraw_too() -> None:
        begun.set()
        answers.append(withdraw())
        connection.close()

    other = Thread(target=withdraw_too)
    with transaction.atomic():
        play.propose(case, strategy="Onze nieuwe strategie.")
        other.start()
        begun.wait()
        other.join(0.3)
        assert other.is_alive(), "it waits for the lock; it is not refused at once"
    other.join(10)
    case.refresh_from_db()
    assert answers == [None]
    assert (case.state, str(case.commission.strategy)) == ("withdrawn", "Onze nieuwe strategie.")
    assert not CaseTask.objects.filter(case=case, finished=None).exists()
    assert not Deadline.objects.filter(case=case, state__in=["armed", "suspended"]).exists()


@pytest.mark.django_db
def test_nobody_waits_for_ever_for_the_lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("5s",)


@pytest.mark.django_db
def test_what_is_taken_from_a_task_takes_its_deadlines_with_it() -> None:
    """A cancelled host of viewflow's leaves its timer armed."""
    case = voting_case()
    assert set(Deadline.objects.filter(case=case, state="armed").values_list("effect", flat=True)) == {"term", "round"}
    services.suspend(**who(case.submitted_by), case_id=case.pk, reason="Wacht op het Rijk.")
    services.withdraw(**who(case.submitted_by), case_id=case.pk, reason="Niet meer nodig.")
    states = list(Deadline.objects.filter(case=case).order_by("id").values_list("state", flat=True))
    assert (set(states[:-2]), set(states[-2:])) == ({"ended"}, {"void"}), "met before, and then neither met nor missed"
    assert {task.status for task in CaseTask.objects.filter(case=case, part="vote")} == {"CANCELED"}


@pytest.mark.django_db
def test_a_step_that_is_done_ends_its_deadline() -> None:
    case = play.brought_to("intake")
    task = play.open_task(case, "intake")
    play.take_in(case)
    assert [deadline.state for deadline in Deadline.objects.filter(task=task.pk)] == ["ended"]


@pytest.mark.django_db
def test_a_deadline_inside_a_split_does_not_hold_up_its_join() -> None:
    """viewflow's join waits for the path of the reminder for ever."""
    case = play.submitted()
    play.align(case, silent=["els", "tom"])
    assert Deadline.objects.filter(case=case, state="armed").count() == 2
    play.aligning("els", case)()
    assert play.open_steps(case) == ["municipal_alignment"]
    deadline = Deadline.objects.get(case=case, state="armed")
    play.make_due(deadline)
    assert clockwork.fire(deadline.pk) is True
    assert play.open_steps(case) == ["intake"]
    assert clockwork.fire(deadline.pk) is False, "once"


@pytest.mark.django_db
def test_a_case_does_not_end_while_something_of_it_waits() -> None:
    """viewflow lets a process be DONE with a failed branch."""
    case = play.brought_to("acceptance")
    task = play.open_task(case, "acceptance")
    with acting(chain=case.chain, verb="test"):
        CaseTask.objects.filter(case=case, flow_task__endswith=".intake").update(finished=None, status="ERROR")
    before = state_of(case)
    with pytest.raises(FlowRuntimeError, match="while it has open tasks"), transaction.atomic():
        services.complete(**who(play.hat("helene")), case_id=case.pk, task_id=task.pk, outcome="accept")
    assert state_of(case) == before


@pytest.mark.django_db
def test_a_message_lies_ready_in_the_transaction_of_its_step() -> None:
    case = play.brought_to("intake")
    task = play.open_task(case, "intake")
    assert Notice.objects.filter(case=case, task=task.pk, position=task.position_id, sent_at=None).count() == 1


def test_two_outcomes_to_one_step_are_one_arrow_each_with_its_own_id() -> None:
    """viewflow's export gives both the same id."""
    both = [outcome.target.name for outcome in CommissioningFlow.rmt_validation.outcomes].count("pho_decision")
    assert both == 2
    text = bpmn(diagram_of(CommissioningFlow)).decode()
    ids = [piece.split('"', 1)[0] for piece in text.split(' id="')[1:]]
    assert len(ids) == len(set(ids)) > 50


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("index", "condition"),
    [("task_queue", "(finished IS NULL) AND (seat_id IS NULL)"), ("task_seat", "finished IS NULL"), ("task_step", "")],
)
def test_open_tasks_are_found_by_an_index(index: str, condition: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [index])
        [definition] = cursor.fetchone()
    assert condition in definition


@pytest.mark.django_db
def test_a_ballot_ends_with_its_step_and_never_twice() -> None:
    case = voting_case()
    services.withdraw(**who(case.submitted_by), case_id=case.pk, reason="Niet meer nodig.")
    ballot = Ballot.objects.get(case=case, step="pho_decision")
    with pytest.raises(Stale), transaction.atomic():
        play.voting("noor", case, "pho_decision")()
    assert ballot.votes.count() == 0
