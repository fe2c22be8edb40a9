"""Playing a procurement: each helper does one move, by whoever its regeling binds (`config.demo.buying`)."""

from collections.abc import Callable
from functools import partial
from typing import Any

from cases.models import Case
from config.demo import buying, tendering
from escalation.models import Deadline
from tests.workflows import play
from workflows import clockwork
from workflows.procurements import procurements

PROPOSALS = {"strategy_advice": "positive", "strategy_decision": "adopt", "award_by_board": "award"}


def granted(*, scheme: str = play.SCHEME, scale: str = "regional", **request: Any) -> Case:
    """A commission that was accepted; what follows on it has begun."""
    case = play.brought_to("acceptance", scheme=scheme, scale=scale, **request)
    play.accept(case)
    case.refresh_from_db()
    return case


def started(*, scheme: str = play.SCHEME, scale: str = "regional", **request: Any) -> Case:
    """The procurement that began by itself when its commission was accepted."""
    found: Case = procurements(granted(scheme=scheme, scale=scale, **request)).get()
    return found


def brought_to(step: str, *, scheme: str = play.SCHEME, scale: str = "regional", **strategy: Any) -> Case:
    """A procurement that went the straight way and now waits at this step, with this strategy."""
    return on_to(step, started(scheme=scheme, scale=scale), **strategy)


def on_to(step: str, case: Case, **strategy: Any) -> Case:
    """The straight way, up to a step."""
    for _ in range(60):
        if step in play.open_steps(case):
            case.refresh_from_db()
            return case
        straight_on(case, **strategy)
    raise AssertionError(f"{case} never came to {step}: {play.open_steps(case)}")


def straight_on(case: Case, **strategy: Any) -> None:
    """The first open step goes the straight way."""
    step = play.open_steps(case)[0]
    if step in PROPOSALS:
        play.meet(case, step, PROPOSALS[step])
    elif step in BY_THE_CLOCK:
        let_pass(case)
    elif step == "strategy":
        buying.propose_strategy(case, **strategy)
    else:
        STRAIGHT[step](case)


def let_pass(case: Case) -> None:
    """The date for which the case waits comes."""
    for deadline in Deadline.objects.filter(case=case, state=Deadline.State.ARMED):
        play.make_due(deadline)
        clockwork.fire(deadline.pk)


BY_THE_CLOCK = ("closing", "standstill", "admission")
STRAIGHT: dict[str, Callable[[Case], None]] = {
    "team": buying.compose,
    "knowledge": buying.explore,
    "strategy_local": buying.decide_strategy_locally,
    "papers": buying.draft_papers,
    "legal_check": buying.check_papers,
    "release": buying.release,
    "clarification": buying.clarify,
    "opening": tendering.open_outside,
    "eligibility": tendering.test_all,
    "assessment": tendering.assess,
    "consensus": tendering.agree,
    "no_tenders": partial(play.as_bound, step="no_tenders", outcome="stop", motivation="Niemand bood iets aan."),
}
