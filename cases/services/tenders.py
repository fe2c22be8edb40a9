"""Tenders once they are open: written down, tested, scored, agreed on and ranked, within an act of their case."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from audit.format import canonical
from cases.models import (
    AgreedScore,
    Assessment,
    Classification,
    ConflictDeclaration,
    Eligibility,
    Procurement,
    Provider,
    Ranking,
    Score,
    SealedTender,
    TeamMember,
    Tender,
    TenderDocument,
    TenderLot,
)
from cases.rules import files
from cases.rules.ranking import Standing
from cases.services import documents as papers
from cases.services.documents import Paper
from cases.services.envelopes import Content
from cases.services.words import rewrite, write
from roles.authorize import Authority

UNKNOWN = "Onbekend: de verzegeling was beschadigd"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedIn:
    """A tender as a proces-verbaal of an outside platform has it, with the document that came with it."""

    firm: str
    registration: str
    contact: str
    received_at: datetime
    prices: Mapping[int, Decimal]
    papers: Sequence[Paper] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """What was found of one tender: exclusion, suitability, and whether the price is a fair one."""

    declared: bool
    ground: str
    suitable: bool
    consulted: bool
    measures: str
    fair_price: str
    note: str
    invalid: str  # why it does not count; empty: it does


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A score of one assessor."""

    offer: int
    criterion: int
    points: Decimal
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A score that they came to together."""

    offer: int
    criterion: int
    points: Decimal
    lowest: Decimal
    highest: Decimal
    reason: str


def note_opened(
    *, procurement: Procurement, opened: Sequence[tuple[SealedTender, Content | None]], by: Authority, at: datetime
) -> list[str]:
    """What came out of the seals, in the order in which it came in. The hashes of its documents."""
    hashes: list[str] = []
    for number, (sealed, content) in enumerate(opened, start=1):
        if content is None:
            tender = _tender(procurement, number, UNKNOWN, "", "", sealed.received_at, sealed=sealed)
            invalidate(tender=tender, reason="De verzegeling was beschadigd: niet te openen")
            continue
        bid = content.bid
        contact = ", ".join(filter(None, (bid.contact, bid.email)))
        tender = _tender(procurement, number, bid.firm, bid.registration, contact, sealed.received_at, sealed=sealed)
        _offer(tender, bid.prices)
        for each in bid.documents:
            kind = files.KINDS[files.extension_of(each.name)]
            paper = Paper(
                title=f"Inschrijving {number}: {each.name}", classification=Classification.CONFIDENTIAL,
                filename=each.name, media_type=kind.media_type, content=content.paper(each),
            )  # fmt: skip
            hashes.append(_enclose(tender, paper, by, at))
    return hashes


def note_outside(*, procurement: Procurement, typed: Sequence[TypedIn], by: Authority, at: datetime) -> list[str]:
    """What an outside platform opened. The hashes of the documents."""
    hashes: list[str] = []
    for number, each in enumerate(sorted(typed, key=lambda one: one.received_at), start=1):
        tender = _tender(procurement, number, each.firm, each.registration, each.contact, each.received_at)
        _offer(tender, each.prices)
        hashes += [_enclose(tender, paper, by, at) for paper in each.papers]
    return hashes


def _tender(
    procurement: Procurement, number: int, firm: str, registration: str, contact: str, received_at: datetime,
    *, sealed: SealedTender | None = None,
) -> Tender:  # fmt: skip
    case = procurement.case
    known = Provider.objects.filter(scheme=case.scheme_id, name__iexact=firm).first()
    return Tender.objects.create(
        procurement=procurement, round=procurement.round, number=number, firm=write(case, firm), provider=known,
        registration=registration, contact=rewrite(case, None, contact), received_at=received_at, sealed=sealed,
    )  # fmt: skip


def _offer(tender: Tender, prices: Mapping[int, Decimal]) -> None:
    """Only for lots that are there: what was sealed was checked when it came in, and lots do not change since."""
    known = set(tender.procurement.lots.values_list("pk", flat=True))
    for lot, price in sorted(prices.items()):
        if lot in known:
            TenderLot.objects.create(tender=tender, lot_id=lot, price=price)


def _enclose(tender: Tender, paper: Paper, by: Authority, at: datetime) -> str:
    version = papers.add_document(case=tender.procurement.case, step="opening", by=by, at=at, paper=paper)
    TenderDocument.objects.create(tender=tender, document=version.document)
    return version.sha256


def invalidate(*, tender: Tender, reason: str) -> None:
    tender.state = Tender.State.INVALID
    tender.reason = rewrite(tender.procurement.case, tender.reason, reason)
    tender.save(update_fields=["state", "reason"])


def test(*, tender: Tender, found: Test, by: Authority, at: datetime) -> None:
    """Whether it may be compared."""
    case = tender.procurement.case
    Eligibility.objects.create(
        tender=tender, declared=found.declared, ground=found.ground, suitable=found.suitable, consulted=found.consulted,
        measures=rewrite(case, None, found.measures), fair_price=found.fair_price, note=rewrite(case, None, found.note),
        checked_by_id=by.appointment_id, stood_in_by_id=by.stood_in_by_id, checked_at=at,
    )  # fmt: skip
    if found.invalid:
        invalidate(tender=tender, reason=found.invalid)
    else:
        tender.state = Tender.State.VALID
        tender.save(update_fields=["state"])


def declare(*, procurement: Procurement, conflicted: bool, by: Authority, at: datetime) -> ConflictDeclaration:
    """An interest in who tendered, or none."""
    return ConflictDeclaration.objects.create(
        procurement=procurement, round=procurement.round, declared_by_id=by.appointment_id, conflicted=conflicted,
        stood_in_by_id=by.stood_in_by_id, declared_at=at,
    )  # fmt: skip


def score(*, procurement: Procurement, number: int, given: Sequence[Given], by: Authority, at: datetime) -> None:
    """All of one assessor at once: what was handed in stays."""
    for each in given:
        Score.objects.create(
            offer_id=each.offer, criterion_id=each.criterion, number=number, assessor_id=by.appointment_id,
            points=each.points, reason=write(procurement.case, each.reason), given_at=at,
        )  # fmt: skip


def add_assessors(*, procurement: Procurement, appointments: Sequence[int]) -> None:
    """In the place of who may not assess."""
    for appointment in appointments:
        TeamMember.objects.create(
            procurement=procurement, role=TeamMember.Role.ASSESSOR, appointment_id=appointment
        )  # fmt: skip


def agree(
    *, procurement: Procurement, number: int, agreed: Sequence[Agreed], record: dict[str, Any],
    standings: Mapping[int, Sequence[Standing]], at: datetime,
) -> Assessment:  # fmt: skip
    """What the assessors agreed on, and the ranking that follows from it: frozen, with all that it came from."""
    for each in agreed:
        AgreedScore.objects.create(
            offer_id=each.offer, criterion_id=each.criterion, number=number, points=each.points, lowest=each.lowest,
            highest=each.highest, reason=rewrite(procurement.case, None, each.reason),
        )  # fmt: skip
    assessment = Assessment.objects.create(
        procurement=procurement, number=number, round=procurement.round, decided_at=at, record=record,
        digest=hashlib.sha256(canonical(record).encode()).hexdigest(),
    )  # fmt: skip
    for rows in standings.values():
        for row in rows:
            Ranking.objects.create(
                assessment=assessment, offer_id=int(row.tender), place=row.place, total=row.total, tied=row.tied,
                excluded=row.excluded,
            )  # fmt: skip
    return assessment
