"""The service catalogue (productdienstencatalogus, PDC): who may deliver what to a municipality, and for how much."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.models import Case, ContractProduct, Share
from cases.rules.catalogue import last_of_month
from roles.models import Organisation, Scheme

HEADINGS = [
    "Aanbieder", "Perceelcode", "Perceel", "Domein", "Contract", "Productcode", "Product", "Eenheid", "Tarief",
    "Geldig van", "Geldig tot en met",
]  # fmt: skip


def catalogue(scheme: Scheme, month: date, municipality: Organisation | None = None) -> QuerySet[ContractProduct]:
    """What may be delivered in a month, for a municipality that takes part in what the contract came of, or for all."""
    last = last_of_month(month)
    found = ContractProduct.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=month), contract__case__scheme=scheme, valid_from__lte=last,
        contract__starts_on__lte=last, contract__ends_on__gte=month,
    ).exclude(contract__case__state=Case.State.WITHDRAWN)  # fmt: skip
    if municipality is not None:
        taking_part = Share.objects.filter(
            organisation=municipality, takes_part=True, commission=OuterRef("contract__case__subject")
        )
        found = found.filter(Q(contract__case__subject=None) | Exists(taking_part))
    related = ("contract__provider", "contract__lot", "contract__case")
    return found.select_related(*related).order_by(
        "contract__provider__name", "contract__lot__name", "code", "valid_from", "pk"
    )


def lines(products: QuerySet[ContractProduct]) -> Iterator[list[str]]:
    """As the file has them, some at a time."""
    for each in products.iterator(chunk_size=500):
        contract = each.contract
        yield [
            contract.provider.name, contract.lot.code, contract.lot.name, contract.lot.get_domain_display(),
            contract.case.number, each.code, each.name, each.unit, f"{each.tariff}".replace(".", ","),
            f"{each.valid_from:%d-%m-%Y}", f"{each.valid_until or contract.ends_on:%d-%m-%Y}",
        ]  # fmt: skip
