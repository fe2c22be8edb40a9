"""Escalaties: the register, within one's rights; and those about one case."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from cases.models import Case
from escalation.rules.calendar import DAY, working_days_between
from escalation.rules.ladder import NAMES
from escalation.rules.terms import day_of
from roles.selectors import Scope
from workflows.selectors.inbox import MANY, PAGE
from workflows.selectors.sight import visible

RUNNING = (Case.State.OPEN, Case.State.SUSPENDED)
ENDED = (Case.State.RESOLVED, Case.State.UNRESOLVED, Case.State.REFERRED, Case.State.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which escalations are asked for. None and "": not narrowed."""

    level: int | None = None
    category: str = ""
    states: Sequence[str] = (*RUNNING, *ENDED)


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of those that stand or ended on one level."""

    level: int
    running: int
    resolved: int
    ended: int
    lead_time: int | None  # working days, of the middle one that ended

    @property
    def name(self) -> str:
        return NAMES[self.level]


def register(scopes: Sequence[Scope], wish: Wish, page: int = 1) -> tuple[list[Case], int]:
    """One page, the newest first, and how many there are. Two queries."""
    found = _found(scopes, wish)
    total = found[:MANY].count()
    last = max((total - 1) // PAGE, 0)
    start = min(page - 1, last) * PAGE
    rows = found.select_related("title", "organisation", "escalation", "parent__title").order_by("-pk")
    return list(rows[start : start + PAGE]), total


def figures(scopes: Sequence[Scope], wish: Wish) -> list[Figures]:
    """By level, of the newest. One query."""
    found = _found(scopes, wish).order_by("-pk").values_list("escalation__level", "state", "opened_at", "closed_at")
    by_level: dict[int, list[tuple[str, datetime, datetime | None]]] = defaultdict(list)
    for level, state, opened_at, closed_at in found[:MANY]:
        by_level[level].append((state, opened_at, closed_at))
    return [_figures(level, by_level[level]) for level in NAMES]


def _figures(level: int, rows: Sequence[tuple[str, datetime, datetime | None]]) -> Figures:
    times = sorted(lead_time(opened, closed) for _, opened, closed in rows if closed is not None)
    return Figures(
        level, running=sum(state in RUNNING for state, _, _ in rows),
        resolved=sum(state == Case.State.RESOLVED for state, _, _ in rows), ended=len(times),
        lead_time=times[len(times) // 2] if times else None,
    )  # fmt: skip


def lead_time(opened: datetime, until: datetime | date) -> int:
    """In working days, from the day after it was handed in."""
    return working_days_between(day_of(opened) + DAY, day_of(until))


def _found(scopes: Sequence[Scope], wish: Wish) -> QuerySet[Case]:
    found = visible(scopes).filter(kind=Case.Kind.ESCALATION, state__in=wish.states)
    if wish.level is not None:
        found = found.filter(escalation__level=wish.level)
    if wish.category:
        found = found.filter(escalation__category=wish.category)
    return found
