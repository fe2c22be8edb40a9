"""The steps of a wijziging: from what somebody filled in to what changes. In the order of the flow."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from audit.services import acting
from cases import selectors as cases
from cases.models import Amendment, Asks
from cases.services import amendment as change
from cases.services import consents
from roles.authorize import NotAllowed
from roles.rules.verdict import Refused
from roles.services.acting import hat_of
from workflows.engine import Work
from workflows.tasks.commissioning import ANSWERS


def amendment_alignment(work: Work, outcome: str, *, stance: str = "", note: str = "") -> None:
    """Without a stance: the term passed."""
    assert work.task is not None
    assert work.task.organisation_id is not None
    change.answer(
        amendment=_amendment(work), organisation_id=work.task.organisation_id, by=work.by if stance else None,
        stance=stance, note=note,
    )  # fmt: skip


def amendment_question(work: Work, outcome: str) -> None:
    """To carry on against a municipality that does not want to join would bind who cannot be bound."""
    amendment = _amendment(work)
    joins = amendment.change == Amendment.Change.JOIN and amendment.organisation in cases.objecting(amendment)
    if outcome == "persist" and joins:
        raise NotAllowed(
            Refused(
                f"{amendment.organisation} stemt niet in met de toetreding. Een gemeente treedt alleen toe als zij dat "
                "zelf wil; trek de wijziging in.",
                "Domein: zorgbudgetten blijven bij de gemeenten",
            )
        )


def assessment(
    work: Work, outcome: str, *, extra_cost: Decimal, extra_hours: int, planning: str, within_budget: bool,
    within_capacity: bool,
) -> None:  # fmt: skip
    change.assess(
        amendment=_amendment(work), extra_cost=extra_cost, extra_hours=extra_hours, planning=planning,
        within_budget=within_budget, within_capacity=within_capacity, against=outcome == "negative",
    )  # fmt: skip


def amend_local_decision(work: Work, outcome: str) -> None:
    """Nothing changes but the way on; the reason is in the act."""


def college_consent(work: Work, outcome: str, **said: Any) -> None:
    """Without what was said: the term passed, and that is no consent."""
    assert work.task is not None
    assert work.task.organisation_id is not None
    consents.record_college(
        about=_amendment(work), organisation_id=work.task.organisation_id, by=work.by, answer=ANSWERS[outcome],
        subject=work.commission.asks_colleges, **said,
    )  # fmt: skip


def consent_question(work: Work, outcome: str) -> None:
    """Nobody's budget is bound without them: they are asked again, or it ends."""
    if outcome == "ask_again":
        consents.ask_colleges(about=_amendment(work))


def pho_decided(work: Work, outcome: str, *, defer_until: date | None) -> None:
    if outcome == "defer":
        assert defer_until is not None
        change.defer(amendment=_amendment(work), until=defer_until)
    elif outcome == "grant" and work.commission.asks_colleges != Asks.NOTHING:
        consents.ask_colleges(about=_amendment(work))


def db_decided(work: Work, outcome: str, *, defer_until: date | None) -> None:
    if outcome == "agree":
        change.agree_as_owner(amendment=_amendment(work))


def amend_acceptance(work: Work, outcome: str, *, conditions: str = "") -> None:
    """Accepted, it is carried out on the commission at once: in an act of that chain, with the same correlation."""
    if outcome != "accept":
        return
    amendment = _amendment(work)
    change.accept(amendment=amendment, conditions=conditions)
    work.correlation = uuid4()
    work.follow_ups.append(lambda: _carry_out(work, amendment))


def _carry_out(work: Work, amendment: Amendment) -> None:
    by = work.actor
    with acting(
        chain=work.commission.case.chain, verb="amend", actor=by.actor, user_id=work.user_id, hat=hat_of(by)
    ) as act:
        act.correlation = work.correlation or act.correlation
        act.mandate = work.mandate
        act.details |= {"amendment": work.case.number, "case": work.case.chain, "change": amendment.change}
        change.apply(amendment=amendment, commission=work.commission)


def _amendment(work: Work) -> Amendment:
    content = work.content
    assert isinstance(content, Amendment)
    return content


CHANGES: dict[str, Callable[..., None]] = {
    "amendment_alignment": amendment_alignment,
    "amendment_question": amendment_question,
    "assessment": assessment,
    "amend_local_decision": amend_local_decision,
    "college_consent": college_consent,
    "consent_question": consent_question,
    "amend_acceptance": amend_acceptance,
}

# What a body's decision changes, once its chair confirmed it.
DECISIONS: dict[str, Callable[..., None]] = {"pho_decision": pho_decided, "db_decision": db_decided}
