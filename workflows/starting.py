"""How a case enters its flow, within an act that somebody else closes."""

from datetime import datetime
from typing import Any

from cases.models import Case
from workflows.models import CaseProcess, CaseTask
from workflows.pen import Pen


def begin(
    case: Case, start: Any, *, bindings: dict[str, Any], labels: dict[str, str], user_id: int, now: datetime
) -> CaseProcess:
    """The process with who does what in it, its beginning done, and the first tasks."""
    process: CaseProcess = CaseProcess.objects.create(
        flow_class=start.flow_class, case=case, created=now, bindings=bindings, labels=labels
    )
    pen = Pen(process, now=now, ids=[])
    first = CaseTask(
        process=process, case=case, flow_task=start, flow_task_type=start.task_type, status="DONE",
        outcome="submitted", created=now, finished=now, owner_id=user_id,
    )  # fmt: skip
    pen.add(first, None)
    start.activation_class(first).activate_next()
    case.phase = pen.announced[-1].flow_task.phase
    case.save(update_fields=["phase"])
    pen.write_all()
    return process
