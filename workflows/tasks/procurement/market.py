"""The papers, and the market until it closes, in the order of the flow."""

from collections.abc import Callable

from cases.services import procurement as change
from cases.services.procurement import Told
from workflows.engine import Work
from workflows.tasks.procurement.content import procurement_of


def papers(work: Work, outcome: str) -> None:
    """The papers themselves are documents of the case."""


def legal_check(work: Work, outcome: str) -> None:
    """Four eyes: by another than who wrote them (a named pair). The judgement is in the act."""


def release(work: Work, outcome: str, *, told: Told | None = None) -> None:
    if outcome == "released":
        assert told is not None
        change.release(procurement=procurement_of(work), told=told)


def clarification(work: Work, outcome: str, *, told: Told) -> None:
    if outcome == "changed":
        change.extend(procurement=procurement_of(work), told=told)
    else:
        change.clarify(procurement=procurement_of(work), told=told)


def no_tenders(work: Work, outcome: str) -> None:
    if outcome == "new_round":
        change.begin_round(procurement=procurement_of(work))


CHANGES: dict[str, Callable[..., None]] = {
    "papers": papers,
    "legal_check": legal_check,
    "release": release,
    "clarification": clarification,
    "no_tenders": no_tenders,
}
