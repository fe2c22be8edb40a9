"""Verbeterpunten: what becomes of an action after the case that it came of (domain §5.3).

Each is an act in the chain of that case, also when it has ended. All raise what `engine.move` raises.
"""

from audit import clock
from cases.models import Improvement
from cases.rules import evaluation as rule
from cases.services import improvements as change
from escalation.models import Deadline
from escalation.services import actions
from roles import selectors as roles
from roles.authorize import Kind, NotAllowed, Wanted
from roles.models import Appointment, Position
from roles.models.fields import holding_on
from roles.rules.verdict import Granted, Refused
from workflows.engine import Gone, Stale, Work, move
from workflows.selectors.improvements import READ

KEEPERS = ("register", "keep_improvements")


def progress(
    *, user_id: int, improvement_id: int, appointment_id: int, status: str, words: str = "", expected: str = "",
    substitution_id: int | None = None,
) -> None:  # fmt: skip
    """Where it stands, by the action owner. `expected` is the status that they saw: somebody may have been first."""
    improvement = found(improvement_id)
    with move(
        case_id=improvement.origin_id, user_id=user_id, appointment_id=appointment_id, verb="progress",
        substitution_id=substitution_id, while_suspended=True, after_end=True,
        wanted=lambda work: for_owner(work, improvement),
    ) as work:  # fmt: skip
        improvement = _under_lock(work, improvement_id)
        if expected and expected != improvement.status:
            raise Stale(
                f"Dit verbeterpunt staat intussen op ‘{improvement.get_status_display()}’. Kijk of uw stand nog klopt."
            )
        verdict = rule.may_progress(status=improvement.status, then=status, words=words)
        if not isinstance(verdict, Granted):
            raise NotAllowed(verdict)
        work.details |= {"improvement": improvement.pk, "before": improvement.status}
        change.progress(improvement=improvement, status=status, words=words.strip(), by=work.actor, at=work.now)
        work.outcome = status
        actions.settle(improvement, at=work.now)


def hand_over(
    *, user_id: int, improvement_id: int, appointment_id: int, owner: int, named: int | None = None,
    reason: str = "", substitution_id: int | None = None,
) -> None:  # fmt: skip
    """To another action owner: by the present one, or whoever keeps the register of actions."""
    improvement = found(improvement_id)
    with move(
        case_id=improvement.origin_id, user_id=user_id, appointment_id=appointment_id, verb="hand_over_action",
        substitution_id=substitution_id, while_suspended=True, after_end=True,
        wanted=lambda work: for_keeper(work, improvement, appointment_id),
    ) as work:  # fmt: skip
        improvement = _under_lock(work, improvement_id)
        if not improvement.is_open:
            raise Stale("Dit verbeterpunt is afgesloten.")
        position = Position.objects.filter(pk=owner, body__scheme=improvement.scheme_id).first()
        holding = Appointment.objects.filter(holding_on(work.actor.today), pk=named or 0, position=owner)
        if position is None or (named is not None and not holding.exists()):
            raise NotAllowed(Refused("Kies een rol van deze regeling, of iemand die haar nu vervult.", rule.PROCESS))
        if (improvement.owner_id, improvement.named_id) == (owner, named):
            raise Stale("Dit verbeterpunt ligt al bij deze actiehouder.")
        work.motivation = reason
        work.details |= {"improvement": improvement.pk, "to": f"position/{owner}"}
        change.hand_over(improvement=improvement, owner=owner, named=named)
        improvement.refresh_from_db()
        actions.tell(improvement, by=work.actor.person_id)


def lapse(deadline: Deadline) -> bool:
    """The day of an action passed and it was not done: that is put on record. False when there was nothing left to do.

    Who is reminded of it, and that it stays in sight until it is done, is of `reminding` and the register.
    """
    assert deadline.improvement_id is not None
    with move(case_id=deadline.case_id, verb="deadline", while_suspended=True, after_end=True) as work:
        deadline.refresh_from_db()
        if deadline.state != Deadline.State.ARMED or deadline.due_at > work.now:
            raise Stale("Dit verbeterpunt is al gedaan, of zijn termijn is veranderd.")
        deadline.state, deadline.fired_at = Deadline.State.FIRED, work.now
        deadline.save(update_fields=["state", "fired_at"])
        work.outcome = "action_missed"
        work.details |= {"due": deadline.due_at.isoformat(), "improvement": deadline.improvement_id}
    return True


def found(improvement_id: int) -> Improvement:
    """Raises Gone; what is only proposed is in no register yet."""
    rows = Improvement.objects.select_related(*READ).exclude(status=Improvement.Status.PROPOSED)
    improvement = rows.filter(pk=improvement_id).first()
    if improvement is None:
        raise Gone(improvement_id)
    return improvement


def for_owner(work: Work, improvement: Improvement) -> Wanted:
    """Who took it upon them; when they left, or nobody in particular did, whoever holds the role."""
    return _wanted(work, "progress", improvement.owner_id, seat=answers_for(improvement))


def for_keeper(work: Work, improvement: Improvement, appointment_id: int | None = None) -> Wanted:
    """The action owner, and whoever keeps the register. Without an appointment: to see which hats fit."""
    allowed = keepers(improvement)
    held = Appointment.objects.filter(pk=appointment_id or 0).values_list("position", flat=True).first()
    position = None if appointment_id is None else held if held in allowed else improvement.owner_id
    return _wanted(work, "hand_over_action", position)


def keepers(improvement: Improvement) -> set[int]:
    """The positions that may give it to another."""
    bound = roles.bound_positions(improvement.scheme, *KEEPERS)
    return {improvement.owner_id, *(position.pk for position in bound)}


def answers_for(improvement: Improvement) -> int | None:
    """The appointment of who took it upon them, as long as it holds."""
    named = improvement.named
    return named.pk if named is not None and named.holds_on(clock.today()) else None


def _wanted(work: Work, verb: str, position_id: int | None, *, seat: int | None = None) -> Wanted:
    return Wanted(
        verb=verb, duty="", kind=Kind.OFFICE, scheme_id=work.case.scheme_id, flow=work.process.flow_class.code,
        chains=work.case.chains, position_id=position_id, seat_id=seat, domain=work.case.domain,
    )  # fmt: skip


def _under_lock(work: Work, improvement_id: int) -> Improvement:
    """As it stands now, with the case whose chain the act is in."""
    improvement = Improvement.objects.select_related("named").get(pk=improvement_id)
    improvement.origin = work.case
    return improvement
