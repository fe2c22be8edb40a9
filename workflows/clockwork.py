"""What the clock does: a deadline that passed has its effect, once, however often it is tried."""

from escalation.models import Deadline
from workflows import meetings, settling
from workflows.engine import Gone, Stale, Work, move
from workflows.tasks import CHANGES


class NotDue(Exception):
    """Somebody was first, or the clock was stopped or moved: nothing happens."""


def fire(deadline_id: int) -> bool:
    """Let one deadline have its effect, in one move; False when there was nothing left to do."""
    deadline = Deadline.objects.get(pk=deadline_id)
    try:
        if deadline.effect == Deadline.Effect.RATIFY:
            return meetings.lapse(deadline)
        with move(case_id=deadline.case_id, task_id=deadline.task, verb="deadline") as work:
            _fire(work, deadline)
    except (NotDue, Stale, Gone):
        return False
    return True


def _fire(work: Work, deadline: Deadline) -> None:
    deadline.refresh_from_db()  # under the lock of the case
    if deadline.state != Deadline.State.ARMED or deadline.due_at > work.now:
        raise NotDue
    Deadline.objects.filter(pk=deadline.pk).update(state=Deadline.State.FIRED, fired_at=work.now)
    work.details["due"] = deadline.due_at.isoformat()
    if deadline.effect == Deadline.Effect.ROUND:
        ballot = settling.running_ballot(work)
        if ballot is None:
            raise NotDue
        settling.settle(work, ballot)
    elif work.node.at_deadline:
        change = CHANGES[work.process.flow_class.code].get(work.node.name)
        if change is not None:
            change(work, work.node.at_deadline)
        work.finish(work.node.at_deadline)
    else:
        work.outcome = "missed"
