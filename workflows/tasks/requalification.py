"""The steps of a requalification, in the order of the flow; to end the contract moves its end."""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

from audit.services import acting
from cases.models import Requalification
from cases.services import contract_care as change
from cases.services import contract_course
from escalation.rules.terms import day_of
from roles.authorize import NotAllowed
from roles.rules.verdict import Refused
from roles.services.acting import hat_of
from workflows import contract_terms
from workflows.engine import Work

AGREED = "Eisen van het contract"


def requalification_assessment(work: Work, outcome: str, *, findings: str) -> None:
    change.assess(requalification=_content(work), findings=findings)


def requalification_decision(
    work: Work, outcome: str, *, measures: str = "", measures_due: date | None = None, ends_on: date | None = None
) -> None:
    """Continue, continue with measures and a day, or end the contract on a day."""
    content, today = _content(work), day_of(work.now)
    if outcome == "measures":
        if not measures.strip() or measures_due is None or measures_due <= today:
            raise NotAllowed(Refused("Schrijf op welke maatregelen er komen, en een dag na vandaag.", AGREED))
        change.demand(requalification=content, measures=measures, due=measures_due)
    elif outcome == "terminate":
        if ends_on is None or not today <= ends_on <= content.contract.ends_on:
            raise NotAllowed(
                Refused("Kies een einddatum vanaf vandaag, en niet na het einde van het contract.", AGREED)
            )
        change.terminate(requalification=content, on=ends_on)
        work.correlation = uuid4()
        work.follow_ups.append(lambda: _end(work, content))


def measures_check(work: Work, outcome: str) -> None:
    """Whether it was done; what that means is decided anew."""


def _end(work: Work, content: Requalification) -> None:
    """In an act of the contract's own chain."""
    by, contract = work.actor, content.contract
    with acting(
        chain=contract.case.chain, verb="terminate", actor=by.actor, user_id=work.user_id, hat=hat_of(by)
    ) as act:
        act.correlation = work.correlation or act.correlation
        act.details |= {"requalification": work.case.number, "case": work.case.chain}
        contract_course.close(contract=contract, ends_on=content.terminates_on)
        contract_terms.renew(contract.case)


def _content(work: Work) -> Requalification:
    content = work.content
    assert isinstance(content, Requalification)
    return content


CHANGES: dict[str, Callable[..., None]] = {
    "requalification_assessment": requalification_assessment,
    "requalification_decision": requalification_decision,
    "measures_check": measures_check,
}
