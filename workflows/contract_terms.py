"""The clock of a contract when its end moves by something else than the decision about it: an addendum, an ending."""

from audit import clock
from cases.models import Case
from escalation.models import Deadline
from workflows import sql
from workflows.models import CaseProcess, CaseTask
from workflows.nodes import Wait


def renew(case: Case) -> None:
    """Within an act of the contract's own chain: what it waits for is counted again, from its end as it is now."""
    process: CaseProcess = case.process
    waiting = CaseTask.objects.filter(process=process, finished=None, flow_task_type=Wait.task_type)
    for task in waiting:
        deadline = Deadline.objects.get(task=task.pk, state__in=(Deadline.State.ARMED, Deadline.State.SUSPENDED))
        dates = task.flow_task.dates(process, clock.now())
        if dates.due != deadline.due_at:
            sql.set_dates(deadline.pk, target=dates.target, due=dates.due)
