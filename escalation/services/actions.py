"""The clock of an action of the register: its owner hears of it and is reminded, and it is on record when it is late.

It hangs on no task: an action outlives the case that it came of. Reminders come as those of any term (ADR 28).
"""

from collections.abc import Iterable
from datetime import datetime

from cases.models import Case, Improvement
from cases.services import improvements
from cases.services.improvements import Action
from escalation.models import Deadline
from escalation.rules.terms import end_of
from escalation.services.messages import notify

State = Deadline.State


def agree(*, case: Case, actions: Iterable[Action], at: datetime, comes_back: bool = False) -> list[Improvement]:
    """Actions that are to be done from now on, in a step of any kind of case: within its act."""
    agreed = improvements.agree(case=case, actions=actions, at=at, comes_back=comes_back)
    watch(agreed, at=at)
    return agreed


def watch(agreed: Iterable[Improvement], *, at: datetime) -> None:
    """Until when each is in time, and who has to hear that it is theirs."""
    for improvement in agreed:
        Deadline.objects.create(
            case_id=improvement.origin_id, improvement=improvement, effect=Deadline.Effect.ACTION, starts_at=at,
            target=improvement.due_on, due_at=end_of(improvement.due_on),
        )  # fmt: skip
        tell(improvement, by=None)


def tell(improvement: Improvement, *, by: int | None) -> None:
    """That an action is theirs: who took it upon them, or everybody in the role."""
    person = improvement.named.person_id if improvement.named else None
    notify(
        template="action_agreed", case=improvement.origin, person_id=person,
        position_id=None if person else improvement.owner_id, by=by, improvement_id=improvement.pk,
    )  # fmt: skip


def settle(improvement: Improvement, *, at: datetime) -> None:
    """The clock ends when the action is done or dropped, and runs on when it turns out not to be."""
    deadline = Deadline.objects.filter(improvement=improvement).first()
    if deadline is None:
        return
    late = at > deadline.due_at
    if improvement.is_open:
        deadline.state, deadline.ended_at = State.FIRED if deadline.fired_at else State.ARMED, None
    elif improvement.status == Improvement.Status.DROPPED and not late:
        deadline.state, deadline.ended_at = State.VOID, at
    else:
        deadline.state, deadline.ended_at = State.FIRED if late else State.ENDED, at
        deadline.fired_at = deadline.fired_at or (deadline.due_at if late else None)
    deadline.save(update_fields=["state", "ended_at", "fired_at"])
