"""Contracten: the register, within one's rights; what it adds up to, and what comes to its end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from cases.models import Case, CaseAccess, Contract, Lot, Provider
from escalation.rules.terms import months_from
from roles.selectors import Scope
from workflows.selectors.inbox import MANY, PAGE
from workflows.selectors.sight import kept_from, keys

RUNNING = (Case.State.OPEN, Case.State.SUSPENDED)
SOON = 6  # months
RELATED = ("case__title", "case__scheme", "case__parent", "provider", "lot")
ORDERS = {
    "einde": ("ends_on", "pk"), "-einde": ("-ends_on", "-pk"), "aanbieder": ("provider__name", "pk"),
    "-aanbieder": ("-provider__name", "-pk"), "bedrag": ("annual_amount", "pk"), "-bedrag": ("-annual_amount", "-pk"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """Which contracts are asked for. None and "": not narrowed."""

    words: str = ""
    provider: int | None = None
    lot: int | None = None
    domain: str = ""
    states: Sequence[str] = RUNNING
    ends_before: date | None = None
    order: str = "einde"


@dataclass(frozen=True, slots=True)
class Totals:
    """What these contracts come to; `soon` end within half a year."""

    count: int
    annual_amount: Decimal
    soon: int
    providers: int


def register(scopes: Sequence[Scope], wish: Wish, page: int = 1) -> tuple[list[Contract], int]:
    """One page, and how many there are, counted up to `MANY`. Two queries."""
    found = _found(scopes, wish)
    total = found[:MANY].count()
    last = max((total - 1) // PAGE, 0)
    start = min(page - 1, last) * PAGE
    rows = found.select_related(*RELATED).order_by(*ORDERS[wish.order])
    return list(rows[start : start + PAGE]), total


def every(scopes: Sequence[Scope], wish: Wish) -> Iterator[Contract]:
    """All of them, some at a time."""
    found = _found(scopes, wish).select_related(*RELATED).order_by(*ORDERS[wish.order])
    return found.iterator(chunk_size=250)


def totals(scopes: Sequence[Scope], wish: Wish, today: date) -> Totals:
    """One query."""
    found = _found(scopes, wish).aggregate(
        annual=Sum("annual_amount"), providers=_distinct("provider"), rows=_distinct("case"),
        soon=_distinct("case", Q(ends_on__lte=months_from(today, SOON), ends_on__gte=today)),
    )  # fmt: skip
    return Totals(found["rows"], found["annual"] or Decimal(0), found["soon"], found["providers"])


def market(scopes: Sequence[Scope]) -> tuple[list[Provider], list[Lot]]:
    """Whom and what one may narrow to: those of which one sees a contract. Two queries."""
    seen = Contract.objects.filter(_visible(scopes))
    providers = Provider.objects.filter(pk__in=seen.values("provider")).order_by("name")
    lots = Lot.objects.filter(pk__in=seen.values("lot")).order_by("name")
    return list(providers), list(lots)


def of_procurement(case: Case, scopes: Sequence[Scope]) -> list[Contract]:
    """What came of a procurement, as far as one may see. One query."""
    found = Contract.objects.filter(_visible(scopes), case__parent=case)
    return list(found.select_related(*RELATED).order_by("lot__name", "provider__name"))


def _found(scopes: Sequence[Scope], wish: Wish) -> QuerySet[Contract]:
    found = Contract.objects.filter(_visible(scopes), case__state__in=wish.states)
    narrowed = {
        "provider": wish.provider, "lot": wish.lot, "lot__domain": wish.domain or None,
        "ends_on__lte": wish.ends_before,
    }  # fmt: skip
    found = found.filter(**{name: value for name, value in narrowed.items() if value is not None})
    if wish.words:
        by_name = Q(provider__name__icontains=wish.words) | Q(lot__name__icontains=wish.words)
        found = found.filter(by_name | Q(case__number__icontains=wish.words))
    return found


def _visible(scopes: Sequence[Scope]) -> Q:
    """Everybody who sees the commission sees its contracts (`cases_project_case`)."""
    seen = Q(Exists(CaseAccess.objects.filter(case=OuterRef("case"), scope__in=keys(scopes))))
    away = kept_from(scopes)
    return seen & ~Q(case__in=away) if away else seen


def _distinct(field: str, only: Q | None = None) -> Count:
    return Count(field, distinct=True, filter=only)
