"""What of procurements is public at this moment: the law decides that, not who asks (ADR 46)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from audit import clock
from cases.models import Addendum, Award, Case, Contract, Procurement, Provider, Publication, Tender
from cases.models.procurement import AwardCriterion, Instrument, ProcurementLot
from cases.models.providers import Lot
from cases.rules.procurement_law import ANNOUNCED
from escalation.rules.terms import day_of
from roles.models import Organisation
from workflows.exporting.shapes import Agreement, Announced, BuyingLot, Change, Criterion, Firm, Procured, Won

LOTS = Prefetch("lots", ProcurementLot.objects.select_related("lot"))
CRITERIA = Prefetch("criteria", AwardCriterion.objects.select_related("name"))
AWARDS = Prefetch("awards", Award.objects.select_related("lot", "provider"))
TENDERS = Prefetch("tenders", Tender.objects.order_by("number"))
NOTICES = Prefetch("publications", Publication.objects.select_related("note").order_by("published_at", "id"))
APPLIED = Addendum.objects.filter(case__state=Case.State.APPLIED)
ADDENDA = Prefetch("addendum_cases", APPLIED.select_related("case").order_by("pk"))


def published(cases: Sequence[Case]) -> dict[int, Procured]:
    """Of those that are procurements. As many queries however many there are, and none without any."""
    ids = [case.pk for case in cases if case.kind == Case.Kind.PROCUREMENT]
    if not ids:
        return {}
    found = Procurement.objects.filter(pk__in=ids).select_related("case").order_by("pk")
    procurements = list(found.prefetch_related(LOTS, CRITERIA, AWARDS, TENDERS, NOTICES))
    schemes = {case.scheme_id for case in cases}
    mgr = Organisation.objects.filter(scheme__in=schemes, kind=Organisation.Kind.MGR)
    buyers = {each.scheme_id: each for each in mgr}
    contracts: dict[int, list[Contract]] = {}
    beneath = Contract.objects.filter(case__parent__in=ids).select_related("case", "lot", "provider").order_by("pk")
    for contract in beneath.prefetch_related(ADDENDA):
        assert contract.case.parent_id is not None
        contracts.setdefault(contract.case.parent_id, []).append(contract)
    now = clock.now()
    return {
        each.pk: _procured(each, buyers[each.case.scheme_id], contracts.get(each.pk, []), now) for each in procurements
    }


def _procured(found: Procurement, buyer: Organisation, contracts: Sequence[Contract], now: datetime) -> Procured:
    """An invitation to a few is no notice; an award is public once it was announced."""
    to_all = found.instrument == Instrument.OPEN_HOUSE or found.procedure in ANNOUNCED
    notices = [each for each in found.publications.all() if each.published_at <= now] if to_all else []
    awarded = found.award_published_on is not None and found.award_published_on <= day_of(now)
    known, last = bool(notices) or awarded, notices[-1] if notices else None
    firms = _firms(found) if awarded else {}
    won = _won(found, contracts, firms) if awarded else ()
    of_round = [each for each in found.tenders.all() if each.round == found.round]
    return Procured(
        buyer_code=buyer.code, buyer=buyer.name, instrument=found.instrument if known else "",
        procedure=found.procedure if known else "",
        procedure_label=(found.get_procedure_display() or found.get_instrument_display()) if known else "",
        cpv=found.cpv if known else "", published_at=notices[0].published_at if notices else None,
        closing_at=last.closing_at if last else None, reference=last.reference if last else "",
        estimate=found.estimate if awarded else None,
        lots=tuple(_lot(each.lot) for each in found.lots.all()) if known else (),
        criteria=tuple(_criterion(each) for each in found.criteria.all()) if known else (),
        announced=tuple(_announced(each) for each in notices),
        awarded_on=found.award_published_on if awarded else None,
        award_reference=found.award_reference if awarded else "",
        tenderers=len(of_round) if awarded and of_round else None, won=won,
        agreements=tuple(_agreement(each, won) for each in contracts) if awarded else (),
    )  # fmt: skip


def _lot(lot: Lot) -> BuyingLot:
    return BuyingLot(code=lot.code, name=lot.name)


def _criterion(row: AwardCriterion) -> Criterion:
    return Criterion(
        name=str(row.name), by_price=row.kind == AwardCriterion.Kind.PRICE, weight=row.weight, bounds=row.bounds
    )


def _announced(row: Publication) -> Announced:
    return Announced(
        id=row.pk, kind=row.kind, reference=row.reference, at=row.published_at, closing_at=row.closing_at,
        note=str(row.note or ""),
    )  # fmt: skip


def _firms(found: Procurement) -> dict[int, str]:
    """The numbers in the trade register that came with a tender."""
    return {each.provider_id: each.registration for each in found.tenders.all() if each.provider_id is not None}


def _won(found: Procurement, contracts: Sequence[Contract], registered: Mapping[int, str]) -> tuple[Won, ...]:
    """Where nobody was chosen among others, whoever was admitted has a contract."""
    rows: Sequence[Any] = list(found.awards.all()) or contracts
    return tuple(
        Won(
            id=f"{row.provider.code}/{row.lot.code}", lot=_lot(row.lot), value=row.ceiling, starts_on=row.starts_on,
            ends_on=row.ends_on, firm=_firm(row.provider, registered),
        )
        for row in rows
    )  # fmt: skip


def _firm(provider: Provider, registered: Mapping[int, str]) -> Firm:
    return Firm(code=provider.code, name=provider.name, registration=registered.get(provider.pk, ""))


def _agreement(contract: Contract, won: Sequence[Won]) -> Agreement:
    own = f"{contract.provider.code}/{contract.lot.code}"
    return Agreement(
        number=contract.case.number, won=own if any(each.id == own for each in won) else "", state=contract.case.state,
        starts_on=contract.starts_on, ends_on=contract.ends_on, signed_on=contract.signed_on, value=contract.ceiling,
        changes=tuple(
            Change(number=each.case.number, label=str(each.get_change_display()), on=each.effective_on)
            for each in contract.addendum_cases.all()
        ),
    )  # fmt: skip
