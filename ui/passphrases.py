"""What is asked of whoever gets a key of their own, whatever it opens: a passphrase that nobody else keeps."""

from typing import Any

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser

from ui.fields import PassphraseField


class NewPassphraseForm(forms.Form):
    """One that is not what one signs in with. How long it must be at least is a rule of what the key opens."""

    shortest: int

    passphrase = PassphraseField(label="Nieuwe wachtzin")
    again = PassphraseField(label="Nog een keer")
    known = forms.BooleanField(
        label="Ik weet dat niemand deze wachtzin kan herstellen, en bewaar haar buiten Rolzuiver",
        error_messages={"required": "Bevestig dat u de wachtzin zelf bewaart."},
    )

    def __init__(self, *args: Any, user: AbstractBaseUser, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        self.fields[
            "passphrase"
        ].help_text = (
            f"Ten minste {self.shortest} tekens, bijvoorbeeld vijf willekeurige woorden. Niet uw inlogwachtwoord."
        )

    def clean_passphrase(self) -> str:
        given = str(self.cleaned_data["passphrase"])
        if self.user.check_password(given):
            raise forms.ValidationError("Dit is uw inlogwachtwoord. Kies een andere wachtzin.")
        return given

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("passphrase") and values.get("again") and values["passphrase"] != values["again"]:
            self.add_error("again", "Dit is niet dezelfde wachtzin.")
        return values


class PaperForm(forms.Form):
    """Before a passphrase is shown once."""

    ready = forms.BooleanField(
        label="Ik kan nu overschrijven wat er verschijnt, en leg het papier in een kluis",
        error_messages={"required": "De wachtzin verschijnt maar één keer. Bevestig dat u haar kunt overschrijven."},
    )
