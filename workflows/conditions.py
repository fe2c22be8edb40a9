"""The questions that a flow asks of its case, by name."""

from datetime import date

from cases import selectors as cases
from roles import selectors as roles
from workflows.models import CaseProcess


def everybody_agrees(process: CaseProcess) -> bool:
    """Nobody answered "niet akkoord" in the last round; who did not answer in time does not hold it up."""
    return not cases.disagreeing(process.case.commission)


def within_plan(process: CaseProcess) -> bool:
    """The director may accept it alone: budget and capacity suffice, and a mandate covers the MGR's own cost.

    The care budgets stay with the municipalities; they are not asked here (domain §3, two different powers).
    """
    commission = process.case.commission
    if not (commission.within_budget and commission.within_capacity):
        return False
    return roles.mandate_covers(
        position_id=process.bindings["acceptance"],
        power="accept_commission",
        amount=commission.cost,
        domain=commission.domain,
        scale=commission.scale,
    )


def deferral_ends(process: CaseProcess) -> date:
    """The day on which a deferred decision comes back."""
    until: date | None = process.case.commission.deferred_until
    if until is None:
        raise ValueError("A deferred decision has no date")
    return until
