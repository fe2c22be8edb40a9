"""The steps of a talk about a contract, in the order of the flow."""

from collections.abc import Callable, Sequence
from datetime import date

from cases.models import Review
from cases.services import contract_care as change
from cases.services import improvements
from cases.services.improvements import Action
from escalation.rules.terms import day_of
from escalation.services import actions as register
from roles.authorize import NotAllowed
from roles.rules.verdict import Refused
from workflows.engine import Work

CYCLE = "Cyclus van contractgesprekken"


def review_preparation(work: Work, outcome: str, *, preparation: str = "") -> None:
    """What is put on the table; or why there is no talk this time."""
    if outcome == "lapse" and not work.motivation.strip():
        raise NotAllowed(Refused("Schrijf op waarom dit gesprek vervalt.", CYCLE))
    if preparation:
        change.prepare(review=_review(work), words=preparation)


def review_talk(work: Work, outcome: str, *, held_on: date | None = None, present: str = "") -> None:
    if outcome != "held":
        return
    if held_on is None or held_on > day_of(work.now):
        raise NotAllowed(Refused("Kies de dag waarop het gesprek is gevoerd.", CYCLE))
    change.hold(review=_review(work), held_on=held_on, present=present)


def review_minutes(work: Work, outcome: str, *, minutes: str, actions: Sequence[Action] = ()) -> None:
    """What was said, and what somebody undertook to do; that is agreed on when a second person confirmed it."""
    change.minute(review=_review(work), words=minutes)
    improvements.propose(case=work.case, actions=actions, at=work.now, comes_back=False)


def review_confirmation(work: Work, outcome: str) -> None:
    """By somebody else than who wrote it; then the actions are in the register, with their clocks."""
    if outcome == "confirm":
        register.watch(improvements.adopt(case=work.case, at=work.now), at=work.now)


def _review(work: Work) -> Review:
    content = work.content
    assert isinstance(content, Review)
    return content


CHANGES: dict[str, Callable[..., None]] = {
    "review_preparation": review_preparation,
    "review_talk": review_talk,
    "review_minutes": review_minutes,
    "review_confirmation": review_confirmation,
}
