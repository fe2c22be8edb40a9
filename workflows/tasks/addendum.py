"""The steps of an addendum, in the order of the flow; signed, it is carried out on the contract."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import uuid4

from audit.services import acting
from cases.models import Addendum
from cases.rules import addendum as rule
from cases.rules.addendum import Proposal
from cases.selectors.contracts import as_it_stands
from cases.services import contract_care as care
from cases.services import contract_course as change
from escalation.rules.terms import day_of
from roles.authorize import NotAllowed
from roles.rules.verdict import Refused, Verdict
from roles.services.acting import hat_of
from workflows import contract_terms
from workflows.engine import Work


def addendum_check(work: Work, outcome: str) -> None:
    """A change that looks substantial passes only with a reason in writing."""
    if outcome == "approved":
        _insist(rule.may_approve(warned=_addendum(work).warning, motivation=work.motivation))


def addendum_redraft(
    work: Work, outcome: str, *, proposal: Proposal | None = None, ground: str = "",
    words: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    if outcome != "redrafted":
        return
    addendum, today = _addendum(work), day_of(work.now)
    if proposal is None or words is None:
        raise NotAllowed(Refused("Schrijf op wat er verandert.", rule.LAW))
    now = as_it_stands(addendum.contract, today)
    found = rule.problems(now, proposal, today=today)
    if found:
        raise NotAllowed(Refused(found[0].message, rule.LAW))
    care.draft_addendum(
        case=work.case, contract=addendum.contract, now=now, proposal=proposal, ground=ground, words=words
    )


def addendum_decision(work: Work, outcome: str) -> None:
    """Nothing changes but the way on; the reason and the mandate are in the act."""
    work.details["value"] = str(_addendum(work).value)


def addendum_decided(work: Work, outcome: str, *, defer_until: date | None = None) -> None:
    """The same, by the owner's board."""
    addendum_decision(work, outcome)


def addendum_signing(work: Work, outcome: str, *, signed_on: date | None = None) -> None:
    """Signed by both, the contract changes at once: in an act of its chain, with the same correlation."""
    if outcome != "signed":
        return
    addendum, today = _addendum(work), day_of(work.now)
    if signed_on is None or signed_on > today:
        raise NotAllowed(Refused("Kies de dag waarop beide partijen hebben getekend.", "Contract"))
    contract = addendum.contract
    changed = (contract.annual_amount, contract.ends_on) != (addendum.amount_before, addendum.ends_before)
    _insist(rule.may_sign(running=contract.case.is_running, changed_since=changed))
    care.sign(addendum=addendum, signed_on=signed_on)
    work.correlation = uuid4()
    work.follow_ups.append(lambda: _carry_out(work, addendum))


def _carry_out(work: Work, addendum: Addendum) -> None:
    by, contract = work.actor, addendum.contract
    with acting(
        chain=contract.case.chain, verb="apply_addendum", actor=by.actor, user_id=work.user_id, hat=hat_of(by)
    ) as act:
        act.correlation = work.correlation or act.correlation
        act.details |= {"addendum": work.case.number, "case": work.case.chain, "change": addendum.change}
        change.apply(contract=contract, addendum=addendum)
        contract_terms.renew(contract.case)


def _insist(verdict: Verdict) -> None:
    if isinstance(verdict, Refused):
        raise NotAllowed(verdict)


def _addendum(work: Work) -> Addendum:
    content = work.content
    assert isinstance(content, Addendum)
    return content


CHANGES: dict[str, Callable[..., None]] = {
    "addendum_check": addendum_check,
    "addendum_redraft": addendum_redraft,
    "addendum_decision": addendum_decision,
    "addendum_signing": addendum_signing,
}

# What a body's decision changes, once its chair confirmed it.
DECISIONS: dict[str, Callable[..., None]] = {"addendum_by_board": addendum_decided}
