"""The steps of an escalation: from what somebody filled in to what changes. In the order of the flow."""

from collections.abc import Callable
from datetime import date

from escalation.models import Escalation
from escalation.rules import ladder as rule
from escalation.services import ladder as change
from escalation.services.ladder import Promise
from roles.authorize import NotAllowed
from roles.rules.verdict import Refused
from workflows import holding
from workflows.engine import Work
from workflows.ladder import LEVEL_OF, LEVELS


def spokesperson_line(work: Work, outcome: str, *, line: str = "") -> None:
    """Without a line: the term passed."""
    if line:
        change.take_line(escalation=_escalation(work), words=line)


def level(work: Work, outcome: str, *, promise: Promise | None = None) -> None:
    """Whoever handles a level: solved with a measure, back down, or on; on by itself when the term passed."""
    here = LEVEL_OF[work.node.name]
    if outcome == "lower":
        verdict = rule.may_lower(rule.staffed(work.process.bindings, LEVELS), here)
        if isinstance(verdict, Refused):
            raise NotAllowed(verdict)
    if outcome == "resolve":
        _promise(work, here, promise)
    _stand(work, outcome)
    _afterwards(work)


def consent(work: Work, outcome: str) -> None:
    """The other side of the table says whether this solves it."""
    _stand(work, outcome)
    _afterwards(work)


def measure(work: Work, outcome: str, *, promise: Promise | None = None) -> None:
    """A body decided what has to be done; this says who does it, and when."""
    _promise(work, _escalation(work).level, promise)
    _afterwards(work)


def referral(work: Work, outcome: str) -> None:
    """Why is in the act: who refers or closes without a solution, says so with reasons."""
    _afterwards(work)


def decided(work: Work, outcome: str, *, defer_until: date | None = None) -> None:
    """What a body said, or that it said nothing in time."""
    _stand(work, outcome)


def _stand(work: Work, outcome: str) -> None:
    """On which level it stands now."""
    here, levels = LEVEL_OF[work.node.name], rule.staffed(work.process.bindings, LEVELS)
    led_to = {"rise": rule.next_level(levels, here), "lower": rule.below(levels, here)}.get(outcome)
    change.reach(escalation=_escalation(work), level=led_to or here, by=work.by.person_id if work.by else None)


def _promise(work: Work, here: int, promise: Promise | None) -> None:
    if promise is None:
        raise NotAllowed(Refused("Leg vast wat er gebeurt, door wie en wanneer.", rule.PROCESS))
    change.promise(
        escalation=_escalation(work), level=here, given=promise, today=work.actor.today, at=work.now
    )  # fmt: skip


def _afterwards(work: Work) -> None:
    work.follow_ups.append(lambda: holding.ended(work))


def _escalation(work: Work) -> Escalation:
    content = work.content
    assert isinstance(content, Escalation)
    return content


CHANGES: dict[str, Callable[..., None]] = {
    "spokesperson_line": spokesperson_line,
    "operational": level,
    "operational_consent": consent,
    "tactical": level,
    "tactical_consent": consent,
    "strategic": decided,
    "strategic_alone": level,
    "board": decided,
    "measure": measure,
    "referral": referral,
}

# What a body's decision changes, once its chair confirmed it.
DECISIONS: dict[str, Callable[..., None]] = {"strategic": decided, "board": decided}
