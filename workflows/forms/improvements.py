"""What an action owner says of an action, and to whom it is given."""

from collections.abc import Sequence
from typing import Any

from django import forms

from cases.models import Improvement
from ui.fields import CardField, Option
from workflows.forms.actions import ActionForm
from workflows.forms.actions_agreed import owner_choices, owner_of
from workflows.forms.hats import words
from workflows.selectors.improvements import SHOWN, Owner

HINTS = {
    Improvement.Status.OPEN: "Er is nog niets aan gedaan.",
    Improvement.Status.BUSY: "Er wordt aan gewerkt.",
    Improvement.Status.DONE: "Het is gedaan.",
    Improvement.Status.DROPPED: "Het gebeurt niet meer. Schrijf op waarom.",
}


class ProgressForm(ActionForm):
    """Where it stands, and what was done."""

    status = CardField(
        label="Hoe staat het ervoor?",
        choices=[(each.value, Option(each.label, HINTS[each])) for each in SHOWN],
    )
    words = words("Voortgang", required=False, limit=2000, help_text="Wat is er gebeurd? Verplicht bij ‘Vervallen’.")
    expected = forms.CharField(widget=forms.HiddenInput, required=False)  # the status that they saw

    def __init__(self, *args: Any, improvement: Improvement, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial = {"status": improvement.status, "expected": improvement.status}

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("words", "Schrijf op waarom dit vervalt.", when=values.get("status") == "dropped")
        return values


class HandOverActionForm(ActionForm):
    """To another role, or somebody in one."""

    owner = forms.ChoiceField(label="Nieuwe actiehouder")
    reason = words("Reden", required=False, limit=2000)

    def __init__(self, *args: Any, known: Sequence[Owner], **options: Any) -> None:
        super().__init__(*args, **options)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ChoiceField)
        owner.choices = owner_choices(known)

    def values(self) -> dict[str, Any]:
        position, named = owner_of(self.cleaned_data["owner"])
        return {"owner": position, "named": named, "reason": self.cleaned_data["reason"]}
