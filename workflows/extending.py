"""Verlengen: a term of an open task gets more time, with a reason, by somebody else than whose term it is (ADR 27).

Who may is a binding of the regeling, as for all that is kept of it. The old date is kept beside the new one.
"""

from datetime import date

from escalation.models import Deadline
from escalation.rules.extending import IN_TIME, by_whom, until_when
from escalation.rules.terms import Term, day_of, end_of
from roles import selectors as roles
from roles.authorize import Kind, NotAllowed, Wanted
from roles.models import Appointment
from roles.rules.verdict import Granted, Refused, Verdict
from roles.services import keepers
from workflows import sql
from workflows.engine import Gone, Work, move
from workflows.models import CaseTask
from workflows.nodes import Dated, Wait
from workflows.selectors.deadlines import running

STEP = "extend_terms"  # of the register


def extend(
    *, user_id: int, case_id: int, task_id: int, appointment_id: int, until: date, reason: str,
    substitution_id: int | None = None,
) -> None:  # fmt: skip
    """The task is in time until and including a later day."""
    position = Appointment.objects.values_list("position", flat=True).get(pk=appointment_id)
    with move(
        case_id=case_id, task_id=task_id, user_id=user_id, appointment_id=appointment_id, verb="extend",
        substitution_id=substitution_id, wanted=lambda work: to_extend(work, position),
    ) as work:  # fmt: skip
        deadline = running(task_id)
        if deadline is None:
            raise Gone(task_id)
        granted = _require(own_term(work, work.actor.person_id))
        _require(may_run_until(work, deadline, until))
        if not reason.strip():
            raise NotAllowed(Refused("Schrijf op waarom de termijn wordt verlengd.", IN_TIME))
        work.flags.extend(granted.flags)
        work.motivation = reason
        before, after = deadline.due_at, end_of(until)
        work.details |= {"from": before.isoformat(), "to": after.isoformat(), "until": until.isoformat()}
        sql.set_dates(deadline.pk, target=until, due=after)
        deadline.original_due = deadline.original_due or before
        deadline.extended += 1
        deadline.reason = ""
        deadline.save(update_fields=["original_due", "extended", "reason"])


def extenders(work: Work) -> set[int]:
    """The positions that may extend terms in this regeling."""
    return keepers(work.case.scheme, STEP)


def to_extend(work: Work, position_id: int) -> Wanted:
    return Wanted(
        verb="extend", duty="", kind=Kind.OFFICE, scheme_id=work.case.scheme_id, flow=work.process.flow_class.code,
        chains=work.case.chains, position_id=position_id if position_id in extenders(work) else 0,
    )  # fmt: skip


def may_run_until(work: Work, deadline: Deadline, until: date) -> Verdict:
    passed = deadline.state == Deadline.State.FIRED or deadline.due_at < work.now
    last, today = day_of(deadline.due_at), day_of(work.now)
    return until_when(term_of(work), last=last, until=until, today=today, passed=passed)


def own_term(work: Work, person_id: int) -> Verdict:
    """Whose term it is: who serves the role or the seat of the task now. Others: who may extend, and does not."""
    today, task = day_of(work.now), work.task
    assert task is not None
    serving = roles.attending([task.position_id], today) if task.position_id else {}
    serving |= roles.attending_seats([task.seat_id], today) if task.seat_id else {}
    whose = {each.person_id for attendants in serving.values() for each in attendants}
    allowed = roles.attending(extenders(work), today)
    others = {each.person_id for attendants in allowed.values() for each in attendants} - whose
    return by_whom(own=person_id in whose, others=bool(others))


def extendable(task: CaseTask) -> bool:
    """Is there a term to extend? A pause ends on the day that was decided, and a vote with its round."""
    return task.part != CaseTask.Part.VOTE and not isinstance(task.flow_task, Dated | Wait)


def term_of(work: Work) -> Term:
    assert work.task is not None
    term: Term = work.node.confirming_in(work.process) if work.task.part else work.node.term_in(work.process)
    return term


def _require(verdict: Verdict) -> Granted:
    if isinstance(verdict, Granted):
        return verdict
    raise NotAllowed(verdict)
