"""The steps of a procurement up to the closing of the market, in the order of its flow (domain §5.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from cases.models import AwardCriterion, Case, Procurement, ProcurementLot, Publication, TeamMember
from cases.models.procurement import PriceFormula
from cases.services.words import rewrite, write
from roles.models import Organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody in the team, by appointment."""

    role: str
    appointment: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """A criterion of the award and its weight in per cent; how a price becomes a score, or which score excludes."""

    name: str
    kind: str
    weight: int
    max_score: int = 10
    minimum: int | None = None
    formula: str = PriceFormula.RELATIVE
    floor: Decimal | None = None
    ceiling: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """How it is bought. `lots` by their number; the estimate is of the whole term, excluding VAT."""

    words: str
    instrument: str
    procedure: str
    funding: str
    estimate: Decimal
    cpv: str
    lots: dict[int, Decimal]
    undivided: str = ""
    fit_ground: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the market is told, and until when it may answer."""

    reference: str
    published_at: datetime
    closing_at: datetime
    note: str = ""


def open_procurement(
    *, case_id: int, number: str, parent: Case, organisation: Organisation, submitted_by: int, at: datetime
) -> Procurement:  # fmt: skip
    """The case under its commission. The act in its chain is already open."""
    case = Case(
        pk=case_id, scheme=parent.scheme, kind=Case.Kind.PROCUREMENT, number=number, organisation=organisation,
        submitted_by_id=submitted_by, phase="start", opened_at=at, parent=parent, subject=parent.top,
    )  # fmt: skip
    case.title = write(case, f"Inkoop: {parent.title}")
    case.save(force_insert=True)
    procurement = Procurement(case=case)
    procurement.save(force_insert=True)
    return procurement


def compose(*, procurement: Procurement, members: Sequence[Member]) -> None:
    """The team as it is fixed at the start; who was in it before and is not now, leaves it."""
    wanted = {(each.role, each.appointment) for each in members}
    for row in procurement.team.all():
        if (row.role, row.appointment_id) not in wanted:
            row.delete()
        wanted.discard((row.role, row.appointment_id))
    for role, appointment in sorted(wanted):
        TeamMember.objects.create(procurement=procurement, role=role, appointment_id=appointment)


def explore(*, procurement: Procurement, **words: str) -> None:
    """What one of the three who explore found: `knowledge`, `market` with `consulted`, or `legal_advice`."""
    for name, said in words.items():
        setattr(procurement, name, rewrite(procurement.case, getattr(procurement, name), said))
    procurement.save(update_fields=list(words))


def choose(*, procurement: Procurement, strategy: Strategy, criteria: Sequence[Weight]) -> None:
    """The strategy as it is proposed; it replaces an earlier one."""
    case = procurement.case
    procurement.strategy = rewrite(case, procurement.strategy, strategy.words)
    procurement.undivided = rewrite(case, procurement.undivided, strategy.undivided)
    procurement.fit_ground = rewrite(case, procurement.fit_ground, strategy.fit_ground)
    for name in ("instrument", "procedure", "funding", "estimate", "cpv"):
        setattr(procurement, name, getattr(strategy, name))
    procurement.save()
    for lot in procurement.lots.all():
        lot.delete()
    for lot_id, amount in strategy.lots.items():
        ProcurementLot.objects.create(procurement=procurement, lot_id=lot_id, amount=amount)
    for criterion in procurement.criteria.all():
        criterion.delete()
    for each in criteria:
        AwardCriterion.objects.create(
            procurement=procurement, name=write(case, each.name), kind=each.kind, weight=each.weight,
            max_score=each.max_score, minimum=each.minimum, formula=each.formula, floor=each.floor,
            ceiling=each.ceiling,
        )  # fmt: skip


def release(*, procurement: Procurement, told: Told) -> Publication:
    """To the market: from here on the closing moment stands."""
    procurement.notice_reference = told.reference
    procurement.published_at = told.published_at
    procurement.closing_at = told.closing_at
    procurement.save(update_fields=["notice_reference", "published_at", "closing_at"])
    return _publish(procurement, Publication.Kind.NOTICE, told)


def clarify(*, procurement: Procurement, told: Told) -> Publication:
    """What the market asked, and what it was answered; nothing moves."""
    return _publish(procurement, Publication.Kind.CLARIFICATION, told)


def extend(*, procurement: Procurement, told: Told) -> Publication:
    """A substantial change: the market has longer."""
    procurement.closing_at = told.closing_at
    procurement.save(update_fields=["closing_at"])
    return _publish(procurement, Publication.Kind.CORRECTION, told)


def begin_round(*, procurement: Procurement) -> None:
    """Nobody offered what is wanted: the market is asked again, with other papers."""
    procurement.round += 1
    procurement.notice_reference = ""
    procurement.published_at = procurement.closing_at = None
    procurement.save(update_fields=["round", "notice_reference", "published_at", "closing_at"])


def award_as_owner(*, procurement: Procurement) -> None:
    """The board itself awards: that covers the signature too."""
    procurement.agreed_by_owner = True
    procurement.save(update_fields=["agreed_by_owner"])


def _publish(procurement: Procurement, kind: str, told: Told) -> Publication:
    return Publication.objects.create(
        procurement=procurement, kind=kind, round=procurement.round, reference=told.reference,
        published_at=told.published_at, closing_at=told.closing_at, note=rewrite(procurement.case, None, told.note),
    )  # fmt: skip
