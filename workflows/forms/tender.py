"""What a firm fills in to tender, and the code by which it is known again. No account, no script."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from cases.models import ProcurementLot
from cases.rules import files
from cases.services.envelopes import Bid, Enclosed
from ui.fields import MoneyField
from workflows.forms.hats import line
from workflows.forms.sealing import MOST_EACH, MOST_FILES, MOST_TOGETHER, SealedUpload

KINDS = ", ".join(sorted(files.KINDS))
MEGABYTE = 1024 * 1024


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class SealedFiles(forms.FileField):
    """Documents that are sealed already; each is refused by name, and all at once."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[SealedUpload]:
        uploads = [each for each in data if isinstance(each, SealedUpload)] if isinstance(data, list | tuple) else []
        if not uploads:
            raise forms.ValidationError("Voeg ten minste één document toe.", code="required")
        if problems := [problem for each in uploads if (problem := problem_with(each))]:
            raise forms.ValidationError(problems)
        if len(uploads) > MOST_FILES:
            raise forms.ValidationError(f"Voeg ten hoogste {MOST_FILES} bestanden toe.")
        return uploads

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"accept": ",".join(f".{kind}" for kind in files.KINDS), "multiple": True}


def problem_with(upload: SealedUpload) -> str:
    """Why a document cannot be taken in, in the words of the reader."""
    name = files.safe_name(upload.name or "")
    kind = files.KINDS.get(files.extension_of(name))
    if upload.too_large:
        return (
            f"“{name}” is te groot: ten hoogste {MOST_EACH // MEGABYTE} MB per bestand en "
            f"{MOST_TOGETHER // MEGABYTE} MB samen."
        )
    if kind is None:
        return f"“{name}” kan niet: kies {KINDS}."
    if not upload.size:
        return f"“{name}” is leeg."
    problem = files.problem_with_beginning(upload.part.beginning, kind)
    return f"“{name}”: {problem}" if problem else ""


class TenderForm(forms.Form):
    """One tender: who, for which lots at what price, and the documents."""

    firm = line("Naam van de inschrijver", help_text="Zoals in het handelsregister.")
    registration = forms.RegexField(
        r"^\d{8}$", label="KvK-nummer", error_messages={"invalid": "Een KvK-nummer heeft acht cijfers."},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    contact = line("Contactpersoon")
    email = forms.EmailField(label="E-mailadres", max_length=200)
    documents = SealedFiles(
        label="Documenten",
        help_text=f"Ten hoogste {MOST_FILES} bestanden, samen {MOST_TOGETHER // MEGABYTE} MB: {KINDS}. "
        "Kies ze in één keer.",
    )
    instead_of = line(
        "Ontvangstcode van uw eerdere inschrijving", required=False, limit=60,
        help_text="Alleen als deze inschrijving een eerdere vervangt. Die wordt dan ongelezen vernietigd.",
    )  # fmt: skip
    entitled = forms.BooleanField(
        label="Ik mag namens deze organisatie inschrijven",
        error_messages={"required": "Bevestig dat u namens deze organisatie mag inschrijven."},
    )

    def __init__(self, *args: Any, lots: Sequence[ProcurementLot], **options: Any) -> None:
        super().__init__(*args, **options)
        self.lots = list(lots)
        for lot in self.lots:
            self.fields[f"price_{lot.pk}"] = MoneyField(
                label=f"Prijs voor {lot.lot}", required=False, min_value=0,
                help_text="In euro’s, zonder btw. Leeg: u schrijft hierop niet in." if len(self.lots) > 1 else
                "In euro’s, zonder btw.",
            )  # fmt: skip
        self.order_fields(
            ["firm", "registration", "contact", "email", *(f"price_{lot.pk}" for lot in self.lots), "documents"]
        )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.prices and not any(name.startswith("price_") for name in self.errors):
            self.add_error(None, "Vul voor ten minste één perceel een prijs in.")
        return values

    @property
    def prices(self) -> dict[int, Decimal]:
        given = {lot.pk: self.cleaned_data.get(f"price_{lot.pk}") for lot in self.lots}
        return {lot: price for lot, price in given.items() if price is not None}

    def bid(self) -> Bid:
        """As it is sealed. What a sender called a file is made safe now: later nobody judges it."""
        given = self.cleaned_data
        documents: list[Enclosed] = [each.part.enclosed(files.safe_name(each.name)) for each in given["documents"]]
        return Bid(
            firm=given["firm"], registration=given["registration"], contact=given["contact"], email=given["email"],
            prices=self.prices, documents=documents,
        )  # fmt: skip


class WithdrawForm(forms.Form):
    """By the code alone."""

    code = line("Ontvangstcode", limit=60)
    sure = forms.BooleanField(
        label="Ik trek deze inschrijving in. Zij wordt ongelezen vernietigd.",
        error_messages={"required": "Bevestig dat u de inschrijving intrekt."},
    )
