"""Questions about contracts, and about what a regeling has agreed on for them."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from django.db.models import F, Q, QuerySet, Sum

from cases.models import Addendum, Case, Contract, ContractProduct, ExpirySignal, Kpi, Procurement, ReviewTier
from cases.rules import procurement_law as law
from cases.rules.addendum import Current
from cases.rules.tiers import Tier
from roles.models.fields import holding_on

RUNNING = (Case.State.OPEN, Case.State.SUSPENDED)


def expiry_leads(scheme_id: int, day: date) -> list[int]:
    """How many months before the end of a contract somebody decides, the earliest first. One query."""
    found = ExpirySignal.objects.filter(holding_on(day), scheme=scheme_id)
    return list(found.order_by("-months").values_list("months", flat=True))


def tiers(scheme_id: int, day: date) -> list[Tier]:
    """The tiers of a regeling on a day, in the order in which they take providers. One query."""
    return [tier.rule for tier in ReviewTier.objects.filter(holding_on(day), scheme=scheme_id)]


def running_contracts(scheme_id: int) -> QuerySet[Contract]:
    """The contracts of a regeling that have not ended."""
    return Contract.objects.filter(case__scheme=scheme_id, case__state__in=RUNNING)


def kpis_of(contract: Contract, day: date) -> list[Kpi]:
    """The figures by which a contract is followed on a day; that of its lot goes before that of all. One query."""
    found = Kpi.objects.filter(
        Q(lot=None) | Q(lot=contract.lot_id), holding_on(day), scheme=contract.case.scheme_id
    ).order_by(F("lot").asc(nulls_first=True))
    by_code = {kpi.code: kpi for kpi in found}
    return sorted(by_code.values(), key=lambda kpi: kpi.name)


def products_on(contracts: Collection[int], day: date) -> QuerySet[ContractProduct]:
    """What may be delivered under these contracts on a day, and for what."""
    return ContractProduct.objects.filter(holding_on(day), contract__in=contracts)


def as_it_stands(contract: Contract, day: date) -> Current:
    """A contract as the rules on changes count with it; what earlier addenda added is counted in. Three queries."""
    applied = Addendum.objects.filter(contract=contract, case__state=Case.State.APPLIED)
    added = applied.aggregate(total=Sum("value"))["total"] or Decimal(0)
    codes = frozenset(products_on([contract.pk], day).values_list("code", flat=True))
    return Current(
        annual_amount=contract.annual_amount, starts_on=contract.starts_on, ends_on=contract.ends_on,
        original=contract.ceiling - added, added=added, codes=codes, threshold=_threshold(contract, day),
    )  # fmt: skip


def _threshold(contract: Contract, day: date) -> Decimal | None:
    """Care is a social service, unless its procurement says otherwise. None: the law of that day is not entered yet."""
    cpv = Procurement.objects.filter(pk=contract.case.parent_id or 0).values_list("cpv", flat=True).first()
    try:
        amounts = law.thresholds_on(day)
    except law.NoLaw:
        return None
    return amounts.social if not cpv or law.is_social(cpv) else amounts.services
