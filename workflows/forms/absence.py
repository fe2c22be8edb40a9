"""What is filled in to be away, to let somebody stand in, and to end either."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from cases.models import Case
from cases.models.commission import Domain
from roles.models import Appointment, Person, Substitution
from roles.rules.standing_in import Extent
from roles.selectors import Hat
from ui.fields import DateField
from workflows.forms.hats import HatForm, line, words

NOBODY = [("", "Niemand")]
CHOOSE = [("", "Kies")]
PRIVATE = "Alleen u en wie het register bijhoudt lezen dit. Geen medische gegevens."


class AwayForm(forms.Form):
    """From when until when, and for each of these seats who stands in."""

    template_name = "tasks/fields.html"

    valid_from = DateField(label="Van")
    valid_until = DateField(label="Tot en met", required=False, help_text="Leeg: tot nader order.")
    reason = words("Reden", rows=2, required=False, limit=300, help_text=PRIVATE)

    def __init__(
        self, *args: Any, seats: Sequence[Appointment], candidates: dict[int, list[Person]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.seats = {_name(seat): seat for seat in seats}
        self.people = {str(person.pk): person for people in candidates.values() for person in people}
        for name, seat in self.seats.items():
            people = candidates[seat.pk]
            field = forms.ChoiceField(
                label=f"Wie neemt waar als {Hat(seat).label}?", required=False,
                choices=[*NOBODY, *((str(person.pk), str(person)) for person in people)],
                help_text="" if people else "Niemand mag dit volgens de regels van dit gremium nu overnemen.",
            )  # fmt: skip
            self.fields[name] = field

    @property
    def stand_ins(self) -> dict[Appointment, Person | None]:
        return {seat: self.people.get(self.cleaned_data.get(name, "")) for name, seat in self.seats.items()}

    def period(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("valid_from", "valid_until", "reason")}


class AwayForAnotherForm(AwayForm, HatForm):
    """The same by who keeps the register, wearing a hat."""


class ExtentForm(forms.Form):
    """For how much somebody stands in."""

    template_name = "tasks/fields.html"

    scope = forms.ChoiceField(
        label="Waarvoor?", choices=Substitution.Scope.choices, initial=Substitution.Scope.ALL, widget=forms.RadioSelect
    )
    flow = forms.ChoiceField(label="Welk proces?", required=False, help_text="Alleen bij één proces.")
    domain = forms.ChoiceField(
        label="Welk domein?", required=False, choices=[*CHOOSE, *Domain.choices], help_text="Alleen bij één domein."
    )
    case = line(
        "Welke zaak?", limit=30, required=False, help_text="Alleen bij één zaak: het nummer, zoals OPD-2026-0147."
    )

    def __init__(self, *args: Any, flows: Sequence[tuple[str, str]], visible: Any, **options: Any) -> None:
        """`visible`: the cases of this regeling that the visitor may see."""
        super().__init__(*args, **options)
        flow = self.fields["flow"]
        assert isinstance(flow, forms.ChoiceField)
        flow.choices = [*CHOOSE, *flows]
        self.visible = visible

    def clean_case(self) -> str:
        """As evidence names it; of a case that somebody may not see they do not learn that it is there."""
        typed = str(self.cleaned_data["case"]).strip()
        if not typed or self.cleaned_data.get("scope") != Substitution.Scope.CASE:
            return ""
        found: Case | None = self.visible.filter(number__iexact=typed).first()
        if found is None:
            raise forms.ValidationError("Er is geen zaak met dit nummer die u mag zien. Controleer het nummer.")
        return found.chain

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        scope = values.get("scope")
        if scope in ("flow", "domain", "case") and scope not in self.errors and not values.get(scope):
            self.add_error(scope, "Vul dit in: u kiest hierboven voor een deel van de rol.")
        return values

    @property
    def extent(self) -> Extent:
        scope = self.cleaned_data["scope"]
        return Extent(scope, "" if scope == Substitution.Scope.ALL else self.cleaned_data[scope])


class LendForm(ExtentForm):
    """Somebody stands in for one appointment, for all of it or for a part."""

    person = forms.ChoiceField(label="Wie neemt waar?")
    valid_from = DateField(label="Van")
    valid_until = DateField(label="Tot en met", required=False, help_text="Leeg: zolang de benoeming duurt.")
    reason = words("Reden", rows=2, limit=300, help_text=PRIVATE)

    def __init__(self, *args: Any, people: Sequence[Person], **options: Any) -> None:
        super().__init__(*args, **options)
        person = self.fields["person"]
        assert isinstance(person, forms.ChoiceField)
        person.choices = [*CHOOSE, *((str(each.pk), str(each)) for each in people)]
        self.people = {str(each.pk): each for each in people}
        self.order_fields(["hat", "person", "valid_from", "valid_until", "reason", "scope", "flow", "domain", "case"])

    def values(self) -> dict[str, Any]:
        given = {name: self.cleaned_data[name] for name in ("valid_from", "valid_until", "reason")}
        return given | {"person": self.people[self.cleaned_data["person"]], "extent": self.extent}


class LendForAnotherForm(LendForm, HatForm):
    """The same by who keeps the register."""


class LastDayForm(forms.Form):
    """Until when it still holds."""

    template_name = "tasks/fields.html"

    last_day = DateField(label="Laatste dag", help_text="Kies gisteren om het meteen te laten eindigen.")

    @property
    def day(self) -> date:
        day: date = self.cleaned_data["last_day"]
        return day


class LastDayForAnotherForm(LastDayForm, HatForm):
    """The same by who keeps the register."""


def _name(seat: Appointment) -> str:
    return f"seat-{seat.pk}"
