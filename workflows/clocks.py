"""Stopping the clocks of a case or of one task, and letting them run again. Within a move: its act tells which dates
moved.
"""

from datetime import datetime
from typing import Any

from cases.models import Case
from escalation.models import Deadline
from escalation.rules.clocks import Moved, postponed, reopened, resumed
from escalation.rules.terms import day_of
from workflows import sql
from workflows.engine import Work
from workflows.models import CaseTask
from workflows.nodes import Collective, Dated, Step, Wait


def stop(work: Work, *, task_id: int | None = None, holder: Case | None = None) -> None:
    """All clocks of the case; or those of one task, for another case, such as an escalation about that step."""
    sql.stop_clocks(work.case.pk, task_id=task_id, holder=holder.pk if holder else None)


def start(work: Work, *, task_id: int | None = None, holder: Case | None = None) -> None:
    """What `stop` stopped with the same words. While the case itself stands still, so does the task."""
    stopped = Deadline.objects.filter(case=work.case, state=Deadline.State.SUSPENDED, held_by=holder)
    if task_id is not None:
        parts = CaseTask.objects.filter(host=task_id).values_list("pk", flat=True)
        stopped = stopped.filter(task__in=[task_id, *parts])
    if holder is not None and work.case.state == Case.State.SUSPENDED:
        for deadline in stopped:
            deadline.held_by = None
            deadline.save(update_fields=["held_by"])
        return
    tasks = CaseTask.objects.in_bulk([deadline.task for deadline in stopped if deadline.task])
    moved = [_start(work, deadline, tasks.get(deadline.task or 0)) for deadline in stopped.order_by("due_at", "id")]
    if moved:
        work.details["moved"] = moved


def _start(work: Work, deadline: Deadline, task: CaseTask | None) -> dict[str, Any]:
    now = _moved(work, deadline, task)
    sql.set_dates(deadline.pk, target=now.target, due=now.due)
    if now.reason:
        deadline.reason = now.reason
        deadline.save(update_fields=["reason"])
    return {"task": deadline.task, "from": deadline.due_at.isoformat(), "to": now.due.isoformat()}


def _moved(work: Work, deadline: Deadline, task: CaseTask | None) -> Moved:
    """By what kind of moment it is."""
    now = work.now
    assert deadline.suspended_at is not None
    if deadline.effect == Deadline.Effect.ROUND:
        return reopened(due=deadline.due_at, stopped=deadline.suspended_at, now=now)
    dates: dict[str, Any] = {
        "target": deadline.target, "due": deadline.due_at, "stopped": deadline.suspended_at, "now": now,
    }  # fmt: skip
    node = task.flow_task if task else None
    if isinstance(node, Dated | Wait) and isinstance(moment := node.until(work.process), datetime):
        due = max(now, moment)  # what was told to the world does not move with the case
        return Moved(day_of(due), due, "")
    if task is None or not isinstance(node, Step) or isinstance(node, Dated | Wait):
        return postponed(**dates)
    confirms = isinstance(node, Collective) and bool(task.part)
    return resumed(node.confirming_in(work.process) if confirms else node.term_in(work.process), **dates)
