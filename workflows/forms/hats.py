"""In which hat somebody acts: shown always, asked where more than one fits."""

from collections.abc import Sequence
from typing import Any, TypedDict

from django import forms

from roles.authorize import Authority
from roles.rules.segregation import DOUBLE_HAT
from roles.rules.verdict import GroundNeeded, Refused
from roles.selectors import Hat, Offer
from ui.fields import GroundField, HatField, Option, hat_option

LONG = 4000
NO_LONGER_YOURS = "Deze hoedanigheid is niet (meer) van u of past niet bij deze taak. Kies opnieuw."


class Who(TypedDict):
    """A hat as services want it."""

    appointment_id: int
    substitution_id: int | None


def key(hat: Hat) -> str:
    """A hat as a form names it: the appointment, and the substitution by which one stands in."""
    return f"{hat.appointment_id}-{hat.substitution_id}" if hat.substitution_id else str(hat.appointment_id)


def option(offer: Offer) -> Option:
    hat, verdict = offer.hat, offer.verdict
    return hat_option(
        hat.label,
        hat.position.role.capacity,
        f"namens {hat.behalf_of}" if hat.behalf_of else "",
        needs_ground=verdict.reason if isinstance(verdict, GroundNeeded) else "",
        refused=verdict.reason if isinstance(verdict, Refused) else "",
    )


class HatForm(forms.Form):
    """Whoever acts. A single hat travels along hidden, so that nobody acts in another one than was on the screen."""

    template_name = "tasks/fields.html"

    hat = HatField(error_messages={"invalid_choice": NO_LONGER_YOURS})
    ground = GroundField()

    def __init__(self, *args: Any, offers: Sequence[Offer], **options: Any) -> None:
        super().__init__(*args, **options)
        self.offers = {key(offer.hat): offer for offer in offers}
        hat = self.fields["hat"]
        assert isinstance(hat, HatField)
        hat.choices = [(name, option(offer)) for name, offer in self.offers.items()]
        if len(self.offers) == 1:
            hide(hat)
            hat.initial = next(iter(self.offers))
        if not any(offer.needs_ground for offer in offers):
            del self.fields["ground"]

    @property
    def only(self) -> Offer | None:
        """The one hat that there is to choose."""
        return next(iter(self.offers.values())) if len(self.offers) == 1 else None

    @property
    def chosen(self) -> Offer:
        return self.offers[self.cleaned_data["hat"]]

    @property
    def flagged(self) -> bool:
        """Somebody wore the opposite hat in this case before; a vote is not refused for it, but it is motivated."""
        return any(isinstance(o.verdict, Authority) and DOUBLE_HAT in o.verdict.flags for o in self.offers.values())

    @property
    def who(self) -> Who:
        """As services want it."""
        hat = self.chosen.hat
        return Who(appointment_id=hat.appointment_id, substitution_id=hat.substitution_id)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        offer = self.offers.get(values.get("hat", ""))
        if offer and isinstance(offer.verdict, GroundNeeded) and not values.get("ground"):
            self.add_error("ground", offer.verdict.reason)
        return values

    def require(self, field: str, message: str, *, when: bool = True) -> None:
        """A field that must be filled in for what was chosen."""
        if when and field not in self.errors and self.cleaned_data.get(field) in (None, "", []):
            self.add_error(field, message)


def hide(field: forms.Field) -> None:
    """Nothing to choose: it goes along unseen."""
    field.widget = forms.HiddenInput()


def words(
    label: str, *, rows: int = 4, required: bool = True, limit: int = LONG, help_text: str = ""
) -> forms.CharField:
    """A long text."""
    return forms.CharField(
        label=label, required=required, max_length=limit, help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip


def line(label: str, *, limit: int = 200, required: bool = True, help_text: str = "") -> forms.CharField:
    """A short text."""
    return forms.CharField(
        label=label, required=required, max_length=limit, help_text=help_text,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
