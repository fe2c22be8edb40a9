"""What ran before this register was there, taken over: a commission with its procurement. The acts are already open.

Nothing is made up: where an older register has no words for something, this one says that it was taken over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from cases.models import Case, Commission, Lot, Procurement, ProcurementLot, Scale, Share
from cases.models.procurement import Instrument, Procedure
from cases.services.words import write
from roles.models import Organisation, Scheme

TAKEN_OVER = "Overgenomen uit een ouder register; zie het oude dossier."
# Commissions that were taken over have no words of their own.
WORDS = ("occasion", "aim", "target_group", "intended_result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A commission as rows of a file tell of it. Shares are euros per year by organisation id."""

    number: str
    title: str
    domain: str
    starts_on: date
    years: int
    shares: Mapping[int, Decimal]
    procedure: str  # of a procedure, or of an instrument that has none
    lots: Mapping[int, Decimal]  # what each comes to, over the whole term


def import_commission(
    *, case_id: int, scheme: Scheme, organisation: Organisation, submitted_by: int, at: datetime, past: Past
) -> Commission:
    """Granted, long ago."""
    case = _case(case_id, scheme, Case.Kind.COMMISSION, past.number, organisation, submitted_by, at)
    case.state = Case.State.GRANTED
    case.title = write(case, past.title)
    case.save(force_insert=True)
    scale = Scale.LOCAL if len(past.shares) == 1 else Scale.REGIONAL
    commission = Commission(
        case=case, domain=past.domain, scale=scale, start_date=past.starts_on, years=past.years,
        annual_amount=sum(past.shares.values(), Decimal(0)), **{name: write(case, TAKEN_OVER) for name in WORDS},
    )  # fmt: skip
    commission.save(force_insert=True)
    for organisation_id, amount in past.shares.items():
        Share.objects.create(commission=commission, organisation_id=organisation_id, annual_amount=amount)
    return commission


def import_procurement(*, case_id: int, commission: Case, submitted_by: int, at: datetime, past: Past) -> Procurement:
    """Contracted, under that commission."""
    number = f"{past.number}-INK"
    case = _case(
        case_id, commission.scheme, Case.Kind.PROCUREMENT, number, commission.organisation, submitted_by, at
    )  # fmt: skip
    case.parent = case.subject = commission
    case.state = Case.State.CONTRACTED
    case.phase = "contract"
    case.title = write(case, f"Inkoop: {past.title}")
    case.save(force_insert=True)
    instrument = past.procedure if past.procedure in Instrument.values else Instrument.CONTRACT
    procurement = Procurement(
        case=case, instrument=instrument, procedure=past.procedure if past.procedure in Procedure.values else "",
        estimate=sum(past.lots.values(), Decimal(0)),
    )  # fmt: skip
    procurement.save(force_insert=True)
    for lot, amount in past.lots.items():
        ProcurementLot.objects.create(procurement=procurement, lot=Lot(pk=lot), amount=amount)
    return procurement


def _case(
    case_id: int, scheme: Scheme, kind: str, number: str, organisation: Organisation, submitted_by: int, at: datetime
) -> Case:
    return Case(
        pk=case_id, scheme=scheme, kind=kind, number=number, organisation=organisation, submitted_by_id=submitted_by,
        phase="request", opened_at=at, closed_at=at, imported=True,
    )  # fmt: skip
