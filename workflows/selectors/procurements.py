"""Inkopen: the list, within one's rights; and every case that hangs under another."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from cases.models import Case
from roles.selectors import Scope
from workflows.selectors.inbox import MANY, PAGE
from workflows.selectors.sight import visible

RUNNING = (Case.State.OPEN, Case.State.SUSPENDED)
ENDED = (Case.State.CONTRACTED, Case.State.STOPPED, Case.State.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which procurements are asked for. None and "": not narrowed."""

    states: Sequence[str] = (*RUNNING, *ENDED)
    phase: str = ""
    procedure: str = ""
    instrument: str = ""
    domain: str = ""
    scheme: int | None = None


def register(scopes: Sequence[Scope], wish: Wish, page: int = 1) -> tuple[list[Case], int]:
    """One page, the newest first, and how many there are. Two queries."""
    found = _found(scopes, wish)
    total = found[:MANY].count()
    last = max((total - 1) // PAGE, 0)
    start = min(page - 1, last) * PAGE
    beside = ("title", "scheme", "organisation", "procurement", "process", "subject__commission")
    return list(found.select_related(*beside).order_by("-pk")[start : start + PAGE]), total


def _found(scopes: Sequence[Scope], wish: Wish) -> QuerySet[Case]:
    found = visible(scopes).filter(kind=Case.Kind.PROCUREMENT, state__in=wish.states)
    narrowed = {
        "phase": wish.phase, "procurement__procedure": wish.procedure, "procurement__instrument": wish.instrument,
        "subject__commission__domain": wish.domain, "scheme": wish.scheme,
    }  # fmt: skip
    return found.filter(**{name: value for name, value in narrowed.items() if value})


def beneath(case: Case, scopes: Sequence[Scope]) -> list[Case]:
    """The cases under one that this visitor may know of, the last first, without its changes. One query."""
    found = visible(scopes).filter(parent=case).exclude(kind=Case.Kind.AMENDMENT)
    return list(found.select_related("title", "escalation").order_by("-pk")[:MANY])
