"""The one way in which a case moves: lock, authorize, change, play the token game, leave evidence; all or nothing.

Every entrance (page, job, command, the demo) comes through `move`. What may be asked in it is in `workflows.services`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from viewflow.workflow import STATUS
from viewflow.workflow.exceptions import FlowRuntimeError

from audit.format import canonical
from audit.services import SYSTEM
from cases.models import Case, Commission
from cases.models.case import with_top
from escalation.rules.words import OF_VERB
from roles import authorize
from roles.authorize import Authority, NotAllowed, Wanted
from roles.rules.verdict import Refused
from workflows import admitting, sql
from workflows.models import CaseProcess, CaseTask
from workflows.pen import Pen

PEOPLES = ("HUMAN", "PART")  # what somebody does; a pause or a join is nobody's
CLOCKS = ("HUMAN", "PART", "TIMER")  # what has a deadline


class Gone(LookupError):
    """There is no such case, or the task is not one of it. Shown as "not found", whatever the reason."""


class Stale(NotAllowed):
    """Somebody, or the clock, was first."""

    def __init__(self, reason: str) -> None:
        super().__init__(Refused(reason, ""))


@dataclass(slots=True, kw_only=True)
class Work:
    """What is going on between lock and commit. A change reads the case from here and says what the act must tell.

    `taken` has the outcomes along which the case left this step, each time it was there.
    """

    case: Case
    process: CaseProcess
    pen: Pen
    now: datetime
    act: int
    task: CaseTask | None = None
    taken: list[str] = field(default_factory=list)
    user_id: int | None = None
    by: Authority | None = None
    verb: str = ""
    duty: str = ""
    outcome: str = ""
    motivation: str = ""
    ground: str = ""
    mandate: str = ""
    flags: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)
    correlation: UUID | None = None
    follow_ups: list[Callable[[], Any]] = field(default_factory=list)

    @property
    def commission(self) -> Commission:
        """What it is about in the end, and that knows the case that it belongs to. Raises LookupError where nothing was
        commissioned: then `domain` and `scale` are of what is on top.
        """
        commission = self.case.commissioned
        if commission is None:
            raise LookupError(f"{self.case} is about no commission")
        assert isinstance(commission, Commission)
        commission.case = self.case.top
        return commission

    @property
    def domain(self) -> str:
        return self.case.domain

    @property
    def scale(self) -> str:
        return self.case.scale

    @property
    def content(self) -> Any:
        """What the case itself is about; for a commission that is the commission."""
        return self.case.content

    @property
    def node(self) -> Any:
        """The step of the flow that the task is an instance of."""
        assert self.task is not None
        return self.task.flow_task

    @property
    def label(self) -> str:
        """What the regeling calls the step."""
        return str(self.process.label_of(self.node))

    @property
    def actor(self) -> Authority:
        """Who does it. Only for what no clock does."""
        assert self.by is not None
        return self.by

    def finish(self, outcome: str) -> None:
        """End the task and go on along this outcome."""
        assert self.task is not None
        self.outcome = outcome
        self.task.owner_id = self.user_id
        self.node.activation_class(self.task).finish(outcome)

    def end_part(self, part: CaseTask, *, status: str = STATUS.DONE) -> None:
        """End a row that is no token: somebody's share in a collective step."""
        part.status = status
        if status == STATUS.DONE:
            part.owner_id = self.user_id
        self.pen.complete(part)


@contextmanager
def move(
    *,
    case_id: int,
    verb: str,
    task_id: int | None = None,
    user_id: int | None = None,
    appointment_id: int | None = None,
    substitution_id: int | None = None,
    ground: str = "",
    wanted: Callable[[Work], Wanted] | None = None,
    while_suspended: bool = False,
    after_end: bool = False,
    again: bool = False,
) -> Iterator[Work]:
    """Do one thing to a case. Without `wanted` it is the system's own (a deadline), and nobody is authorized.

    `again` is for what may be done over (a vote, until its ballot closes), `after_end` for what a closed case still
    takes. `follow_ups` of the work are done once its act is written: what it means for another case, in that one's own
    act but in the same transaction.

    Raises Gone (no such case or task), Stale (it was done already, or the case is closed), NotAllowed (a rule refuses).
    """
    with transaction.atomic():
        work = _open(case_id, task_id, user_id)
        work.verb = verb
        _check_open(work, while_suspended=while_suspended, after_end=after_end, again=again)
        if wanted is not None:
            assert user_id is not None
            assert appointment_id is not None
            asked = wanted(work)
            facts = authorize.read(
                user_id=user_id, appointment_id=appointment_id, wanted=asked, substitution_id=substitution_id
            )
            work.by = authorize.judge(asked, facts)
            work.duty = asked.duty
            work.ground = ground.strip()
            work.mandate = work.by.mandate
            work.flags = list(work.by.flags)
            if asked.power and asked.amount is not None:
                work.details["amount"] = str(
                    asked.amount
                )  # that the mandate was asked about: what it covers may change
        yield work
        _close(work)
        for follow_up in work.follow_ups:
            follow_up()


def _open(case_id: int, task_id: int | None, user_id: int | None) -> Work:
    locked = sql.lock_case(case_id, user_id)
    if locked is None:
        raise Gone(case_id)
    act, now, kind = locked
    if task_id is None:
        process = CaseProcess.objects.select_related(*with_top("case__"), f"case__{kind}").get(case_id=case_id)
        return Work(
            case=process.case, process=process, pen=Pen(process, now=now, ids=[]), now=now, act=act, user_id=user_id
        )
    opened = sql.read_task(case_id, task_id, kind)
    if opened is None or opened.task.flow_task_type not in (PEOPLES if user_id is not None else CLOCKS):
        raise Gone(task_id)
    return Work(
        case=opened.case, process=opened.process,
        pen=Pen(opened.process, now=now, ids=opened.ids), now=now, act=act, task=opened.task, taken=opened.taken,
        user_id=user_id,
    )  # fmt: skip


def _check_open(work: Work, *, while_suspended: bool, after_end: bool, again: bool) -> None:
    if work.case.destroyed_at is not None:
        raise Stale("Deze zaak is vernietigd. Er kan niets meer in worden vastgelegd.")
    if not (work.case.is_running or after_end):
        raise Stale("Deze zaak is afgesloten. Er kan niets meer in worden gewijzigd.")
    if work.task is not None and work.task.finished is not None and not again:
        raise Stale("Deze taak is al afgerond. Open de zaak om te zien hoe zij ervoor staat.")
    if work.task is not None and work.task.held_by_id is not None and not while_suspended:
        raise Stale("Een escalatie zet deze stap stil. Hij gaat verder als zij eindigt of hem loslaat.")
    if work.case.state == Case.State.SUSPENDED and not while_suspended:
        raise Stale("Deze zaak is opgeschort. Hervat haar eerst.")


def _close(work: Work) -> None:
    pen, phase = work.pen, None
    if pen.skipped:
        work.details["skipped"] = pen.skipped
    if pen.finish_node is not None:
        _end_case(work, pen.finish_node.state)
    elif pen.announced:
        phase = pen.announced[-1].flow_task.phase
    _tell(work)
    if work.case.confidential:
        admitting.admit(work.case, pen.announced)
    done, fresh = pen.take()
    sql.close(process=work.process, phase=phase, done=done, fresh=fresh, told=pen.told(), evidence=evidence(work))


def _tell(work: Work) -> None:
    """What everybody with a part in the case hears of this move, besides whose turn it is now."""
    pen, by = work.pen, work.by.person_id if work.by else None
    if work.task is not None:
        ways = getattr(work.node, "outcomes", ())
        pen.returned = any(way.back for way in ways if way.code == work.outcome)
    if work.verb in OF_VERB:
        pen.tell(OF_VERB[work.verb], task=work.task, by=by)
    elif pen.finish_node is not None:
        pen.tell("ended", by=by)
    elif pen.decided is not None:
        pen.tell("decided", task=pen.decided, by=by)


def _end_case(work: Work, state: str) -> None:
    work.pen.flush()
    if CaseTask.objects.filter(process=work.process, finished=None).exists():
        raise FlowRuntimeError(f"Case {work.case.pk} ends while it has open tasks")
    CaseProcess.objects.filter(pk=work.process.pk).update(status=STATUS.DONE, finished=work.now)
    work.case.state = state
    work.case.closed_at = work.now
    work.case.save(update_fields=["state", "closed_at"])


def evidence(work: Work) -> dict[str, Any]:
    """The act, in the fields that `audit_close` wants."""
    by, task = work.by, work.task
    flow = work.process.flow_class
    return {
        "act": work.act,
        "chain": work.case.chain,
        "actor": by.actor if by else SYSTEM,
        "verb": work.verb,
        "appointment": by.appointment if by else "",
        "capacity": by.capacity if by else "",
        "role": by.role_label if by else "",
        "behalf_of": by.behalf_of if by else "",
        "duty": work.duty,
        "step": f"{flow.code}/{flow.version}/{task.flow_task.name}" if task else "",
        "task": f"task/{task.pk}" if task else "",
        "outcome": work.outcome,
        "mandate": work.mandate,
        "ground": work.ground,
        "motivation": work.motivation.strip(),
        "flags": " ".join(work.flags),
        "documents": " ".join(work.documents),
        "details": canonical(work.details),
        "correlation": str(work.correlation) if work.correlation else None,
    }
