"""From the advice on the award to the register of contracts, in the order of the flow; and who enters an open house."""

from collections.abc import Callable
from datetime import date, timedelta

from cases.services import procurement as change
from escalation.rules.terms import day_of
from roles.authorize import NotAllowed
from roles.rules.verdict import Refused
from workflows.engine import Work
from workflows.tasks.procurement.content import procurement_of

STANDSTILL = timedelta(days=20)


def noted(work: Work, outcome: str) -> None:
    """What was found is in the act."""


def by_the_clock(work: Work, outcome: str) -> None:
    """The end of a date that the case holds is nobody's to bring about."""
    if work.by is not None and outcome == work.node.at_deadline:
        raise NotAllowed(Refused("Dit eindigt vanzelf op de vastgestelde datum.", "Procesbeschrijving"))


def award_notice(work: Work, outcome: str) -> None:
    procurement = procurement_of(work)
    procurement.standstill_until = day_of(work.now) + STANDSTILL
    procurement.save(update_fields=["standstill_until"])


def board_decided(work: Work, outcome: str, *, defer_until: date | None) -> None:
    if outcome == "award":
        change.award_as_owner(procurement=procurement_of(work))


CHANGES: dict[str, Callable[..., None]] = {
    "admission": by_the_clock,
    "award_advice": noted,
    "award_decision": noted,
    "award_notice": award_notice,
    "standstill": by_the_clock,
    "challenge": noted,
    "contract_drafting": noted,
    "contract_signing": noted,
    "contract_validation": noted,
    "award_publication": noted,
    "registration": noted,
}

# What a body's decision changes, once its chair confirmed it.
DECISIONS: dict[str, Callable[..., None]] = {"award_by_board": board_decided}
