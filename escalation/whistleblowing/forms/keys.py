"""What keyholders fill in about keys (ADR 47)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings

from cases.rules.sealing import SHORTEST_PASSPHRASE
from ui.fields import Option, PassphraseField
from ui.passphrases import NewPassphraseForm, PaperForm


class UnlockForm(forms.Form):
    passphrase = PassphraseField(label="Uw wachtzin", help_text="Niet uw inlogwachtwoord.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if settings.DEMO_LOGIN:
            self.fields["passphrase"].help_text = f"In het voorbeeld: {settings.DEMO_PASSPHRASE}"


class NewKeyForm(NewPassphraseForm):
    shortest = SHORTEST_PASSPHRASE


class ChangeForm(NewKeyForm):
    """With the passphrase as it was."""

    old = PassphraseField(label="Huidige wachtzin")
    field_order = ["old", "passphrase", "again", "known"]


class RenewPaperForm(PaperForm):
    old = PassphraseField(label="Wachtzin op het papier")
    field_order = ["old", "ready"]


class DeedForm(forms.Form):
    """What is done about a key of somebody else, confirmed; what and about whom travel along hidden."""

    what = forms.CharField(max_length=20, widget=forms.HiddenInput)
    about = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    reports = forms.MultipleChoiceField(
        label="Tot deze meldingen", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Laat weg wat over deze persoon gaat of waarbij die betrokken is: dan blijkt ook niet dat het er is.",
    )  # fmt: skip
    passphrase = PassphraseField(label="Wachtzin van de noodsleutel", help_text="Van het papier uit de kluis.")
    sure = forms.BooleanField(error_messages={"required": "Bevestig dit eerst."})

    def __init__(
        self, *args: Any, sure: str, paper: bool, reports: Sequence[tuple[str, str]], chosen: bool, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["sure"].label = sure
        if not paper:
            del self.fields["passphrase"]
        field = self.fields["reports"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(number, Option(name)) for number, name in reports]
        field.initial = [number for number, _ in reports] if chosen else []
        if not reports:
            del self.fields["reports"]
