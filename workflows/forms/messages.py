"""Berichten: filters, and how soon somebody wants mail of what."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.timezone import localtime

from escalation.models import Mail, MailPreference
from ui.fields import Option
from workflows.forms.hats import HatForm

SORT, RHYTHM = MailPreference.Sort, MailPreference.Rhythm

HINTS = {
    SORT.TASK: "Een taak die naar u toe komt, een stemronde, een besluit dat u bevestigt.",
    SORT.REMINDER: "Voor, op en na de laatste dag van wat u moet doen.",
    SORT.DECISION: "Met de vingerafdruk van de ondertekening die het besluit vastlegt.",
    SORT.PROGRESS: "Opgeschort, hervat, verlengd, ingetrokken.",
    SORT.MEETING: "Belegd, verplaatst, een agenda, een besluitenlijst.",
    SORT.ESCALATION: "Geopend, naar een ander niveau, afgesloten.",
}


class WishForm(forms.Form):
    """One choice for each sort of message."""

    def __init__(self, *args: Any, wishes: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        for sort in SORT:
            self.fields[sort.value] = forms.ChoiceField(
                label=sort.label, choices=RHYTHM.choices, initial=wishes[sort.value], help_text=HINTS[sort]
            )


class ResendForm(HatForm):
    """Which letters are to be tried again."""

    mails = forms.TypedMultipleChoiceField(
        label="Opnieuw versturen", coerce=int, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Kies ten minste één e-mail.", "invalid_choice": "Deze e-mail ligt hier niet."},
    )  # fmt: skip

    def __init__(self, *args: Any, dead: list[Mail], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["mails"].choices = [(mail.pk, as_option(mail)) for mail in dead]  # type: ignore[attr-defined]


def as_option(mail: Any) -> Option:
    """To whom, and why it lies here; nothing of what it says."""
    address = mail.person.user.email if mail.person.user else ""
    return Option(
        f"{mail.person}{f' ({address})' if address else ''}",
        f"{mail.get_trouble_display()}. Met {mail.count} {'bericht' if mail.count == 1 else 'berichten'}, sinds"
        f" {date_format(localtime(mail.created_at), 'j F Y')}; {mail.attempts} keer geprobeerd.",
    )
