"""The steps of a contract while it runs, in the order of the flow: what is decided about its end."""

from collections.abc import Callable
from datetime import date

from cases.models import Contract
from cases.rules import expiry as rule
from cases.selectors.contracts import expiry_leads
from cases.services import contract_course as change
from escalation.rules.terms import day_of
from roles.authorize import NotAllowed
from roles.rules.verdict import Granted
from workflows.bindings import may_start
from workflows.engine import Work
from workflows.flows import current


def term_runs(work: Work, outcome: str) -> None:
    """The clock came to a signal, or past the end."""
    change.signal(contract=_contract(work), day=day_of(work.now))


def expiry_decision(work: Work, outcome: str) -> None:
    """Extend within what the contract allows, buy again, end, or come back to it at the next signal."""
    contract, today = _contract(work), day_of(work.now)
    verdict = rule.may_decide(outcome, contract.term, expiry_leads(work.case.scheme_id, today), today=today)
    if not isinstance(verdict, Granted):
        raise NotAllowed(verdict)
    work.details["ends_on"] = contract.ends_on.isoformat()
    if outcome == rule.EXTEND:
        change.extend(contract=contract)
        work.details["extended_to"] = contract.ends_on.isoformat()
    elif outcome != rule.LATER:
        change.close(contract=contract)
    if outcome == rule.BUY_AGAIN:
        _tell_submitters(work)


def expiry_decided(work: Work, outcome: str, *, defer_until: date | None = None) -> None:
    """The same, by the owner's board."""
    expiry_decision(work, outcome)


def _tell_submitters(work: Work) -> None:
    """Whoever may submit a commission hears that one is wanted: it lies ready, filled in from this contract."""
    flow = current("commissioning")
    for position in sorted(may_start(scheme=work.case.scheme, flow_class=flow)):
        work.pen.tell("buy_again", position=position, by=work.by.person_id if work.by else None)


def _contract(work: Work) -> Contract:
    content = work.content
    assert isinstance(content, Contract)
    return content


CHANGES: dict[str, Callable[..., None]] = {"term_runs": term_runs, "expiry_decision": expiry_decision}

# What a body's decision changes, once its chair confirmed it.
DECISIONS: dict[str, Callable[..., None]] = {"expiry_by_board": expiry_decided}
