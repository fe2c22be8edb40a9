"""Questions about who may win a procurement, who was told, and what was agreed on."""

from dataclasses import dataclass, field
from decimal import Decimal

from cases.models import (
    AgreedScore,
    Application,
    Assessment,
    Award,
    AwardCriterion,
    AwardLetter,
    AwardNotice,
    Challenge,
    Procurement,
    Provider,
    Ranking,
    Tender,
)
from cases.rules.award import Ranked


@dataclass(frozen=True, slots=True)
class Standing:
    """One tender for one lot, as the last assessment left it. `scores` by criterion."""

    offer_id: int
    tender: Tender
    lot_id: int
    lot: str
    name: str
    place: int | None
    total: Decimal | None
    tied: bool
    excluded: str
    price: Decimal
    scores: dict[int, Decimal] = field(default_factory=dict)

    @property
    def ranked(self) -> Ranked:
        return Ranked(self.lot_id, self.offer_id, self.place)


def standings(procurement: Procurement) -> list[Standing]:
    """By lot and place, what was excluded last; empty where nothing was compared. Three queries."""
    last = Assessment.objects.filter(procurement=procurement).order_by("-number").first()
    if last is None or last.round != procurement.round:
        return []
    scores: dict[int, dict[int, Decimal]] = {}
    agreed = AgreedScore.objects.filter(offer__tender__procurement=procurement, number=last.number)
    for offer, criterion, points in agreed.values_list("offer", "criterion", "points"):
        scores.setdefault(offer, {})[criterion] = points
    rows = Ranking.objects.filter(assessment=last).select_related(
        "offer__lot__lot", "offer__tender__firm", "offer__tender__provider"
    )
    return [
        Standing(
            offer_id=row.offer_id, tender=row.offer.tender, lot_id=row.offer.lot.lot_id, lot=str(row.offer.lot.lot),
            name=str(row.offer.tender.firm), place=row.place, total=row.total, tied=row.tied, excluded=row.excluded,
            price=row.offer.price, scores=scores.get(row.offer_id, {}),
        )
        for row in rows
    ]  # fmt: skip


def tenders(procurement: Procurement) -> list[Tender]:
    """Everybody who took part in this round, also who was excluded. One query."""
    found = Tender.objects.filter(procurement=procurement, round=procurement.round)
    return list(found.select_related("firm", "reason", "provider").prefetch_related("offers__lot__lot"))


def awards(procurement: Procurement) -> list[Award]:
    """Who wins, by lot. One query."""
    found = Award.objects.filter(procurement=procurement)
    return list(found.select_related("lot", "provider", "reason", "deviation").order_by("lot__name", "place", "pk"))


def award_criteria(procurement: Procurement) -> list[AwardCriterion]:
    return list(AwardCriterion.objects.filter(procurement=procurement).select_related("name"))


def last_notice(procurement: Procurement) -> AwardNotice | None:
    """What was told last, with its letters. Two queries."""
    found = AwardNotice.objects.filter(procurement=procurement).select_related("waived")
    return found.prefetch_related("letters__provider", "letters__document__title").last()


def running_challenge(procurement: Procurement) -> Challenge | None:
    """The objection that nobody settled yet."""
    found = Challenge.objects.filter(notice__procurement=procurement, result="")
    return found.select_related("notice", "provider", "subject").last()


def challenges(procurement: Procurement) -> list[Challenge]:
    found = Challenge.objects.filter(notice__procurement=procurement)
    return list(found.select_related("provider", "subject", "ruling").order_by("pk"))


def told_providers(procurement: Procurement) -> list[Provider]:
    """Who got a letter of the last notice, and so may object. One query."""
    last = AwardNotice.objects.filter(procurement=procurement).order_by("-pk").values("pk")[:1]
    told = AwardLetter.objects.filter(notice__in=last).values("provider")
    return list(Provider.objects.filter(pk__in=told))


def applications(procurement: Procurement) -> list[Application]:
    """Of an open house, the last first. One query."""
    found = Application.objects.filter(procurement=procurement)
    related = ("lot", "provider", "note", "reason", "contract__case", "decided_by__person__name")
    return list(found.select_related(*related).order_by("-pk"))
