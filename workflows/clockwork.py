"""What the clock does: a deadline that passed has its effect, once, however often it is tried."""

import logging
from functools import partial

from audit import clock
from escalation.models import Deadline, Escalation
from roles.rules.verdict import Granted
from workflows import emergencies, escalations, improving, meetings, settling
from workflows.engine import Gone, Stale, Work, move
from workflows.nodes import Collective
from workflows.rules.rounds import may_return
from workflows.tasks import CHANGES

logger = logging.getLogger(__name__)


class NotDue(Exception):
    """Somebody was first, or the clock was stopped or moved: nothing happens."""


def fire_due(case_id: int) -> int:
    """Let whatever is due in one case have its effect, in order of time; how many. Also after days of downtime.

    Each is a move of its own. One that fails is seen in the log and tried again, and does not keep the next waiting.
    """
    fired, failed = 0, {}
    due = Deadline.objects.filter(case=case_id, state=Deadline.State.ARMED).order_by("due_at", "id")
    tried: set[int] = set()
    while (found := due.filter(due_at__lte=clock.now()).exclude(pk__in=tried).first()) is not None:
        tried.add(found.pk)
        try:
            fired += fire(found.pk)
        except Exception as error:
            logger.exception("Deadline %s had no effect", found.pk)
            failed[found.pk] = error
    if failed:
        raise next(iter(failed.values()))
    return fired


def fire(deadline_id: int) -> bool:
    """Let one deadline have its effect, in one move; False when there was nothing left to do."""
    deadline = Deadline.objects.get(pk=deadline_id)
    try:
        if deadline.effect == Deadline.Effect.RATIFY:
            return meetings.lapse(deadline)
        if deadline.effect == Deadline.Effect.ACTION:
            return improving.lapse(deadline)
        if deadline.effect == Deadline.Effect.EMERGENCY:
            return emergencies.lapse(deadline)
        with move(case_id=deadline.case_id, task_id=deadline.task, verb="deadline") as work:
            _fire(work, deadline)
    except (NotDue, Stale, Gone):
        return False
    return True


def _fire(work: Work, deadline: Deadline) -> None:
    assert work.task is not None
    deadline.refresh_from_db()  # under the lock of the case
    if deadline.state != Deadline.State.ARMED or deadline.due_at > work.now:
        raise NotDue
    closes = deadline.effect == Deadline.Effect.ROUND  # nothing is late: this is how a round ends
    Deadline.objects.filter(pk=deadline.pk).update(
        state=Deadline.State.FIRED, fired_at=work.now, ended_at=work.now if closes else None
    )
    work.details["due"] = deadline.due_at.isoformat()
    if closes:
        ballot = settling.running_ballot(work)
        if ballot is None:
            raise NotDue
        settling.settle(work, ballot)
    elif work.node.at_deadline and not work.task.part and not _at_bound(work):
        _escalate_breach(work, deadline)
        change = CHANGES[work.process.flow_class.code].get(work.node.name)
        if change is not None:
            change(work, work.node.at_deadline)
        if isinstance(work.node, Collective):
            settling.break_off(work)
        work.finish(work.node.at_deadline)
    else:
        _escalate_breach(work, deadline)
        work.outcome = "missed"


def _at_bound(work: Work) -> bool:
    """What the clock would do goes round once too often: then it escalates instead (domain §5)."""
    outcome = work.node.outcome(work.node.at_deadline)
    return outcome.counted and not isinstance(
        may_return(taken=work.taken.count(outcome.code), label=outcome.label), Granted
    )  # fmt: skip


def _escalate_breach(work: Work, deadline: Deadline) -> None:
    """In the same transaction an escalation begins, where the rule of the term or the bound of a loop says so."""
    task = work.task
    assert task is not None
    if task.part or work.case.kind == work.case.Kind.ESCALATION:
        return
    if work.node.at_deadline and _at_bound(work):
        opening, origin = Escalation.Opening.LOOP, f"loop/{task.pk}"
    elif work.node.term_in(work.process).on_breach == "escalate":
        opening, origin = Escalation.Opening.DEADLINE, f"deadline/{deadline.pk}"
    else:
        return
    case_id, task_id = work.case.pk, task.pk
    ask = partial(escalations.open_by_system, case_id=case_id, task_id=task_id, opening=opening, origin=origin)
    work.follow_ups.append(ask)
