"""The market of a regeling: providers and lots, in acts of the regeling itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.text import slugify

from cases.models import Lot, Provider
from roles.authorize import Authority
from roles.models import Scheme
from roles.services.acting import act


def adopt_market(*, scheme: Scheme, data: Mapping[str, Any]) -> None:
    """The providers and lots of a file; who is there already stays as they are."""
    _adopt_lots(scheme, data.get("lots", []))
    known = set(Provider.objects.filter(scheme=scheme).values_list("code", flat=True))
    for row in data.get("providers", []):
        if slugify(row["name"])[:60] not in known:
            register_provider(scheme=scheme, name=row["name"], kind=row.get("kind", ""))


def _adopt_lots(scheme: Scheme, rows: Sequence[Mapping[str, str]]) -> None:
    known = set(Lot.objects.filter(scheme=scheme).values_list("code", flat=True))
    for row in rows:
        if row["code"] not in known:
            add_lot(scheme=scheme, code=row["code"], name=row["name"], domain=row["domain"])


def register_provider(*, scheme: Scheme, name: str, kind: str = "", by: Authority | None = None) -> Provider:
    """In an act of the regeling itself."""
    with act(chain=scheme.chain, verb="register_provider", by=by):
        return provider_called(scheme=scheme, name=name, kind=kind)


def provider_called(*, scheme: Scheme, name: str, kind: str = "") -> Provider:
    """Whoever is known by this name, or else somebody new; within an act of a case."""
    known = find_provider(scheme=scheme, name=name)
    return known or Provider.objects.create(scheme=scheme, code=slugify(name)[:60], name=name, kind=kind)


def add_lot(*, scheme: Scheme, code: str, name: str, domain: str, by: Authority | None = None) -> Lot:
    with act(chain=scheme.chain, verb="add_lot", by=by):
        return Lot.objects.create(scheme=scheme, code=code, name=name, domain=domain)


def find_provider(*, scheme: Scheme, name: str) -> Provider | None:
    """Known by its name, however it is written in capitals or spaces."""
    return Provider.objects.filter(scheme=scheme, code=slugify(name)[:60]).first()
