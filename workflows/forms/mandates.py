"""What may be different in the next version of a mandate, and why one is revoked."""

from typing import Any

from django import forms

from cases.models import Domain, Scale
from ui.fields import DateField, MoneyField
from workflows.forms.hats import line, words
from workflows.forms.register import KeeperForm


class ChangeMandateForm(KeeperForm):
    """Another power, giver or receiver is another mandate."""

    label = line("Omschrijving")
    legal_basis = line("Grondslag", help_text="Het besluit of artikel waar deze versie op rust.")
    max_amount = MoneyField(label="Tot en met bedrag", required=False, help_text="Leeg: zonder grens.")
    domain = forms.ChoiceField(label="Domein", required=False, choices=[("", "Alle domeinen"), *Domain.choices])
    scale = forms.ChoiceField(label="Schaal", required=False, choices=[("", "Elke schaal"), *Scale.choices])
    valid_from = DateField(label="Geldt vanaf")
    valid_until = DateField(label="Tot en met", required=False, help_text="Leeg: tot nader order.")
    sub_mandate_allowed = forms.BooleanField(label="Ondermandaat toegestaan", required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        first, last = values.get("valid_from"), values.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", "De versie eindigt voordat zij begint. Pas de datums aan.")
        return values


class RevokeMandateForm(KeeperForm):
    reason = words("Reden", rows=3, limit=1000)
