"""What keyholders fill in about keys (ADR 47)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import User

from cases.rules.sealing import SHORTEST_PASSPHRASE
from ui.fields import Option, PassphraseField


class UnlockForm(forms.Form):
    passphrase = PassphraseField(label="Uw wachtzin", help_text="Niet uw inlogwachtwoord.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if settings.DEMO_LOGIN:
            self.fields["passphrase"].help_text = f"In het voorbeeld: {settings.DEMO_PASSPHRASE}"


class NewKeyForm(forms.Form):
    """A key under a passphrase that is not what one signs in with."""

    passphrase = PassphraseField(
        label="Nieuwe wachtzin",
        help_text=f"Ten minste {SHORTEST_PASSPHRASE} tekens, bijvoorbeeld vijf willekeurige woorden."
        " Niet uw inlogwachtwoord.",
    )
    again = PassphraseField(label="Nog een keer")
    known = forms.BooleanField(
        label="Ik weet dat niemand deze wachtzin kan herstellen, en bewaar haar buiten Rolzuiver",
        error_messages={"required": "Bevestig dat u de wachtzin zelf bewaart."},
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user

    def clean_passphrase(self) -> str:
        given = str(self.cleaned_data["passphrase"])
        if self.user.check_password(given):
            raise forms.ValidationError("Dit is uw inlogwachtwoord. Kies een andere wachtzin.")
        return given

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("passphrase") and values.get("again") and values["passphrase"] != values["again"]:
            self.add_error("again", "Dit is niet dezelfde wachtzin.")
        return values


class ChangeForm(NewKeyForm):
    """With the passphrase as it was."""

    old = PassphraseField(label="Huidige wachtzin")
    field_order = ["old", "passphrase", "again", "known"]


class PaperForm(forms.Form):
    """Before a passphrase is shown once."""

    ready = forms.BooleanField(
        label="Ik kan nu overschrijven wat er verschijnt, en leg het papier in een kluis",
        error_messages={"required": "De wachtzin verschijnt maar één keer. Bevestig dat u haar kunt overschrijven."},
    )


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
