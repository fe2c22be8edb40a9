"""What is filled in to keep the register: a file, one appointment, an end, what the AB decided."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from roles.models import Appointment, Organisation, Person, Position
from roles.rules import sheet
from roles.rules.roster import COLUMNS, MOST_WEIGHT
from roles.rules.sheet import Line, Problem
from ui.fields import DateField
from workflows.forms.hats import HatForm, hide, line, words

CHOSEN = [("", "Kies")]


class FileForm(forms.Form):
    """A file to try. Its bytes are what counts, not its name."""

    columns = COLUMNS

    file = forms.FileField(
        label="Bestand", help_text=f"CSV in UTF-8, ten hoogste {sheet.MEGABYTES} MB.",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"required": "Kies een bestand.", "empty": "Dit bestand is leeg. Kies een ander bestand."},
    )  # fmt: skip

    def clean_file(self) -> tuple[str, bytes]:
        """Name and content. More than may be is not read."""
        file = self.cleaned_data["file"]
        content = file.read(sheet.MOST_BYTES + 1)
        try:
            sheet.read(content, self.columns)
        except sheet.Unreadable as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return "".join(letter for letter in file.name or "" if letter.isprintable()) or "bestand.csv", content


class ConfirmForm(HatForm):
    """Yes, to what was seen."""

    token = forms.CharField(max_length=64, widget=forms.HiddenInput, error_messages={"required": "Probeer opnieuw."})


class KeeperForm(HatForm):
    """Who keeps the register, and the keyword arguments of the service."""

    def values(self) -> dict[str, Any]:
        own = set(self.fields) - {"hat", "ground"}
        return {name: self.cleaned_data[name] for name in own}


class AppointForm(KeeperForm):
    """One appointment: the columns of a file, filled in by hand and held against the same rules."""

    name = line("Naam", limit=sheet.LONGEST_CELL)
    account = line(
        "Account", limit=150, required=False,
        help_text="Gebruikersnaam of e-mailadres. Leeg: iemand die niet zelf inlogt, of die al bekend is.",
    )  # fmt: skip
    position = forms.ChoiceField(label="Functie")
    kind = forms.ChoiceField(label="Soort", choices=Appointment.Kind.choices, initial=Appointment.Kind.MEMBER)
    weight = forms.IntegerField(label="Stemgewicht", min_value=1, max_value=MOST_WEIGHT, initial=1)
    organisation = forms.ChoiceField(label="Namens", required=False)
    valid_from = DateField(label="Van")
    valid_until = DateField(label="Tot en met", required=False, help_text="Leeg: tot nader order.")
    ends_previous = forms.BooleanField(
        label="Beëindigt de vorige benoeming", required=False,
        help_text="Wie deze zetel nu heeft, eindigt de dag ervoor.",
    )  # fmt: skip

    reads_from = DateField(
        label="Leest zaken vanaf", required=False,
        help_text="Alleen voor toezicht: wat in deze periode liep. Leeg: alles.",
    )  # fmt: skip
    reads_until = DateField(label="Leest zaken tot en met", required=False)

    def __init__(
        self, *args: Any, positions: Sequence[Position], organisations: Sequence[Organisation], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.positions = {str(position.pk): position for position in positions}
        self.organisations = {str(organisation.pk): organisation for organisation in organisations}
        _choose(self.fields["position"], [(key, str(each)) for key, each in self.positions.items()])
        _choose(self.fields["organisation"], [(key, each.name) for key, each in self.organisations.items()])

    def as_line(self) -> Line:
        """As a row of a file."""
        given = self.cleaned_data
        position = self.positions[given["position"]]
        organisation = self.organisations.get(given["organisation"])
        return Line(1, {
            "account": given["account"], "name": " ".join(given["name"].split()), "body": position.body.code,
            "role": position.role.code, "kind": given["kind"], "weight": str(given["weight"]),
            "organisation": organisation.code if organisation else "", "valid_from": given["valid_from"].isoformat(),
            "valid_until": given["valid_until"].isoformat() if given["valid_until"] else "",
            "ends_previous": "ja" if given["ends_previous"] else "nee",
            "reads_from": given["reads_from"].isoformat() if given["reads_from"] else "",
            "reads_until": given["reads_until"].isoformat() if given["reads_until"] else "",
        })  # fmt: skip

    def show(self, problems: Sequence[Problem]) -> None:
        """Each beside the field that it is about."""
        by_heading = {column.heading: code for code, column in COLUMNS.items()} | {"gremium": "position"}
        for problem in problems:
            self.add_error(by_heading.get(problem.column), problem.message)


class EndForm(KeeperForm):
    last_day = DateField(label="Laatste dag", help_text="Deze dag geldt de benoeming nog.")
    reason = words("Reden", rows=3, limit=1000)


class ExemptForm(KeeperForm):
    person = forms.ChoiceField(label="Voor wie?")
    decided_on = DateField(label="Besloten op", help_text="De dag van de vergadering van het algemeen bestuur.")
    valid_until = DateField(label="Geldig tot en met")
    why = words("Grond", rows=3, limit=1000, help_text="Waarom het AB deze dubbele stoel toestaat, met het kenmerk.")

    def __init__(self, *args: Any, people: Sequence[Person], **options: Any) -> None:
        super().__init__(*args, **options)
        _choose(self.fields["person"], [(str(person.pk), str(person)) for person in people])
        if len(people) == 1:
            hide(self.fields["person"])
            self.fields["person"].initial = str(people[0].pk)


class SegregationForm(KeeperForm):
    segregated_from = DateField(
        label="Rolscheiding vanaf", required=False,
        help_text="Vanaf deze dag is niemand opdrachtgever en eigenaar tegelijk. Leeg: er geldt geen datum meer.",
    )  # fmt: skip
    decided_on = DateField(label="Besloten op", help_text="De dag van de vergadering van het algemeen bestuur.")
    reference = line("Kenmerk van het besluit", limit=200, help_text="Zoals AB 2026-12, agendapunt 5.")

    @property
    def asked_date(self) -> date | None:
        return self.cleaned_data.get("segregated_from")


def _choose(field: forms.Field, choices: Sequence[tuple[str, str]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = [*CHOSEN, *choices]
