"""What is filled in to draw up, judge and hold up the destruction of cases."""

from collections.abc import Sequence
from typing import Any

from django import forms

from cases.models import RetentionHold
from ui.fields import Option
from workflows.forms.hats import HatForm, words

APPROVE, REJECT = "approve", "reject"


class ProposeForm(HatForm):
    """What is due, and what of it stays out, with why."""

    excepted = forms.MultipleChoiceField(
        label="Uitzonderen", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Kruis aan wat niet op de lijst komt. Al het andere wordt voorgesteld.",
        error_messages={"invalid_choice": "Een van deze zaken is er niet meer bij. Kijk opnieuw."},
    )  # fmt: skip
    reason = words("Waarom uitgezonderd", rows=3, required=False)

    def __init__(self, *args: Any, due: Sequence[tuple[int, Option]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["excepted"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = list(due)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        message = "Schrijf op waarom u deze zaken uitzondert."
        self.require("reason", message, when=bool(values.get("excepted")))
        return values

    @property
    def exceptions(self) -> dict[int, str]:
        """Case -> why."""
        return {int(pk): self.cleaned_data["reason"] for pk in self.cleaned_data["excepted"]}


class JudgeForm(HatForm):
    """Yes or no to a list. A no says why."""

    judgment = forms.ChoiceField(
        label="Uw oordeel", widget=forms.RadioSelect,
        choices=[
            (APPROVE, Option("Goedkeuren", "De zaken worden meteen vernietigd. Dit kan niet ongedaan worden gemaakt.")),
            (REJECT, Option("Afwijzen", "Er wordt niets vernietigd. De zaken kunnen op een andere lijst.")),
        ],
        error_messages={"required": "Kies of u de lijst goedkeurt of afwijst."},
    )  # fmt: skip
    reason = words("Waarom afgewezen", rows=3, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("reason", "Schrijf op waarom u de lijst afwijst.", when=values.get("judgment") == REJECT)
        return values


class HoldForm(HatForm):
    """Why a case is not to be destroyed."""

    kind = forms.ChoiceField(
        label="Waarom", choices=[("", "Kies"), *RetentionHold.Kind.choices],
        error_messages={"required": "Kies waarom u de zaak bevriest."},
    )  # fmt: skip
    note = words("Toelichting", rows=3, help_text="Bijvoorbeeld het nummer van het Woo-verzoek.")


class LiftForm(HatForm):
    """Why it may go again."""

    note = words("Waarom opgeheven", rows=3)
