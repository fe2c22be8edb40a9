"""The life of an action: its owner, its clock, its end; and what a new commission says of it."""

from datetime import timedelta
from typing import Any

import pytest

from audit import clock
from audit.selectors import trail
from audit.services import acting
from cases.models import Case, Improvement, ImprovementAnswer
from cases.rules.commission import unanswered
from cases.rules.evaluation import last_day_of_quarter, may_progress
from cases.selectors.evaluation import lessons, open_improvements
from cases.services.improvements import Action, Reply
from config.demo.players import hat, who
from escalation.models import Deadline, Notice
from escalation.services import actions
from roles.authorize import NotAllowed
from roles.models import Appointment
from roles.rules.verdict import Granted
from tests.workflows import evaluate, play
from workflows import clockwork, improving, reminding
from workflows.engine import Gone, Stale
from workflows.fitness import Unfit
from workflows.sentences import sentence_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def told_once(ground: None) -> int:
    """The action of an evaluation that was adopted, played once."""
    return evaluate.improvement(scale="local").pk


@pytest.fixture
def improvement(told_once: int) -> Improvement:
    return improving.found(told_once)


def owner(improvement: Improvement) -> dict[str, Any]:
    assert improvement.named is not None
    return who(improvement.named) | {"improvement_id": improvement.pk}


def late(improvement: Improvement) -> Deadline:
    """Its day has passed."""
    deadline = Deadline.objects.get(improvement=improvement)
    play.make_due(deadline)
    deadline.refresh_from_db()
    return deadline


# What its owner does with it.


def test_its_owner_says_where_it_stands_and_each_time_is_an_act(improvement: Improvement) -> None:
    for status, words in (("busy", "Eerste overleg geweest."), ("done", "Vast agendapunt.")):
        improving.progress(**owner(improvement), status=status, words=words)
        act = trail(improvement.origin.chain).last()
        assert act is not None
        assert (act.verb, act.outcome, act.data["improvement"]) == ("progress", status, improvement.pk)
        assert str(improvement.pk) in sentence_of(act, improvement.origin.process.flow_class).title
    improvement.refresh_from_db()
    assert (improvement.status, improvement.closed_at is not None) == ("done", True)
    assert [str(note.text) for note in improvement.notes.all()] == ["Eerste overleg geweest.", "Vast agendapunt."]
    deadline = Deadline.objects.get(improvement=improvement)
    assert (deadline.state, deadline.ended_at is not None) == ("ended", True)


def test_nobody_else_does_not_even_who_holds_the_same_role(improvement: Improvement) -> None:
    assert improvement.named is not None
    with acting(chain=f"scheme/{improvement.scheme_id}", verb="appoint"):
        colleague = Appointment.objects.create(
            person=hat("linda").person, position=improvement.owner, valid_from=clock.today(), kind="member"
        )
    for other in (hat("marleen"), colleague):
        with pytest.raises(NotAllowed):
            improving.progress(**who(other), improvement_id=improvement.pk, status="done")


def test_who_holds_the_role_takes_over_from_who_left(improvement: Improvement) -> None:
    assert improvement.named is not None
    with acting(chain=f"scheme/{improvement.scheme_id}", verb="appoint"):
        improvement.named.valid_until = clock.today() - timedelta(days=1)
        improvement.named.save(update_fields=["valid_until"])
        successor = Appointment.objects.create(
            person=hat("linda").person, position=improvement.owner, valid_from=clock.today(), kind="member"
        )
    with pytest.raises(NotAllowed):
        improving.progress(**owner(improvement), status="busy")
    improving.progress(**who(successor), improvement_id=improvement.pk, status="busy")
    remind(late(improvement))
    last = Notice.objects.latest("pk")
    assert (last.position_id, last.person_id) == (improvement.owner_id, None)


@pytest.mark.parametrize(
    ("status", "then", "words", "refused"),
    [
        ("open", "busy", "", ""),
        ("open", "done", "", ""),
        ("open", "dropped", "Niet meer nodig.", ""),
        ("open", "dropped", " ", "waarom dit verbeterpunt vervalt"),
        ("open", "open", "", "wat er is gebeurd"),
        ("open", "open", "Wij wachten op de aanbieder.", ""),
        ("done", "busy", "", "weer open gaat"),
        ("done", "busy", "Het bleek niet genoeg.", ""),
        ("open", "proposed", "Nog eens.", "hoe het verbeterpunt ervoor staat"),
        ("proposed", "done", "Klaar.", "nog niet vastgesteld"),
    ],
)
def test_what_may_become_of_it(status: str, then: str, words: str, refused: str) -> None:
    verdict = may_progress(status=status, then=then, words=words)
    assert refused in getattr(verdict, "reason", "")
    assert isinstance(verdict, Granted) == (not refused)


def test_dropped_it_has_a_reason_and_may_come_back(improvement: Improvement) -> None:
    with pytest.raises(NotAllowed, match="waarom"):
        improving.progress(**owner(improvement), status="dropped")
    improving.progress(**owner(improvement), status="dropped", words="Landelijk geregeld.")
    improvement.refresh_from_db()
    assert str(improvement.dropped_because) == "Landelijk geregeld."
    assert Deadline.objects.get(improvement=improvement).state == "void"
    improving.progress(**owner(improvement), status="open", words="Toch niet.")
    improvement.refresh_from_db()
    assert (improvement.dropped_because, improvement.closed_at) == (None, None)
    assert Deadline.objects.get(improvement=improvement).state == "armed"


def test_who_saw_another_status_is_told(improvement: Improvement) -> None:
    improving.progress(**owner(improvement), status="busy", expected="open")
    with pytest.raises(Stale, match="In uitvoering"):
        improving.progress(**owner(improvement), status="dropped", words="Weg.", expected="open")


def test_it_is_given_to_another_who_hears_of_it(improvement: Improvement) -> None:
    linda = hat("linda")
    to: dict[str, Any] = {"owner": linda.position_id, "named": linda.pk}
    with pytest.raises(NotAllowed):
        improving.hand_over(**who(hat("marleen")), improvement_id=improvement.pk, **to)
    with pytest.raises(NotAllowed, match="die haar nu vervult"):
        improving.hand_over(**owner(improvement), owner=linda.position_id, named=hat("marleen").pk)
    improving.hand_over(**owner(improvement), **to, reason="Dit is haar werk.")
    assert Notice.objects.latest("pk").person_id == linda.person_id
    with pytest.raises(Stale, match="al bij deze"):
        improving.hand_over(**who(linda), improvement_id=improvement.pk, **to)
    improving.progress(**who(linda), improvement_id=improvement.pk, status="done")
    with pytest.raises(Stale, match="afgesloten"):
        improving.hand_over(**who(linda), improvement_id=improvement.pk, owner=hat("roy").position_id)


# Its clock.


def test_its_owner_hears_of_it_and_is_reminded_and_late_is_on_record(improvement: Improvement) -> None:
    assert improvement.named is not None
    told = Notice.objects.get(template="action_agreed")
    assert told.person_id == improvement.named.person_id
    deadline = late(improvement)
    assert remind(deadline) == 1
    told = Notice.objects.get(template__startswith="reminder", person=improvement.named.person)
    assert told.improvement_id == improvement.pk  # its page is where the message leads
    assert clockwork.fire_due(improvement.origin_id) == 1
    assert clockwork.fire_due(improvement.origin_id) == 0
    act = trail(improvement.origin.chain).last()
    assert act is not None
    assert (act.verb, act.outcome) == ("deadline", "action_missed")
    assert "verstreken" in sentence_of(act, improvement.origin.process.flow_class).title
    improving.progress(**owner(improvement), status="done")
    deadline.refresh_from_db()
    assert (deadline.state, deadline.ended_at is not None) == ("fired", True)


def remind(deadline: Deadline) -> int:
    """The reminder of the day itself."""
    Deadline.objects.filter(pk=deadline.pk).update(remind_at=clock.now(), reminding=0)
    return reminding.remind(deadline.pk)


@pytest.mark.parametrize(
    ("year", "quarter", "last"), [(2027, 1, "2027-03-31"), (2027, 2, "2027-06-30"), (2027, 4, "2027-12-31")]
)
def test_a_quarter_is_in_time_to_its_last_day(year: int, quarter: int, last: str) -> None:
    assert last_day_of_quarter(year, quarter).isoformat() == last


def test_any_kind_of_case_agrees_on_actions_that_need_not_come_back(improvement: Improvement) -> None:
    commission = improvement.origin.subject
    assert commission is not None
    position = hat("linda").position_id
    with acting(chain=commission.chain, verb="complete"):
        [agreed] = actions.agree(
            case=commission, at=clock.now(),
            actions=[Action(what="Bellen met de aanbieder", owner=position, due_on=play.in_days(20))],
        )  # fmt: skip
    assert (agreed.status, agreed.comes_back, agreed.named) == ("open", False, None)
    assert Deadline.objects.get(improvement=agreed).due_at.date() == play.in_days(20)
    assert Notice.objects.latest("pk").position_id == position
    assert open_improvements(commission.scheme) == [improvement]
    improving.progress(**who(hat("linda")), improvement_id=agreed.pk, status="done")


def test_what_is_only_proposed_is_in_no_register(improvement: Improvement) -> None:
    case = evaluate.concluded(evaluate.measured(evaluate.begun(improvement.origin.subject)))
    with pytest.raises(Gone):
        improving.found(case.improvements.get().pk)


# What a next commission says of it.


def test_a_new_commission_in_the_domain_says_what_it_does_with_it(improvement: Improvement) -> None:
    with pytest.raises(Unfit) as refused:
        play.submitted()
    assert [problem.field for problem in refused.value.problems] == [f"reply-{improvement.pk}"]
    case = play.submitted(replies={improvement.pk: Reply(answer="taken_over")})
    answer = ImprovementAnswer.objects.get(commission=case.commission)
    assert (answer.improvement, answer.answer) == (improvement, "taken_over")
    assert not Case.objects.filter(pk__gt=case.pk).exists()


def test_another_domain_or_regeling_says_nothing_of_it(improvement: Improvement) -> None:
    play.submitted(domain="support", care_form="")
    play.submitted(scheme="centraal-gelderland")


@pytest.mark.parametrize("status", ["done", "dropped"])
def test_what_is_over_asks_no_answer(improvement: Improvement, status: str) -> None:
    improving.progress(**owner(improvement), status=status, words="Klaar.")
    play.submitted()


@pytest.mark.parametrize(
    ("standing", "replies", "fields"),
    [
        ([], {}, []),
        ([7], {7: ("taken_over", "")}, []),
        ([7], {7: ("not_applicable", "Andere doelgroep.")}, []),
        ([7, 3], {}, ["reply-3", "reply-7"]),
        ([7], {7: ("not_applicable", " ")}, ["reply-7"]),
        ([7], {7: ("taken_over", ""), 9: ("taken_over", "")}, ["replies"]),
    ],
)
def test_each_open_action_gets_one_answer(
    standing: list[int], replies: dict[int, tuple[str, str]], fields: list[str]
) -> None:
    assert [problem.field for problem in unanswered(standing, replies)] == fields


def test_adopted_conclusions_are_the_lessons_of_a_regeling(improvement: Improvement) -> None:
    [lesson] = lessons(improvement.scheme)
    assert str(lesson.conclusions) == evaluate.LESSON


def test_an_adapted_commission_answers_no_second_time(improvement: Improvement) -> None:
    case = play.submitted(replies={improvement.pk: Reply(answer="taken_over")})
    play.align(case, disagreeing=["els"])
    play.as_submitter(case, "alignment_question", "adapt", request=play.a_request(), motivation="Aangepast.")
    assert case.commission.improvement_answers.count() == 1
