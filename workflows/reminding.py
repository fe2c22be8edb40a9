"""Who is reminded of a term: whoever has the task by now, or the role; after its end also whom the regeling names."""

from dataclasses import dataclass

from django.db import transaction

from cases.models import Improvement
from escalation.models import Deadline, Notice
from escalation.rules.reminders import template
from escalation.services.messages import notify
from escalation.services.reminders import take
from roles import selectors as roles
from roles.models import Scheme
from workflows import emergencies, improving
from workflows.models import CaseTask


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded:
    """Somebody who is to do something about it; the fields are those of a notice."""

    task: int | None = None
    step: str = ""
    position_id: int | None = None
    seat_id: int | None = None
    person_id: int | None = None
    improvement_id: int | None = None


@transaction.atomic
def remind(deadline_id: int) -> int:
    """The reminder that is due of one deadline; how many notices. Once, however often it is tried."""
    taken = take(deadline_id)
    if taken is None:
        return 0
    deadline, days, breach = taken
    reminded = _reminded(deadline)
    words = "emergency_review" if deadline.effect == Deadline.Effect.EMERGENCY else template(days)
    for each in reminded:
        notify(
            template=words, case=deadline.case, task=each.task, step=each.step,
            position_id=each.position_id, seat_id=each.seat_id, person_id=each.person_id,
            improvement_id=each.improvement_id,
        )  # fmt: skip
    if breach and reminded:
        for position in hearers(deadline.case.scheme):
            notify(template="breached", case=deadline.case, step=reminded[0].step, position_id=position)
    return len(reminded)


def hearers(scheme: Scheme) -> list[int]:
    """The positions that hear of every term that is overrun."""
    return [position.pk for position in roles.bound_positions(scheme, "register", "hear_of_breach")]


def _reminded(deadline: Deadline) -> list[Reminded]:
    if deadline.effect == Deadline.Effect.RATIFY:
        return _who_was_told_to_ratify(deadline)
    if deadline.effect == Deadline.Effect.ACTION:
        return [_action_owner(deadline)]
    if deadline.effect == Deadline.Effect.EMERGENCY:
        return [Reminded(position_id=position) for position in emergencies.reviewers(deadline.case.scheme)]
    tasks = CaseTask.objects.filter(finished=None).select_related("process", "owner__person").order_by("id")
    if deadline.effect == Deadline.Effect.ROUND:
        open_now = tasks.filter(host=deadline.task, part=CaseTask.Part.VOTE)
    else:
        open_now = tasks.filter(pk=deadline.task)
    return [_of_task(task) for task in open_now if task.position_id or task.seat_id]


def _of_task(task: CaseTask) -> Reminded:
    person = getattr(task.owner, "person", None)
    return Reminded(
        task=task.pk, step=task.process.label_of(task.flow_task), seat_id=task.seat_id,
        position_id=None if person or task.seat_id else task.position_id,
        person_id=person.pk if person and not task.seat_id else None,
    )  # fmt: skip


def _who_was_told_to_ratify(deadline: Deadline) -> list[Reminded]:
    """It hangs on no task; the body was told when it began."""
    told = Notice.objects.filter(case=deadline.case_id, template="ratify", created_at=deadline.starts_at)
    return [Reminded(task=each.task, step=each.step, position_id=each.position_id) for each in told]


def _action_owner(deadline: Deadline) -> Reminded:
    """Who took it upon them; when they left, the role."""
    improvement = Improvement.objects.select_related("named").get(deadline=deadline)
    seat = improving.answers_for(improvement)
    return Reminded(
        step=str(Improvement._meta.verbose_name).capitalize(), position_id=None if seat else improvement.owner_id,
        person_id=improvement.named.person_id if seat and improvement.named else None, improvement_id=improvement.pk,
    )  # fmt: skip
