"""Verbeterpunten: the register, within one's rights; who may be an action owner; and what a next commission reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.models import Case, Classification, Document, Improvement
from roles.models import Appointment, Person, Position, Scheme
from roles.models.fields import holding_on
from roles.selectors import Hat, Scope
from workflows.selectors.inbox import MANY, PAGE
from workflows.selectors.sight import visible

Status = Improvement.Status
FINDING = "finding"  # of whatever kind of case it is about
STANDING = (Status.OPEN, Status.BUSY)
SHOWN = (*STANDING, Status.DONE, Status.DROPPED)
READ = (
    "what", "dropped_because", "scheme", "origin__title", "owner__role", "owner__body", "named__person__name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Owner:
    """A role that may have an action, or somebody in it."""

    key: str
    body: str
    label: str


def owners(scheme: Scheme, today: date) -> list[Owner]:
    """Every role of the regeling with who holds it today. Two queries."""
    positions = Position.objects.filter(body__scheme=scheme).select_related("role", "body").order_by("body", "id")
    held: dict[int, list[Appointment]] = {}
    holding = Appointment.objects.filter(holding_on(today), position__body__scheme=scheme)
    for appointment in holding.select_related("person__name").order_by("id"):
        held.setdefault(appointment.position_id, []).append(appointment)
    found = []
    for position in positions:
        role = str(position.role)
        found.append(Owner(str(position.pk), str(position.body), role[:1].upper() + role[1:]))
        for each in held.get(position.pk, []):
            found.append(Owner(f"{position.pk}/{each.pk}", str(position.body), f"{each.person} ({role})"))
    return found


@dataclass(frozen=True, slots=True)
class Wish:
    """Which actions are asked for. None and "": not narrowed."""

    statuses: Sequence[str] = SHOWN
    domain: str = ""
    scheme: str = ""
    kind: str = ""  # of the case that they came of
    late: bool = False
    of: Sequence[int] | None = None  # positions


def register(scopes: Sequence[Scope], hats: Sequence[Hat], wish: Wish, today: date, page: int = 1) -> Any:
    """One page, what is due first first, and how many there are. Two queries."""
    found = _found(scopes, hats, wish, today)
    total = found[:MANY].count()
    last = max((total - 1) // PAGE, 0)
    start = min(page - 1, last) * PAGE
    rows = found.select_related(*READ).order_by("due_on", "pk")
    return list(rows[start : start + PAGE]), total


def every(scopes: Sequence[Scope], hats: Sequence[Hat], wish: Wish, today: date) -> list[Improvement]:
    """All of them, for a file; as many as are counted. One query."""
    return list(_found(scopes, hats, wish, today).select_related(*READ).order_by("due_on", "pk")[:MANY])


def figures(scopes: Sequence[Scope], hats: Sequence[Hat], today: date) -> dict[str, int]:
    """How many stand how, and are late. One query."""
    found = _found(scopes, hats, Wish(), today).values_list("status", "due_on")[:MANY]
    rows = list(found)
    counted = {str(status): sum(each == status for each, _ in rows) for status in SHOWN}
    return counted | {"late": sum(status in STANDING and due < today for status, due in rows)}


def readable(scopes: Sequence[Scope], hats: Sequence[Hat]) -> QuerySet[Improvement]:
    """Of cases that somebody may see, and what their own roles have to do."""
    seen = Exists(visible(scopes).filter(pk=OuterRef("origin")))
    own = Q(owner__in=[hat.position.pk for hat in hats], origin__confidential=False)
    return Improvement.objects.filter(Q(seen) | own).exclude(status=Status.PROPOSED)


def to_do(scopes: Sequence[Scope], hats: Sequence[Hat], person: Person, first: date, last: date) -> list[Improvement]:
    """What stands open for somebody in these days: by name, or for their role where nobody is named. One query."""
    mine = Q(named__person=person) | Q(named=None, owner__in=[hat.position.pk for hat in hats])
    secret = Exists(Document.objects.filter(case=OuterRef("origin"), classification=Classification.SECRET))
    found = readable(scopes, hats).filter(mine, status__in=STANDING, due_on__range=(first, last))
    return list(
        found.filter(~secret, origin__confidential=False).select_related("origin").order_by("due_on", "pk")[:MANY]
    )


def of_case(case: Case) -> list[Improvement]:
    """What came of one case, also what is not adopted yet. One query."""
    return list(case.improvements.select_related(*READ).order_by("due_on", "pk"))


def _found(scopes: Sequence[Scope], hats: Sequence[Hat], wish: Wish, today: date) -> QuerySet[Improvement]:
    found = readable(scopes, hats).filter(status__in=wish.statuses)
    if wish.domain:
        found = found.filter(domain=wish.domain)
    if wish.scheme:
        found = found.filter(scheme__code=wish.scheme)
    if wish.kind == FINDING:
        found = found.filter(finding__isnull=False)
    elif wish.kind:
        found = found.filter(origin__kind=wish.kind)
    if wish.of is not None:
        found = found.filter(owner__in=wish.of)
    if wish.late:
        found = found.filter(due_on__lt=today, status__in=STANDING)
    return found
