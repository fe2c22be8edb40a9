"""Tenders as the proces-verbaal of an outside platform has them, one row each."""

import hashlib
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from cases.models import Classification, Procurement, ProcurementLot
from cases.rules import files
from cases.services.documents import Paper
from cases.services.tenders import TypedIn
from ui.fields import MomentField, MoneyField
from ui.rows import RowFormSet
from workflows.forms.hats import line
from workflows.forms.papers import PaperField

MOST = 40


class TypedForm(forms.Form):
    """One tender; its document is held against the hash that the platform gave."""

    firm = line("Inschrijver")
    registration = forms.RegexField(
        r"^(\d{8})?$", label="KvK-nummer", required=False,
        error_messages={"invalid": "Een KvK-nummer heeft acht cijfers."},
    )  # fmt: skip
    contact = line("Contact", required=False)
    received_at = MomentField(label="Ontvangen op")
    file = PaperField(label="Document", required=False)
    sha256 = line("SHA-256 volgens het proces-verbaal", required=False, limit=64)

    def __init__(self, *args: Any, lots: Sequence[ProcurementLot], **options: Any) -> None:
        super().__init__(*args, **options)
        self.lots = lots
        for lot in lots:
            self.fields[f"price_{lot.pk}"] = MoneyField(label=f"Prijs voor {lot.lot}", required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.prices and not self.errors:
            self.add_error(None, "Vul voor ten minste één perceel een prijs in.")
        file, told = values.get("file"), re.sub(r"\s", "", values.get("sha256") or "").lower()
        if told and file is None:
            self.add_error("file", "Voeg het document toe waarvan u de hash hebt ingevuld.")
        if told and file is not None and told != _hash(file):
            self.add_error("sha256", "Dit document heeft een andere hash: het is niet wat het platform opende.")
        return values

    @property
    def prices(self) -> dict[int, Decimal]:
        given = {lot.pk: self.cleaned_data.get(f"price_{lot.pk}") for lot in self.lots}
        return {lot: price for lot, price in given.items() if price is not None}

    def typed(self) -> TypedIn:
        given = self.cleaned_data
        papers = [paper_of(given["file"], f"Inschrijving {given['firm']}")] if given.get("file") else []
        return TypedIn(
            firm=given["firm"], registration=given["registration"], contact=given["contact"], prices=self.prices,
            received_at=given["received_at"], papers=papers,
        )  # fmt: skip


class TypedRows(RowFormSet):
    row_label = "Inschrijving"
    add_label = "Inschrijving toevoegen"

    def typed(self) -> list[TypedIn]:
        """Rows that were left empty, or taken out, are none."""
        kept = [form for form in self.forms if form.has_changed() and not form.cleaned_data.get("DELETE")]
        return [form.typed() for form in kept]


TypedTenders = forms.formset_factory(
    TypedForm, formset=TypedRows, extra=1, max_num=MOST, validate_max=True, can_delete=True
)


def of_lots(procurement: Procurement) -> list[ProcurementLot]:
    return list(procurement.lots.select_related("lot"))


def paper_of(file: Any, title: str) -> Paper:
    """A file of a tender: for few eyes, and each look leaves a trace."""
    kind = files.KINDS[files.extension_of(file.name or "")]
    return Paper(
        title=title, classification=Classification.CONFIDENTIAL, filename=file.name, media_type=kind.media_type,
        content=file,
    )  # fmt: skip


def _hash(file: Any) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()
