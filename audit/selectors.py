"""Questions about what happened."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from audit.models import AccessRecord, Act, ChainHead


@dataclass(frozen=True, slots=True)
class Change:
    """One line of an act: a row of a table was made (+), changed (~) or removed (-)."""

    table: str
    pk: str
    kind: str
    field_list: str
    digest: str


def trail(*chains: str) -> QuerySet[Act]:
    """The acts of a case (and its parent), with their words, in the order in which they happened."""
    acts = Act.objects.filter(chain__in=chains).select_related("ground_text", "motivation_text")
    return acts.order_by("at", "chain", "seq")


def act_of(chain: str, number: int) -> Act | None:
    """One act, by its number in its chain."""
    return Act.objects.filter(chain=chain, seq=number).select_related("ground_text", "motivation_text").first()


def rectifications(chain: str) -> dict[int, int]:
    """Which act was corrected by which: number to number. The later correction counts."""
    return {act.data["rectifies"]: act.seq for act in Act.objects.filter(chain=chain, verb="rectify").order_by("seq")}


def changes(act: Act) -> list[Change]:
    return [Change(*line.split(" ")) for line in act.changes.splitlines()]


@dataclass(frozen=True, slots=True)
class Totals:
    """How much evidence there is."""

    chains: int
    acts: int


def totals(of: Q) -> Totals:
    """Of these chains, by their heads: quick however many acts there are."""
    counted = ChainHead.objects.filter(of).aggregate(chains=Count("pk"), acts=Sum("seq"))
    return Totals(counted["chains"], int(counted["acts"] or 0))


def looks(chain: str) -> QuerySet[AccessRecord]:
    """Who looked at what is confidential here, latest first."""
    return AccessRecord.objects.filter(chain=chain).order_by("-at", "-pk")
