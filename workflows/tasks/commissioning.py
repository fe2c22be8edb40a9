"""The steps of opdrachtverstrekking: from what somebody filled in to what changes. In the order of the flow."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from cases.services import commission as change
from roles.authorize import NotAllowed
from roles.rules.verdict import Refused
from workflows.engine import Work


def municipal_alignment(work: Work, outcome: str, **answers: Any) -> None:
    """Without answers: the term passed."""
    assert work.task is not None
    assert work.task.organisation_id is not None
    change.align(
        commission=work.commission,
        organisation_id=work.task.organisation_id,
        by=work.by if answers else None,
        **answers,
    )


def alignment_question(work: Work, outcome: str, *, request: change.Request | None = None) -> None:
    if outcome == "adapt":
        assert request is not None
        change.adapt(commission=work.commission, request=request, new_round=True)
    elif outcome == "without":
        gone = change.go_on_without_disagreeing(commission=work.commission)
        work.details["left"] = gone
        if work.commission.shares.filter(takes_part=True).count() < 2:
            raise NotAllowed(
                Refused(
                    "Zonder deze gemeenten blijven er te weinig over voor een regionale opdracht. "
                    "Pas de opdracht aan of trek haar in.",
                    "Domein: een regionale opdracht heeft minstens twee deelnemers",
                )
            )


def intake(
    work: Work, outcome: str, *, questions: str = "", board_client: int | None = None,
    official_client: int | None = None, owner: int | None = None, project_lead: int | None = None,
) -> None:  # fmt: skip
    if outcome == "questions":
        change.ask(case=work.case, step="intake", by=work.actor, at=work.now, question=questions)
        return
    change.assess(
        commission=work.commission, board_client=board_client, official_client=official_client, owner=owner,
        project_lead=project_lead,
    )  # fmt: skip
    if outcome == "negative":
        change.advise_against(commission=work.commission)


def supplement(work: Work, outcome: str, *, answer: str, request: change.Request | None = None) -> None:
    change.answer(case=work.case, step="supplement", by=work.actor, at=work.now, words=answer)
    if request is not None:
        change.adapt(commission=work.commission, request=request, new_round=False)


def reconsider(work: Work, outcome: str) -> None:
    """Nothing changes but the way on; the reason is in the act."""


def approach(
    work: Work, outcome: str, *, strategy: str, hours: int, planning: str, cost: Decimal, approach_risks: str = "",
    within_budget: bool, within_capacity: bool, criteria_agreed: bool,
) -> None:  # fmt: skip
    change.propose(
        commission=work.commission, strategy=strategy, hours=hours, planning=planning, cost=cost,
        approach_risks=approach_risks, within_budget=within_budget, within_capacity=within_capacity,
        criteria_agreed=criteria_agreed,
    )  # fmt: skip


def acceptance(work: Work, outcome: str, *, conditions: str = "") -> None:
    if outcome == "accept":
        change.accept(commission=work.commission, conditions=conditions)


def pho_decided(work: Work, outcome: str, *, defer_until: date | None) -> None:
    if outcome == "defer":
        assert defer_until is not None
        change.defer(commission=work.commission, until=defer_until)


def db_decided(work: Work, outcome: str, *, defer_until: date | None) -> None:
    if outcome == "agree":
        change.agree_as_owner(commission=work.commission)


CHANGES: dict[str, Callable[..., None]] = {
    "municipal_alignment": municipal_alignment,
    "alignment_question": alignment_question,
    "intake": intake,
    "supplement": supplement,
    "reconsider": reconsider,
    "approach": approach,
    "acceptance": acceptance,
}

# What a body's decision changes, once its chair confirmed it.
DECISIONS: dict[str, Callable[..., None]] = {
    "pho_decision": pho_decided,
    "db_decision": db_decided,
}
