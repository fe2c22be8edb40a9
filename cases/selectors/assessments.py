"""An assessment as rules want it: criteria, offers, and what each assessor gave."""

from collections.abc import Sequence
from decimal import Decimal

from cases.models import AwardCriterion, Procurement, Tender, TenderLot
from cases.rules.assessment import Agreed, Entry, Given, Lot, Sheet
from cases.rules.ranking import Criterion, Formula
from cases.selectors import tenders


def criterion_of(row: AwardCriterion) -> Criterion:
    return Criterion(
        code=str(row.pk), weight=Decimal(row.weight), highest=Decimal(row.max_score),
        by_price=row.kind == AwardCriterion.Kind.PRICE, formula=Formula(row.formula), floor=row.floor,
        ceiling=row.ceiling, minimum=None if row.minimum is None else Decimal(row.minimum),
    )  # fmt: skip


def qualities(procurement: Procurement) -> list[AwardCriterion]:
    """What assessors give scores for; a price follows from its formula. One query."""
    return list(procurement.criteria.filter(kind=AwardCriterion.Kind.QUALITY).select_related("name"))


def sheet(procurement: Procurement, *, agreed: Sequence[Agreed] = ()) -> Sheet:
    """Of the assessment that runs. Only for who may see what everybody gave. Five queries."""
    number = tenders.assessment_number(procurement)
    offers = TenderLot.objects.filter(tender__procurement=procurement, tender__round=procurement.round)
    given = tenders.scores(procurement, number)
    people = sorted({each.assessor_id for each in given})
    return Sheet(
        case=str(procurement.case),
        number=number,
        round=procurement.round,
        criteria=[criterion_of(row) for row in procurement.criteria.all()],
        lots=[Lot(id=row.pk, code=row.lot.code) for row in procurement.lots.select_related("lot")],
        entries=[
            Entry(
                id=row.pk, lot=row.lot_id, tender=row.tender.number, price=row.price,
                valid=row.tender.state == Tender.State.VALID,
            )
            for row in offers.select_related("tender").order_by("lot_id", "tender__number")
        ],
        given=[
            Given(
                entry=each.offer_id, criterion=str(each.criterion_id), assessor=people.index(each.assessor_id) + 1,
                points=each.points,
            )
            for each in given
        ],
        agreed=agreed,
    )  # fmt: skip
