"""How cases followed their process, as it was kept of those that somebody may see. A fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Aggregate, Count, F, FloatField, Max, Q, QuerySet

from roles.selectors import Scope
from workflows.models import LeadTime, Replay
from workflows.selectors.sight import visible

VARIANTS = 20  # shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which cases; None and "": not narrowed. By the day on which they began, ends included."""

    scheme: int | None = None
    flow: str = ""
    version: int | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """A way that cases went: how many, and whether those fit."""

    steps: Sequence[str]
    count: int
    fitting: int


@dataclass(frozen=True, slots=True)
class Times:
    """How long one step stood open, in working days."""

    step: str
    count: int
    median: float
    p90: float


class Percentile(Aggregate):
    """Of a number; between the two around it where it falls there."""

    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def replays(scopes: Sequence[Scope], wish: Wish) -> QuerySet[Replay]:
    found = Replay.objects.filter(case__in=visible(scopes))
    if wish.scheme is not None:
        found = found.filter(case__scheme=wish.scheme)
    if wish.flow:
        found = found.filter(flow=wish.flow)
    if wish.version is not None:
        found = found.filter(version=wish.version)
    if wish.since:
        found = found.filter(began__gte=wish.since)
    if wish.until:
        found = found.filter(began__lte=wish.until)
    return found


def by_version(found: QuerySet[Replay]) -> list[dict[str, Any]]:
    """Of each version of each flow: how many cases, how many fit, and up to which act was looked. One query."""
    counted = found.values("flow", "version").annotate(
        total=Count("pk"), fitting=Count("pk", filter=Q(fits=True)), deviating=Count("pk", filter=Q(fits=False))
    )
    return [dict(row) for row in counted.order_by("flow", "version")]


def deviating(found: QuerySet[Replay]) -> QuerySet[Replay]:
    """The newest first."""
    with_case = found.filter(fits=False).select_related("case__title", "case__process", "case__organisation")
    return with_case.order_by("-began", "-pk")


def variants(found: QuerySet[Replay]) -> tuple[list[Variant], int]:
    """The most usual first, and how many there are in all. Three queries."""
    grouped = found.values("variant").annotate(
        count=Count("pk"), fitting=Count("pk", filter=Q(fits=True)), one=Max("pk")
    )
    shown = list(grouped.order_by("-count", "variant")[:VARIANTS])
    steps = dict(Replay.objects.filter(pk__in=[row["one"] for row in shown]).values_list("pk", "steps"))
    told = [Variant(steps.get(row["one"], []), row["count"], row["fitting"]) for row in shown]
    return told, found.values("variant").distinct().count()


def times(found: QuerySet[Replay]) -> list[Times]:
    """Of each step. One query."""
    rows = LeadTime.objects.filter(replay__in=found).values("step")
    counted = rows.annotate(count=Count("pk"), median=Percentile("days", share=0.5), p90=Percentile("days", share=0.9))
    return [Times(row["step"], row["count"], row["median"], row["p90"]) for row in counted.order_by(F("median").desc())]
