"""From the start of a procurement to its strategy, in the order of the flow."""

from collections.abc import Callable, Sequence
from datetime import date

from cases.models import Procurement
from cases.rules import procurement as rule
from cases.rules import procurement_law as law
from cases.services import procurement as change
from cases.services.procurement import Member, Strategy, Weight
from escalation.rules.terms import day_of
from roles.authorize import NotAllowed
from roles.rules.verdict import Granted, GroundNeeded, Refused
from workflows.engine import Work
from workflows.tasks.procurement.content import procurement_of


def team(work: Work, outcome: str, *, members: Sequence[Member]) -> None:
    verdict = rule.team_is_fit([(each.role, each.appointment) for each in members])
    if isinstance(verdict, Refused):
        raise NotAllowed(verdict)
    change.compose(procurement=procurement_of(work), members=members)


def knowledge(work: Work, outcome: str, *, found: str) -> None:
    change.explore(procurement=procurement_of(work), knowledge=found)


def market_exploration(work: Work, outcome: str, *, found: str, consulted: str = "") -> None:
    change.explore(procurement=procurement_of(work), market=found, consulted=consulted)


def legal_advice(work: Work, outcome: str, *, advice: str) -> None:
    change.explore(procurement=procurement_of(work), legal_advice=advice)


def strategy(work: Work, outcome: str, *, strategy: Strategy, criteria: Sequence[Weight] = ()) -> None:
    """What the law allows on a ground only, has it in the act; what it does not allow is refused."""
    for verdict in (
        rule.lots_add_up(strategy.estimate, list(strategy.lots.values())),
        rule.criteria_are_fit(strategy.instrument, [(each.kind, each.weight) for each in criteria]),
        law.may_stay_undivided(choice_of(strategy)),
        *(
            rule.criterion_is_fit(
                each.kind, formula=each.formula, floor=each.floor, ceiling=each.ceiling, minimum=each.minimum,
                highest=each.max_score,
            )
            for each in criteria
        ),
    ):  # fmt: skip
        if not isinstance(verdict, Granted):
            raise NotAllowed(verdict)
    require_fit(work, choice_of(strategy), ground=strategy.fit_ground, day=day_of(work.now))
    work.details["procedure"] = strategy.procedure or strategy.instrument
    change.choose(procurement=procurement_of(work), strategy=strategy, criteria=criteria)


def strategy_local(work: Work, outcome: str) -> None:
    """Nothing changes but the way on; the reason is in the act."""


def choice_of(chosen: Strategy | Procurement, lots: int | None = None) -> law.Choice:
    """As the law looks at it; of what was chosen before, the lots are counted by whoever asks."""
    assert chosen.estimate is not None
    return law.Choice(
        instrument=chosen.instrument, procedure=chosen.procedure, estimate=chosen.estimate, cpv=chosen.cpv,
        lots=len(chosen.lots) if isinstance(chosen, Strategy) else lots or 0, undivided=str(chosen.undivided or ""),
    )  # fmt: skip


def require_fit(work: Work, choice: law.Choice, *, ground: str, day: date) -> None:
    """By the law of a day. Where it asks for a ground, that stands in the act. Raises NotAllowed."""
    verdict = law.fits(choice, day)
    if isinstance(verdict, Refused) or (isinstance(verdict, GroundNeeded) and not ground.strip()):
        raise NotAllowed(verdict)
    if isinstance(verdict, GroundNeeded):
        work.ground = "\n\n".join(filter(None, [work.ground, f"{ground.strip()} ({verdict.article})"]))
        work.flags += verdict.flags


CHANGES: dict[str, Callable[..., None]] = {
    "team": team,
    "knowledge": knowledge,
    "market_exploration": market_exploration,
    "legal_advice": legal_advice,
    "strategy": strategy,
    "strategy_local": strategy_local,
}
