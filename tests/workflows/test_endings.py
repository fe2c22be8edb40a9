"""An appointment that ends: what waited for it goes to somebody else, once, with an act, and is never lost."""

import logging
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit import clock
from audit.models import Act
from audit.services import acting
from cases.models import Ballot, Case, Vote
from config.demo.players import hat, who
from config.worker import Worker
from escalation.models import Deadline, Notice
from roles import services as roles
from roles.authorize import NotAllowed
from roles.models import Appointment, Person
from roles.rules import sheet
from roles.rules.roster import COLUMNS
from roles.services import appoint
from tests.races import at_once
from tests.workflows import play
from tests.workflows.visits import page
from workflows import ballots, clockwork, endings, register, services
from workflows.engine import Stale
from workflows.models import CaseTask
from workflows.register import Keeper

pytestmark = pytest.mark.django_db


def yesterday() -> date:
    return clock.today() - timedelta(days=1)


def bea() -> Keeper:
    me = hat("bea", "beheer")
    assert me.person.user_id is not None
    return Keeper(user_id=me.person.user_id, appointment_id=me.pk)


def ends(me: Appointment, last_day: date | None = None) -> None:
    """As an import does: the end is in the register, and nothing was settled yet."""
    roles.end_appointment(appointment=me, last_day=last_day or yesterday(), reason="Verkiezingen")


def successor(me: Appointment, name: str, **changes: Any) -> Appointment:
    found = Person.objects.get(user__username=name)
    values = {"kind": me.kind, "organisation": me.organisation, "valid_from": clock.today()} | changes
    return appoint(person=found, position=me.position, **values)


def acts(case: Case, verb: str) -> list[Act]:
    return list(Act.objects.filter(chain=case.chain, verb=verb).order_by("seq"))


def taken_up(name: str = "femke") -> tuple[Case, CaseTask]:
    """A hoe-voorstel that somebody took up themselves."""
    case = play.brought_to("approach")
    task, me = play.open_task(case, "approach"), hat(name)
    services.reassign(**who(me), case_id=case.pk, task_id=task.pk, to=me.pk)
    task.refresh_from_db()
    assert task.owner_id == me.person.user_id
    return case, task


def test_a_task_that_somebody_took_up_goes_back_to_their_role() -> None:
    case, task = taken_up()
    due = task.due_at
    ends(hat("femke"))
    assert endings.settle_all() == 1
    task.refresh_from_db()
    assert (task.owner_id, task.finished, task.due_at) == (None, None, due)
    [act] = acts(case, "hand_back")
    assert (act.actor, act.task) == ("system", f"task/{task.pk}")
    assert Notice.objects.filter(task=task.pk, template="task_returned", position=task.position).count() == 1
    assert endings.settle_all() == 0
    assert len(acts(case, "hand_back")) == 1


@pytest.mark.long
def test_the_task_and_the_case_say_why_it_came_back() -> None:
    case, task = taken_up()
    roy = successor(hat("femke"), "roy")
    ends(hat("femke", "mgr"))
    endings.settle_all()
    words = "omdat de benoeming van Femke"
    assert words in page("roy", f"/opdrachten/{case.pk}/taken/{task.pk}/")
    assert words in page("roy", f"/opdrachten/{case.pk}/")
    assert "teruggegeven aan de rol, omdat de benoeming van Femke" in page(
        "roy", f"/opdrachten/{case.pk}/geschiedenis/"
    )
    services.reassign(**who(roy), case_id=case.pk, task_id=task.pk, to=roy.pk)
    assert words not in page("roy", f"/opdrachten/{case.pk}/taken/{task.pk}/")


def test_who_still_holds_the_role_another_way_keeps_the_task() -> None:
    case, task = taken_up()
    femke = hat("femke")
    roles.substitute(
        appointment=successor(femke, "roy"), person=femke.person, valid_from=clock.today(), valid_until=None,
        reason="Overdracht",
    )  # fmt: skip
    ends(femke)
    assert endings.settle_all() == 0
    task.refresh_from_db()
    assert task.owner_id == femke.person.user_id
    assert not acts(case, "hand_back")


def test_who_only_stood_in_gives_the_task_back_when_that_is_over() -> None:
    case = play.brought_to("approach")
    task, femke = play.open_task(case, "approach"), hat("femke")
    roy = Person.objects.get(user__username="roy")
    roles.substitute(appointment=femke, person=roy, valid_from=yesterday(), valid_until=yesterday(), reason="Vakantie")
    with acting(chain=case.chain, verb="test_take"):
        CaseTask.objects.filter(pk=task.pk).update(owner=roy.user)
    assert endings.settle_all() == 1
    task.refresh_from_db()
    assert task.owner_id is None


def in_a_round(step: str = "pho_decision", **options: Any) -> Case:
    case = play.brought_to(step)
    play.open_round(case, step, "grant", **options)
    return case


def vote_of(case: Case, me: Appointment) -> CaseTask:
    task: CaseTask = CaseTask.objects.get(case=case, part="vote", seat=me)
    return task


@pytest.mark.long
def test_an_open_vote_goes_to_the_successor_who_votes_in_that_seat() -> None:
    case, noor = in_a_round(), hat("noor", "pho")
    new = successor(noor, "roy")
    ends(noor)
    assert endings.settle_all() == 1
    assert vote_of(case, noor).status == "CANCELED"
    passed = vote_of(case, new)
    assert (passed.finished, passed.due_at) == (None, Ballot.objects.get(case=case, state="voting").closes_at)
    [act] = acts(case, "pass_on")
    assert act.data["to"] == f"appointment/{new.pk}"
    ballots.cast_vote(**who(new), case_id=case.pk, task_id=passed.pk, choice="for")
    ballot = Ballot.objects.get(case=case, state="voting")
    assert ballot.seats.count() == 7
    assert Vote.objects.filter(ballot=ballot, seat__appointment=new).exists()
    assert "Noor Timmermans op Roy" in page("ilse", f"/opdrachten/{case.pk}/geschiedenis/")


def test_without_a_successor_the_seat_is_vacant_and_counts_for_nothing() -> None:
    case, noor = in_a_round(), hat("noor", "pho")
    ends(noor)
    assert endings.settle_all() == 1
    ballot = Ballot.objects.get(case=case, state="voting")
    assert ballot.seats.count() == 6
    assert len(acts(case, "vacate_seat")) == 1
    for name in [name for name in play.ALDERMEN if name != "noor"]:
        play.voting(name, case, "pho_decision")()
    play.closing(case, "pho_decision")()
    ballot.refresh_from_db()
    assert (ballot.state, ballot.tally["members"]) == (Ballot.State.RECORDED, 6)


def test_who_comes_to_sit_in_a_vacant_seat_while_the_round_runs_votes() -> None:
    case, noor = in_a_round(), hat("noor", "pho")
    ends(noor)
    endings.settle_all()
    new = successor(noor, "roy")
    assert endings.settle_all() == 1
    assert vote_of(case, new).finished is None
    assert Ballot.objects.get(case=case, state="voting").seats.count() == 7
    assert endings.settle_all() == 0


def test_a_vote_that_was_cast_stands() -> None:
    case, noor = in_a_round(), hat("noor", "pho")
    play.voting("noor", case, "pho_decision", "against", "Te duur.")()
    successor(noor, "roy")
    ends(noor)
    assert endings.settle_all() == 0
    assert Ballot.objects.get(case=case, state="voting").seats.filter(vote__choice="against").count() == 1


def test_a_successor_who_declared_an_interest_sits_and_does_not_vote() -> None:
    case, noor = in_a_round(), hat("noor", "pho")
    roy = hat("roy")
    ballots.recuse(**who(roy), case_id=case.pk, ground="Familie van een aanbieder.")
    new = successor(noor, "roy")
    ends(noor)
    assert endings.settle_all() == 1
    assert not CaseTask.objects.filter(case=case, seat=new).exists()
    assert Ballot.objects.get(case=case, state="voting").seats.get(appointment=new).recused


def test_when_everybody_leaves_the_round_ends_without_a_decision() -> None:
    case = in_a_round()
    for name in play.ALDERMEN:
        ends(hat(name, "pho"))
    assert endings.settle_all() == 7
    deadline = Deadline.objects.get(case=case, effect="round", state="armed")
    play.make_due(deadline)
    with acting(chain=case.chain, verb="test_clock"):
        Ballot.objects.filter(case=case, state="voting").update(closes_at=deadline.due_at)
    assert clockwork.fire(deadline.pk)
    ballot = Ballot.objects.filter(case=case, step="pho_decision").latest("id")
    assert (ballot.state, ballot.tally["result"]) == (Ballot.State.LAPSED, "not_quorate")


def test_a_record_that_waits_for_the_chair_goes_to_who_stands_in() -> None:
    case = play.brought_to("rmt_validation")
    play.record(case, "rmt_validation", "positive")
    marco = hat("marco", "rmt")
    confirm = play.open_task(case, "rmt_validation", part="confirm")
    assert confirm.seat_id == marco.pk
    ends(marco)
    assert endings.settle_all() == 1
    passed = play.open_task(case, "rmt_validation", part="confirm")
    assert passed.seat_id != marco.pk
    assert passed.due_at == confirm.due_at
    with pytest.raises((NotAllowed, Stale)):
        ballots.confirm(**who(marco), case_id=case.pk, task_id=confirm.pk)
    play.confirm(case, "rmt_validation")
    assert "pho_decision" in play.open_steps(case)


def test_when_nobody_of_the_body_is_left_the_record_goes_back_to_the_secretary() -> None:
    case = play.brought_to("rmt_validation")
    play.record(case, "rmt_validation", "positive")
    for name in ("petra", "ruben", "sanne", "thijs", "esra", "marco", "yvonne"):
        ends(hat(name, "rmt"))
    assert endings.settle_all() == 1
    assert not CaseTask.objects.filter(case=case, part="confirm", finished=None).exists()
    assert Ballot.objects.filter(case=case, step="rmt_validation").latest("id").state == Ballot.State.LAPSED
    assert play.open_steps(case) == ["rmt_validation"]
    [act] = acts(case, "send_back")
    assert "de benoemingen zijn geëindigd" in str(act.motivation_text)


def test_what_ends_by_hand_is_settled_at_once_and_said() -> None:
    case, noor = in_a_round(), hat("noor", "pho")
    assert register.end_appointment(keeper=bea(), appointment=noor, last_day=yesterday(), reason="Verhuisd") == 1
    assert len(acts(case, "vacate_seat")) == 1


def test_what_ends_tomorrow_waits_for_tomorrow() -> None:
    case, task = taken_up()
    assert (
        register.end_appointment(keeper=bea(), appointment=hat("femke"), last_day=clock.today(), reason="Vertrek") == 0
    )
    assert not acts(case, "hand_back")
    with clock.moved_to(clock.now() + timedelta(days=1)):
        assert endings.settle_all() == 1
    task.refresh_from_db()
    assert task.owner_id is None


def test_a_suspended_case_gives_back_too() -> None:
    case, task = taken_up()
    services.suspend(**who(case.submitted_by), case_id=case.pk, reason="Wacht op het Rijk.")
    ends(hat("femke"))
    assert endings.settle_all() == 1
    task.refresh_from_db()
    assert task.owner_id is None


@pytest.mark.long
def test_one_that_fails_holds_up_no_other_and_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = taken_up(), taken_up()
    ends(hat("femke"))
    settle = endings._settle

    def fails(work: Any, today: date) -> None:
        if work.case.pk == first[0].pk:
            raise RuntimeError("no")
        settle(work, today)

    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(endings, "_settle", fails)
        assert endings.settle_all() == 1
    assert "still waits" in caplog.text
    assert len(acts(second[0], "hand_back")) == 1
    assert endings.settle_all() == 1
    assert len(acts(first[0], "hand_back")) == 1


def test_looking_takes_a_fixed_number_of_queries() -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            endings.settle_all()
        return len(captured)

    empty = asked()
    taken_up()
    in_a_round()
    assert asked() == empty


@pytest.mark.long
@pytest.mark.usefixtures("committed")
def test_the_worker_settles_it_without_being_asked() -> None:
    case, task = taken_up()
    content = "account;naam;gremium;rol;van;tot en met\nfemke;{};mgr;inkoopadviseur;{};{}".format(
        hat("femke").person, hat("femke").valid_from.isoformat(), yesterday().isoformat()
    ).encode()
    one = hat("femke").position.body.scheme
    token = roles.try_out(scheme=one, lines=sheet.read(content, COLUMNS)).token
    register.import_file(keeper=bea(), scheme=one, content=content, token=token)
    Worker().run_until_done()
    task.refresh_from_db()
    assert task.owner_id is None
    assert len(acts(case, "hand_back")) == 1


@pytest.mark.long
@pytest.mark.usefixtures("committed")
def test_the_clock_and_a_colleague_who_finishes_the_task_are_never_both_first(races: int) -> None:
    roy = successor(hat("femke"), "roy")
    values: dict[str, Any] = {
        "strategy": "Open house.", "hours": 320, "planning": "September.", "cost": Decimal(28_000),
        "within_budget": True, "within_capacity": True, "criteria_agreed": True,
    }  # fmt: skip
    for _ in range(min(races, 5)):
        case, task = taken_up()
        femke = hat("femke")
        ends(femke)
        finish = partial(services.complete, **who(roy), case_id=case.pk, task_id=task.pk, outcome="proposed", **values)
        results = at_once(finish, endings.settle_all, endings.settle_all)
        assert results[0] is None
        assert sum(each for each in results[1:] if isinstance(each, int)) == len(acts(case, "hand_back")) <= 1
        assert len([act for act in acts(case, "complete") if act.task == f"task/{task.pk}"]) == 1
        sits_again(femke)


def sits_again(me: Appointment) -> None:
    """For the next race."""
    with acting(chain=me.position.body.scheme.chain, verb="test_again"):
        Appointment.objects.filter(pk=me.pk).update(valid_until=None)


@pytest.mark.long
@pytest.mark.usefixtures("committed")
def test_a_member_who_votes_while_their_seat_ends_either_voted_or_did_not(races: int) -> None:
    for _ in range(min(races, 5)):
        case, noor = in_a_round(), hat("noor", "pho")
        vote: Callable[[], None] = play.voting("noor", case, "pho_decision")
        end = partial(register.end_appointment, keeper=bea(), appointment=noor, last_day=yesterday(), reason="Verhuisd")
        voted, _ = at_once(vote, end)
        endings.settle_all()
        cast = Vote.objects.filter(ballot__case=case, seat__appointment=noor).count()
        assert cast == (1 if voted is None else 0)
        assert len(acts(case, "vacate_seat")) == 1 - cast
        sits_again(noor)
