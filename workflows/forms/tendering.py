"""Keys of openers, and whether somebody has an interest in who tendered."""

from typing import Any

from django import forms

from cases.rules.sealing import SHORTEST_PASSPHRASE
from ui.fields import CardField, Option, PassphraseField
from workflows.forms.hats import HatForm, words


class EnrolForm(HatForm):
    """A new key under a passphrase that is not what one signs in with."""

    passphrase = PassphraseField(
        label="Wachtzin voor uw sleutel",
        help_text=f"Ten minste {SHORTEST_PASSPHRASE} tekens, bijvoorbeeld vijf willekeurige woorden."
        " Niet uw inlogwachtwoord.",
    )
    again = PassphraseField(label="Nog een keer")
    known = forms.BooleanField(
        label="Ik weet dat niemand deze wachtzin kan herstellen, en bewaar haar buiten Rolzuiver",
        error_messages={"required": "Bevestig dat u de wachtzin zelf bewaart."},
    )

    def __init__(self, *args: Any, user: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user

    def clean_passphrase(self) -> str:
        given = str(self.cleaned_data["passphrase"])
        if self.user.check_password(given):
            raise forms.ValidationError("Dit is uw inlogwachtwoord. Kies een andere wachtzin.")
        return given

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("passphrase") and values.get("again") and values["passphrase"] != values["again"]:
            self.add_error("again", "Dit is niet dezelfde wachtzin.")
        return values


class ChangeForm(EnrolForm):
    """The same key under another passphrase."""

    old = PassphraseField(label="Huidige wachtzin")
    field_order = ["hat", "old", "passphrase", "again", "known"]


class EscrowForm(HatForm):
    """For calamities: whoever makes it may not be an opener as well."""

    ready = forms.BooleanField(
        label="Ik kan nu overschrijven wat er verschijnt, en leg het in de kluis",
        error_messages={"required": "De wachtzin verschijnt maar één keer. Bevestig dat u haar kunt overschrijven."},
    )


class DeclareForm(HatForm):
    """Before the first look into tenders (Aanbestedingswet 2012 art. 1.10b)."""

    conflicted = CardField(
        label="Hebt u een belang bij een van deze inschrijvers?",
        choices=[
            ("no", Option("Nee", "Geen financieel, economisch of persoonlijk belang dat mijn oordeel raakt.")),
            ("yes", Option("Ja", "Ik blijf buiten deze zaak; mijn plaats vervalt.")),
        ],
        error_messages={"required": "Kies ja of nee."},
    )
    interest = words("Welk belang?", required=False, rows=3, help_text="Alleen bij ‘Ja’.")

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("interest", "Schrijf op welk belang u hebt.", when=values.get("conflicted") == "yes")
        return values

    @property
    def template_name(self) -> str:  # type: ignore[override]
        return "tasks/fields.html"
