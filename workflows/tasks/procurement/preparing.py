"""From the start of a procurement to its strategy, in the order of the flow."""

from collections.abc import Callable, Sequence

from cases.services import procurement as change
from cases.services.procurement import Member, Strategy, Weight
from workflows.engine import Work
from workflows.tasks.procurement.content import procurement_of


def team(work: Work, outcome: str, *, members: Sequence[Member]) -> None:
    change.compose(procurement=procurement_of(work), members=members)


def knowledge(work: Work, outcome: str, *, found: str) -> None:
    change.explore(procurement=procurement_of(work), knowledge=found)


def market_exploration(work: Work, outcome: str, *, found: str, consulted: str = "") -> None:
    change.explore(procurement=procurement_of(work), market=found, consulted=consulted)


def legal_advice(work: Work, outcome: str, *, advice: str) -> None:
    change.explore(procurement=procurement_of(work), legal_advice=advice)


def strategy(work: Work, outcome: str, *, strategy: Strategy, criteria: Sequence[Weight] = ()) -> None:
    change.choose(procurement=procurement_of(work), strategy=strategy, criteria=criteria)


def strategy_local(work: Work, outcome: str) -> None:
    """Nothing changes but the way on; the reason is in the act."""


CHANGES: dict[str, Callable[..., None]] = {
    "team": team,
    "knowledge": knowledge,
    "market_exploration": market_exploration,
    "legal_advice": legal_advice,
    "strategy": strategy,
    "strategy_local": strategy_local,
}
