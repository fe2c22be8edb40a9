"""The steps of a question about a contract: an answer, and whether it helped."""

from collections.abc import Callable

from cases.models import Enquiry
from cases.services import contract_care as change
from roles.authorize import NotAllowed
from roles.rules.verdict import Refused
from workflows.engine import Work


def enquiry_answer(work: Work, outcome: str, *, answer: str) -> None:
    change.answer(enquiry=_content(work), words=answer)


def enquiry_acceptance(work: Work, outcome: str) -> None:
    """Who is not helped yet says so once; after that there is a talk, or an escalation."""
    if outcome != "reopen":
        return
    if _content(work).reopened:
        raise NotAllowed(
            Refused("Deze vraag is al eens heropend. Vraag een contractgesprek aan, of escaleer.", "Helpdesk")
        )
    if not work.motivation.strip():
        raise NotAllowed(Refused("Schrijf op wat er nog niet is beantwoord.", "Helpdesk"))
    change.reopen(enquiry=_content(work))


def _content(work: Work) -> Enquiry:
    content = work.content
    assert isinstance(content, Enquiry)
    return content


CHANGES: dict[str, Callable[..., None]] = {
    "enquiry_answer": enquiry_answer, "enquiry_acceptance": enquiry_acceptance,
}  # fmt: skip
