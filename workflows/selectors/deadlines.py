"""What became of the terms of a case."""

from collections.abc import Collection

from escalation.models import Deadline
from workflows.models import CaseTask

LIVING = (Deadline.State.ARMED, Deadline.State.SUSPENDED, Deadline.State.FIRED)


def running(task_id: int) -> Deadline | None:
    """The term of one open task, also where it passed."""
    found = Deadline.objects.filter(task=task_id, effect=Deadline.Effect.TERM, state__in=LIVING, ended_at=None)
    return found.first()


def of_case(case_id: int) -> list[Deadline]:
    """All of them, in the order in which they ended or will."""
    return list(Deadline.objects.filter(case=case_id).order_by("due_at", "id"))


def states(tasks: Collection[CaseTask]) -> dict[int, str]:
    """What became of the term of each of these tasks, by its number. One query."""
    found = Deadline.objects.filter(task__in=[task.pk for task in tasks], effect=Deadline.Effect.TERM)
    return {task: state for task, state in found.values_list("task", "state") if task is not None}
