"""Handing several tasks of one role to a colleague."""

from collections.abc import Sequence
from typing import Any

from django import forms

from roles.models import Appointment
from roles.selectors import Hat
from ui.fields import HatField, hat_option
from workflows.forms.hats import NO_LONGER_YOURS, Who, hide, key, words


class HandOverManyForm(forms.Form):
    """In which hat, to whom in the same role, and why: the same for each."""

    hat = HatField(error_messages={"invalid_choice": NO_LONGER_YOURS})
    to = forms.ChoiceField(label="Aan wie?", widget=forms.RadioSelect)
    reason = words("Reden", limit=2000, help_text="Staat bij iedere taak in het dossier.")

    def __init__(self, *args: Any, hats: Sequence[Hat], holders: Sequence[Appointment], **options: Any) -> None:
        super().__init__(*args, **options)
        self._hats = {key(hat): hat for hat in hats}
        hat = self.fields["hat"]
        assert isinstance(hat, HatField)
        hat.choices = [
            (name, hat_option(each.label, each.position.role.capacity, each.behalf_of and f"namens {each.behalf_of}"))
            for name, each in self._hats.items()
        ]
        if len(self._hats) == 1:
            hide(hat)
            hat.initial = next(iter(self._hats))
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)
        to.choices = [(holder.pk, str(holder.person)) for holder in holders]

    @property
    def only(self) -> Hat | None:
        return next(iter(self._hats.values())) if len(self._hats) == 1 else None

    @property
    def who(self) -> Who:
        hat = self._hats[self.cleaned_data["hat"]]
        return Who(appointment_id=hat.appointment_id, substitution_id=hat.substitution_id)

    def values(self) -> dict[str, Any]:
        return {"to": int(self.cleaned_data["to"]), "reason": self.cleaned_data["reason"]}
