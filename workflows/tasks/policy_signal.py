"""The steps of a policy signal: from what somebody filled in to what changes. In the order of the flow."""

from collections.abc import Callable

from audit.services import acting
from cases.models import Commission, PolicySignal
from cases.rules.planning import PROCESS, may_leave_unadvised, problems
from cases.services import planning as change
from cases.services.planning import Plan
from roles.authorize import NotAllowed
from roles.rules.verdict import Granted, Refused
from roles.services.acting import hat_of
from workflows.engine import Work
from workflows.fitness import Unfit


def signal_advice(work: Work, outcome: str, *, advice: str = "") -> None:
    """Who was asked for advice gives it."""
    signal = _signal(work)
    if outcome == "advised":
        if not advice.strip():
            raise NotAllowed(Refused("Schrijf het advies op.", PROCESS))
        change.advise(signal=signal, advice=advice)
        return
    verdict = may_leave_unadvised(asked=signal.advice_asked and signal.advice is None)
    if not isinstance(verdict, Granted):
        raise NotAllowed(verdict)


def signal_follow_up(
    work: Work, outcome: str, *, plan: Plan | None = None, commission: Commission | None = None
) -> None:
    """A commission comes with its submission (`workflows.origins`); a planned procurement is written down here."""
    match outcome:
        case "commission":
            if commission is None:
                raise NotAllowed(
                    Refused("Dien de opdracht in vanuit dit signaal; daarmee is het opgepakt.", PROCESS)
                )  # fmt: skip
            work.details |= {"commission": commission.case.number, "case": commission.case.chain}
        case "plan":
            if plan is None:
                raise NotAllowed(Refused("Vul in wanneer wat gebeurt.", PROCESS))
            found = problems(plan.moments, today=work.actor.today)
            if found:
                raise Unfit(found)
            work.follow_ups.append(lambda: _plan(work, plan))
        case "leave" if not work.motivation.strip():
            raise NotAllowed(Refused("Schrijf op waarom er geen vervolg komt.", PROCESS))


def _plan(work: Work, plan: Plan) -> None:
    """It belongs to the regeling, so in an act of its own there."""
    by = work.actor
    with acting(
        chain=work.case.scheme.chain, verb="plan_procurement", actor=by.actor, user_id=work.user_id, hat=hat_of(by)
    ) as act:
        item = change.plan(scheme=work.case.scheme, wanted=plan, origin=work.case)
        act.details |= {"item": f"planningitem/{item.pk}", "origin": work.case.number}


def _signal(work: Work) -> PolicySignal:
    content = work.content
    assert isinstance(content, PolicySignal)
    return content


CHANGES: dict[str, Callable[..., None]] = {"signal_advice": signal_advice, "signal_follow_up": signal_follow_up}

# What a body's decision changes: none decides here.
DECISIONS: dict[str, Callable[..., None]] = {}
