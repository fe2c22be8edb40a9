"""What a contract goes through: signals, extensions, its end, its tier; and what a regeling agrees on for all."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from cases.models import Addendum, Contract, ContractProduct, ExpirySignal, Kpi, Lot, ReviewTier
from roles.models import Scheme
from roles.services.acting import act

NEXT_REVIEW = ("tier", "next_review_on")


def adopt_contract_rules(*, scheme: Scheme, data: Mapping[str, Any]) -> None:
    """Tiers, signals and figures of a regeling's own file; what is there already stays as it is."""
    lots = {lot.code: lot for lot in Lot.objects.filter(scheme=scheme)}
    adopt(ReviewTier, scheme, "adopt_tiers", ("code",), data.get("review_tiers", []))
    adopt(ExpirySignal, scheme, "adopt_signals", ("months",), data.get("expiry_signals", []))
    rows = [row | {"lot": lots[row["lot"]] if "lot" in row else None} for row in data.get("kpis", [])]
    adopt(Kpi, scheme, "adopt_kpis", ("code", "lot"), rows)


def adopt(model: Any, scheme: Scheme, verb: str, key: tuple[str, ...], rows: Iterable[Mapping[str, Any]]) -> None:
    """One act for what is new; a row is known by its key and the day from which it holds."""
    new = []
    for row in rows:
        given = {name: value for name, value in row.items() if name not in ("from", "until")}
        given |= {"valid_from": row["from"], "valid_until": row.get("until")}
        known = {name: given[name] for name in (*key, "valid_from")}
        if not model.objects.filter(scheme=scheme, **known).exists():
            new.append(model(scheme=scheme, **given))
    if new:
        with act(chain=scheme.chain, verb=verb, by=None):
            for each in new:
                each.save(force_insert=True)


def signal(*, contract: Contract, day: date) -> None:
    """Its end came in sight."""
    contract.signalled_on = day
    contract.save(update_fields=["signalled_on"])


def extend(*, contract: Contract) -> None:
    """One option used: it runs so many years longer. Whether it may is `cases.rules.expiry`."""
    contract.ends_on = contract.term.extended
    contract.options_used += 1
    contract.save(update_fields=["ends_on", "options_used"])


def close(*, contract: Contract, ends_on: date | None = None) -> None:
    """It ends on its last day, or on an earlier one."""
    contract.closing = True
    contract.ends_on = ends_on or contract.ends_on
    contract.save(update_fields=["closing", "ends_on"])


def place_in_tier(*, contract: Contract, tier: str, next_review_on: date | None) -> None:
    """How often there is a talk from now on."""
    contract.tier, contract.next_review_on = tier, next_review_on
    contract.save(update_fields=NEXT_REVIEW)


def add_product(
    *, contract: Contract, code: str, name: str, unit: str, tariff: Decimal, valid_from: date
) -> ContractProduct:
    return ContractProduct.objects.create(
        contract=contract, code=code, name=name, unit=unit, tariff=tariff, valid_from=valid_from
    )


def apply(*, contract: Contract, addendum: Addendum) -> None:
    """Carry an addendum out, in an act of the contract's own chain."""
    contract.annual_amount, contract.ends_on = addendum.amount_after, addendum.ends_after
    contract.ceiling += addendum.value
    contract.save(update_fields=["annual_amount", "ends_on", "ceiling"])
    if addendum.change == Addendum.Change.TARIFFS:
        assert addendum.index is not None
        _index(contract, addendum.index, addendum.effective_on)
    elif addendum.change == Addendum.Change.PRODUCT:
        assert addendum.tariff is not None
        add_product(
            contract=contract, code=addendum.product, name=addendum.product_name, unit=addendum.unit,
            tariff=addendum.tariff, valid_from=addendum.effective_on,
        )  # fmt: skip


def _index(contract: Contract, percent: Decimal, day: date) -> None:
    """Every tariff that holds on the day ends before it, and begins anew on it."""
    for product in contract.products.filter(valid_from__lt=day, valid_until=None):
        tariff = (product.tariff * (100 + percent) / 100).quantize(Decimal("0.01"))
        product.valid_until = day - timedelta(days=1)
        product.save(update_fields=["valid_until"])
        add_product(
            contract=contract, code=product.code, name=product.name, unit=product.unit, tariff=tariff, valid_from=day
        )
