"""Keys of openers, and whether somebody has an interest in who tendered."""

from typing import Any

from cases.rules.sealing import SHORTEST_PASSPHRASE
from ui.fields import CardField, Option, PassphraseField
from ui.passphrases import NewPassphraseForm, PaperForm
from workflows.forms.hats import HatForm, words


class EnrolForm(NewPassphraseForm, HatForm):
    shortest = SHORTEST_PASSPHRASE


class ChangeForm(EnrolForm):
    """The same key under another passphrase."""

    old = PassphraseField(label="Huidige wachtzin")
    field_order = ["hat", "old", "passphrase", "again", "known"]


class EscrowForm(PaperForm, HatForm):
    """For calamities: whoever makes it may not be an opener as well."""


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
