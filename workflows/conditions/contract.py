"""What the flows of contracts ask: when its end comes in sight, and whether a mandate covers what is decided."""

from datetime import date, timedelta

from audit import clock
from cases.models import Addendum, Case, Contract
from cases.rules import expiry as rule
from cases.selectors.contracts import expiry_leads
from roles import selectors as roles
from workflows.models import CaseProcess


def next_expiry_signal(process: CaseProcess) -> date:
    """By the leads of the regeling as they are today; the day after its end where nothing is left to decide."""
    contract = process.case.contract
    leads = expiry_leads(process.case.scheme_id, clock.today())
    return rule.next_signal(contract.term, leads, since=contract.signalled_on)


def contract_is_over(process: CaseProcess) -> bool:
    """Nothing is left to decide: it was ended, or its last day had passed when it was taken over."""
    contract = process.case.contract
    return bool(contract.closing or contract.ends_on < clock.today())


def contract_is_past(process: CaseProcess) -> date:
    """The day after its last."""
    ends_on: date = process.case.contract.ends_on
    return ends_on + timedelta(days=1)


def extension_in_mandate(process: CaseProcess) -> bool:
    """Whoever decides alone may: for what an extension costs. With nothing left to extend that is nothing."""
    return _covered(process, "expiry_decision", "extend_contract", process.case.contract)


def change_in_mandate(process: CaseProcess) -> bool:
    """The same, for what an addendum is worth."""
    return _covered(process, "addendum_decision", "amend_contract", process.case.addendum)


def measures_are_due(process: CaseProcess) -> date:
    """The day after the one on which a provider should be ready."""
    due: date | None = process.case.requalification.measures_due
    if due is None:
        raise ValueError("Measures have no date")
    return due + timedelta(days=1)


def _covered(process: CaseProcess, step: str, power: str, content: Contract | Addendum) -> bool:
    case: Case = process.case
    return roles.mandate_covers(
        position_id=process.bindings[step], power=power, amount=content.cost, domain=case.domain, scale=case.scale
    )
