"""Playing a procurement: each helper does one move, by whoever its regeling binds (`config.demo.buying`)."""

from collections.abc import Callable
from functools import partial
from typing import Any

from audit import clock
from audit.services import acting
from cases.models import Case, Procurement
from config.demo import awarding, buying, tendering
from escalation.models import Deadline
from tests.database import kept
from tests.workflows import play
from workflows import clockwork
from workflows.procurements import procurements


@kept
def granted(*, scheme: str = play.SCHEME, scale: str = "regional", **request: Any) -> Case:
    """A commission that was accepted; what follows on it has begun."""
    case = play.brought_to("acceptance", scheme=scheme, scale=scale, **request)
    play.accept(case)
    case.refresh_from_db()
    return case


@kept
def started(*, scheme: str = play.SCHEME, scale: str = "regional", **request: Any) -> Case:
    """The procurement that began by itself when its commission was accepted."""
    found: Case = procurements(granted(scheme=scheme, scale=scale, **request)).get()
    return found


@kept
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
    if step in buying.PROPOSALS:
        play.meet(case, step, buying.PROPOSALS[step])
    elif step in buying.BY_THE_CLOCK:
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
    with acting(chain="system", verb="test_clock"):
        over = Procurement.objects.filter(pk=case.pk, standstill_until__gte=clock.today())
        over.update(standstill_until=play.in_days(-1))


STRAIGHT: dict[str, Callable[[Case], None]] = {
    **buying.STEPS,
    "knowledge": buying.explore,
    "opening": tendering.open_outside,
    "eligibility": tendering.test_all,
    "assessment": tendering.assess,
    "consensus": tendering.agree,
    "award_advice": awarding.advise_award,
    "award_decision": awarding.decide_award,
    "award_notice": awarding.tell_tenderers,
    "challenge": awarding.settle,
    "contract_drafting": awarding.draft_contract,
    "contract_signing": awarding.sign_contract,
    "contract_validation": awarding.validate_contract,
    "award_publication": awarding.publish_award,
    "registration": awarding.register_contracts,
    "no_tenders": partial(play.as_bound, step="no_tenders", outcome="stop", motivation="Niemand bood iets aan."),
}
