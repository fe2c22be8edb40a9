"""How a case enters its flow, within an act that somebody else closes."""

from datetime import datetime
from typing import Any

from cases.models import Case
from escalation.rules.terms import day_of
from escalation.selectors import frozen_terms
from workflows import admitting
from workflows.models import CaseProcess, CaseTask
from workflows.pen import Pen


def begin(
    case: Case, start: Any, *, bindings: dict[str, Any], labels: dict[str, str], user_id: int | None, now: datetime
) -> CaseProcess:
    """The process with who does what in it and how long there is for it, its beginning done, and the first tasks."""
    process: CaseProcess = CaseProcess.objects.create(
        flow_class=start.flow_class, case=case, created=now, bindings=bindings, labels=labels,
        terms=frozen_terms(case.scheme_id, start.flow_class.code, day_of(now)),
    )  # fmt: skip
    pen = Pen(process, now=now, ids=[])
    first = CaseTask(
        process=process, case=case, flow_task=start, flow_task_type=start.task_type, status="DONE",
        outcome="submitted", created=now, finished=now, owner_id=user_id,
    )  # fmt: skip
    pen.add(first, None)
    start.activation_class(first).activate_next()
    case.phase = pen.announced[-1].flow_task.phase
    case.save(update_fields=["phase"])
    if case.confidential:
        admitting.admit(case, pen.announced)
    pen.write_all()
    return process


def begin_ended(
    case: Case, start: Any, end: Any, *, bindings: dict[str, Any], user_id: int | None, now: datetime
) -> CaseProcess:
    """A case that was over before it came here (`workflows.history`): it has a beginning and an end, and no step.

    Within an act that somebody else closes; whoever took part keeps nothing to do.
    """
    process: CaseProcess = CaseProcess.objects.create(
        flow_class=start.flow_class, case=case, created=now, finished=now, status="DONE", bindings=bindings, labels={},
        terms={},
    )  # fmt: skip
    pen = Pen(process, now=now, ids=[])
    first = CaseTask(
        process=process, case=case, flow_task=start, flow_task_type=start.task_type, status="DONE", outcome="imported",
        created=now, finished=now, owner_id=user_id,
    )  # fmt: skip
    pen.add(first, None)
    end._create(start.activation_class(first), first.token)
    pen.write_all()
    return process
