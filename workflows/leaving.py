"""Who has an interest leaves their seats in a case: a step that only they could do ends without them."""

from workflows.engine import Work
from workflows.models import CaseTask
from workflows.steps import RECUSED


def leave_seats(work: Work, person_id: int) -> None:
    """Steps of one seat alone; votes and confirmations are a ballot's own matter."""
    open_steps = CaseTask.objects.filter(
        process=work.process, finished=None, part=CaseTask.Part.STEP, seat__person=person_id
    )
    for task in open_steps:
        task.process, task.owner_id = work.process, work.user_id
        task.flow_task.activation_class(task).finish(RECUSED)
        work.details.setdefault("ended", []).append(f"{task.flow_task.name}/{RECUSED}")
