"""Spoed: the chair decides at once, the body says afterwards whether it stands behind it."""

from datetime import timedelta

import pytest

from audit import clock
from audit.models import Act
from cases.models import Ballot, Case, Meeting, UrgentDecision
from config.demo.players import hat, open_task, who
from escalation.models import Deadline, Notice
from roles.authorize import NotAllowed
from roles.models import Body, DecisionRule
from roles.services import adopt_decision_rule
from tests.workflows import meet, play
from workflows import clockwork, meetings, services
from workflows.engine import Stale
from workflows.meetings import Treatment

pytestmark = pytest.mark.django_db


def decided() -> tuple[Case, UrgentDecision]:
    case = play.brought_to("pho_decision")
    return case, meet.urgently(case, by=chair())


def chair() -> str:
    [seat] = [member for member in meet.members("pho") if member.kind == "chair"]
    return str(seat.person.user.username)


def ratified(case: Case, treatment: str = "hammered", words: str = "") -> Meeting:
    meeting = meet.convened()
    [item] = meeting.items.all()
    assert item.kind == "ratification"
    if treatment == "hammered":
        how = Treatment(item_id=item.pk, form="hammered")
    else:
        against = [str(member.person.user.username) for member in meet.members("pho") if member.kind != "chair"]
        how = meet.voted(item, meeting, against, proposal="", words=words)
    failures = meet.record(meeting, [how])
    assert [failure.reason for failure in failures] == []
    return meeting


def test_the_case_goes_on_at_once_and_the_body_is_asked_to_ratify() -> None:
    planned = meet.convened(starts_at=clock.now() + timedelta(days=7))
    case, urgent = decided()
    assert play.open_steps(case) == ["acceptance"]
    [act] = Act.objects.filter(chain=case.chain, verb="decide_urgently")
    assert (act.outcome, act.capacity, "urgent" in act.flags.split()) == ("grant", "client", True)
    assert "wachtlijst" in str(act.ground_text)
    deadline = Deadline.objects.get(case=case, effect="ratify")
    assert (deadline.state, deadline.due_at) == ("armed", urgent.ratify_before)
    assert [item.urgent for item in planned.items.all()] == [urgent]
    assert Notice.objects.filter(case=case, template="ratify").count() == 1


@pytest.mark.long
def test_it_is_ratified_at_the_next_meeting_even_when_the_case_is_closed() -> None:
    case, urgent = decided()
    play.end(case)
    meeting = ratified(case)
    urgent.refresh_from_db()
    assert urgent.state == UrgentDecision.State.RATIFIED
    assert meetings.confirm_list(**meet.by_presider(meeting)) == []
    ballot = Ballot.objects.get(ratifies=urgent)
    assert (ballot.state, ballot.meeting) == (Ballot.State.CONFIRMED, meeting)
    told = Act.objects.filter(chain=case.chain, verb__in=["ratify", "confirm"], outcome="ratified")
    assert told.count() == 2
    assert Deadline.objects.get(case=case, effect="ratify").state == Deadline.State.ENDED


def test_it_is_not_ratified_and_the_words_of_the_body_stand_in_the_case() -> None:
    case, urgent = decided()
    ratified(case, "against", "Wij waren er graag bij geweest; de DB-leden bespreken dit met de voorzitter.")
    urgent.refresh_from_db()
    assert urgent.state == UrgentDecision.State.NOT_RATIFIED
    act = Act.objects.get(chain=case.chain, verb="ratify")
    assert "not-ratified" in act.flags.split()
    assert "graag bij geweest" in str(act.motivation_text)


def test_not_ratifying_asks_for_words() -> None:
    decided()
    meeting = meet.convened()
    [item] = meeting.items.all()
    against = [str(member.person.user.username) for member in meet.members("pho")]
    [failure] = meet.record(meeting, [meet.voted(item, meeting, against, proposal="")])
    assert "wat er nu moet gebeuren" in failure.reason
    assert UrgentDecision.objects.get().state == UrgentDecision.State.PENDING


def test_a_list_that_is_sent_back_leaves_it_to_be_ratified() -> None:
    case, urgent = decided()
    meeting = ratified(case)
    meetings.return_list(**meet.by_presider(meeting), words="Dit ging anders.")
    urgent.refresh_from_db()
    assert urgent.state == UrgentDecision.State.PENDING
    assert Deadline.objects.get(case=case, effect="ratify").state == Deadline.State.ARMED


def test_a_term_that_passes_is_put_on_record_once() -> None:
    case, urgent = decided()
    deadline = Deadline.objects.get(case=case, effect="ratify")
    assert not clockwork.fire(deadline.pk)
    play.end(case)
    with clock.moved_to(urgent.ratify_before + timedelta(minutes=1)):
        assert clockwork.fire(deadline.pk)
        assert not clockwork.fire(deadline.pk)
    [act] = Act.objects.filter(chain=case.chain, verb="deadline", outcome="unratified")
    assert act.actor == "system"
    assert Notice.objects.filter(case=case, template="unratified").count() == 1


def test_a_case_that_stood_still_moves_the_term_and_is_ratified_all_the_same() -> None:
    case, urgent = decided()
    services.suspend(**who(case.submitted_by), case_id=case.pk, reason="Wacht op het Rijk.")
    with clock.moved_to(clock.now() + timedelta(days=10)):
        services.resume(**who(case.submitted_by), case_id=case.pk)
        assert Deadline.objects.get(case=case, effect="ratify").due_at > urgent.ratify_before
        ratified(case)
    assert Deadline.objects.get(case=case, effect="ratify").state == Deadline.State.ENDED


def test_only_whom_the_regeling_names_decides_urgently() -> None:
    case = play.brought_to("pho_decision")
    for name, body in (("anouk", "pho"), ("helene", "mgr"), *((n, "pho") for n in meet.others("pho"))):
        with pytest.raises(NotAllowed):
            meetings.decide_urgently(
                **who(hat(name, body)), case_id=case.pk, task_id=open_task(case, "pho_decision").pk,
                proposal="grant", ground="Het brandt.",
            )  # fmt: skip
    for refused in ({"ground": " "}, {"proposal": "defer"}, {"proposal": "nonsense"}):
        with pytest.raises(NotAllowed):
            meet.urgently(case, by=chair(), **refused)
    assert not UrgentDecision.objects.exists()


def test_where_the_regeling_names_nobody_nobody_may() -> None:
    case = play.brought_to("rmt_validation")
    with pytest.raises(NotAllowed, match="wijst niemand aan"):
        meetings.decide_urgently(
            **who(hat("marco", "rmt")), case_id=case.pk, task_id=open_task(case, "rmt_validation").pk,
            proposal="positive", ground="Het brandt.",
        )  # fmt: skip


def test_what_the_law_gives_to_a_body_in_meeting_cannot_be_decided_urgently() -> None:
    case = play.brought_to("pho_decision")
    body = Body.objects.get(code="pho", scheme=case.scheme)
    rule = body.decision_rules.latest("version")
    adopt_decision_rule(
        body=body, valid_from=clock.today(), quorum=meet.fraction(rule), quorum_exceeds=True, majority="simple",
        abstentions_count=False, tie="next_meeting", written_allowed=False, written_days=0, basis="Wgr art. 22",
        by_law=True,
    )  # fmt: skip
    assert DecisionRule.objects.filter(body=body, by_law=True).exists()
    with pytest.raises(NotAllowed, match="alleen in vergadering") as refused:
        meet.urgently(case, by=chair())
    assert "Gemeentewet" in refused.value.article


def test_while_the_body_decides_itself_nobody_goes_before_it() -> None:
    case = play.brought_to("pho_decision")
    play.record(case, "pho_decision", "grant")
    with pytest.raises(Stale, match="zelf al aan het besluiten"):
        meet.urgently(case, by=chair())
