"""The record of a meeting as its secretary writes it, in each form in which the body may decide (domain §4)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.timezone import localdate

from cases.models import Ballot, Choice
from cases.services.ballots import Ballotpaper, SecretCounts
from roles.models import DecisionRule
from roles.rules import council
from ui.fields import CardField, DateField, Option
from workflows.ballots import NEEDS_MOTIVATION
from workflows.forms.ballots import ProposalForm
from workflows.forms.hats import line, words
from workflows.selectors.forecast import Place

Form = Ballot.Form
OWN_FORMS = (
    (Form.HAMMERED, Option("Hamerstuk", "Niemand vroeg stemming: alle aanwezigen zijn voor.")),
    (Form.VOTES, Option("Stem per lid", "Vul hieronder bij ieder aanwezig lid de stem in.")),
)
BY_LAW = (
    (Form.HAMMERED, Option("Hamerstuk", "Niemand vroeg stemming: aangenomen (Gemeentewet art. 32 lid 3).")),
    (Form.VOTES, Option("Stem per lid", "Bij handopsteken. Wie zich onthoudt, neemt niet deel (art. 29 en 30).")),
    (Form.ROLL_CALL, Option("Hoofdelijke stemming", "Ieder aanwezig lid is voor of tegen (art. 32 lid 2).")),
    (Form.SECRET, Option("Geheime stemming over personen", "Alleen aantallen, nooit wie wat stemde (art. 31).")),
)


class MemberForm(forms.Form):
    """One member in a meeting: there or not, and how they voted."""

    present = forms.BooleanField(label="Aanwezig", required=False, initial=True)
    choice = forms.ChoiceField(label="Stem", required=False, choices=[("", "Geen eigen stem"), *Choice.choices])
    motivation = line("Motivering", required=False, limit=2000)

    def __init__(self, data: Any, *, place: Place, by_law: bool) -> None:
        super().__init__(data, prefix=f"member-{place.appointment.pk}")
        self.place, self.member, self.by_law = place, place.appointment, by_law
        if place.recused:
            del self.fields["choice"], self.fields["motivation"]

    @property
    def there(self) -> bool:
        return bool(self.cleaned_data.get("present"))

    @property
    def paper(self) -> Ballotpaper | None:
        choice = self.cleaned_data.get("choice")
        return Ballotpaper(choice=choice, motivation=self.cleaned_data.get("motivation", "")) if choice else None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        choice = values.get("choice")
        if choice and not values.get("present"):
            self.add_error("present", f"Wie niet aanwezig was, stemt niet: {self.place.who}.")
        if choice in NEEDS_MOTIVATION and not values.get("motivation") and not self.by_law:
            self.add_error("motivation", f"Geef de motivering van {self.place.who} bij deze stem.")
        return values

    def judge(self, way: str) -> None:
        """Whether the vote of this member agrees with how was voted."""
        name, choice = self.place.who, self.cleaned_data.get("choice")
        if way in (Form.HAMMERED, Form.SECRET) and choice:
            how = "een hamerstuk" if way == Form.HAMMERED else "een geheime stemming"
            self.add_error("choice", f"Bij {how} is er geen stem per lid; laat die van {name} leeg.")
        elif (
            way in (Form.VOTES, Form.ROLL_CALL)
            and self.there
            and not self.place.recused
            and "choice" not in self.errors
        ):
            if not choice:
                self.add_error("choice", f"Kies hoe {name} heeft gestemd.")
            elif way == Form.ROLL_CALL and choice not in (Choice.FOR, Choice.AGAINST):
                self.add_error("choice", f"Bij hoofdelijke stemming is {name} voor of tegen ({council.ROLL_CALL}).")


def _number(label: str, help_text: str = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=999, help_text=help_text,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip


class MeetingForm(ProposalForm):
    """The record of a meeting. Where the law decides, its articles stand beside what is asked."""

    template_name = "tasks/forms/meeting.html"

    meeting_date = DateField(label="Datum van de vergadering")
    way = CardField(label="Hoe is besloten?", choices=OWN_FORMS, initial=Form.HAMMERED)
    in_favour, against = _number("Stemmen voor"), _number("Stemmen tegen")
    blank = _number("Blanco of ongeldig", "Tellen niet als stem (art. 30 lid 2).")
    lot = forms.ChoiceField(
        label="Wat het lot besliste", required=False,
        choices=[("", "Niet geloot"), (Choice.FOR, "Voor"), (Choice.AGAINST, "Tegen")],
        help_text="Alleen als de stemmen ook bij de herstemming staakten (art. 31 lid 3).",
    )  # fmt: skip
    second_call = forms.BooleanField(
        label="Opnieuw bijeengeroepen na een vergadering die niet kon worden geopend", required=False,
        help_text="Dan vraagt de wet geen quorum voor wat toen op de agenda stond (Gemeentewet art. 20 lid 2 en 3).",
    )  # fmt: skip
    closed_doors = forms.BooleanField(
        label="De deuren waren gesloten", required=False,
        help_text="Zonder vinkje was de vergadering openbaar (Wgr art. 22; Gemeentewet art. 23).",
    )  # fmt: skip
    field_order = ["hat", "ground", "meeting_date", "proposal", "defer_until", "way"]
    minority = words("Minderheidsstandpunt", required=False)
    explanation = words("Toelichting", required=False, help_text="Wat verder in het verslag hoort.")

    ONLY_BY_LAW = ("in_favour", "against", "blank", "lot", "second_call", "closed_doors")

    def __init__(
        self, data: Any = None, *, places: Sequence[Place], rule: DecisionRule, unopened: bool = False, **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.by_law = rule.by_law
        self.initial.setdefault("meeting_date", localdate(self.work.now))
        self.members = [MemberForm(data, place=place, by_law=rule.by_law) for place in places]
        if rule.by_law:
            way = self.fields["way"]
            assert isinstance(way, CardField)
            way.choices = BY_LAW
        for name in self.ONLY_BY_LAW:
            if not rule.by_law or (name == "second_call" and not unopened):
                del self.fields[name]

    @property
    def to_open(self) -> int:
        """How many members have to be there by law; zero where a rule of the body's own says it."""
        return council.to_open(len(self.members)) if self.by_law else 0

    def is_valid(self) -> bool:
        """All are asked, so that all errors show at once; then whether presence and votes agree with the way."""
        valid = all([super().is_valid(), *(member.is_valid() for member in self.members)])
        there, way = sum(member.there for member in self.members), self.cleaned_data.get("way", "")
        if not there:
            self.add_error("way", "Kruis aan wie aanwezig was.")
        elif self._opened(there):
            for member in self.members:
                member.judge(way)
            if way == Form.SECRET:
                self.require("in_favour", "Vul in hoeveel stemmen voor waren.")
                self.require("against", "Vul in hoeveel stemmen tegen waren.")
                self.require("explanation", "Schrijf op over welke benoeming, voordracht of aanbeveling is gestemd.")
        return valid and not self.errors and not any(member.errors for member in self.members)

    def _opened(self, there: int) -> bool:
        return there >= self.to_open or bool(self.cleaned_data.get("second_call"))

    def values(self) -> dict[str, Any]:
        asked, way = self.cleaned_data, self.cleaned_data["way"]
        present = [each.member.pk for each in self.members if each.there]
        if not self._opened(len(present)):
            way = Form.HAMMERED  # there was no vote; that the meeting could not open is all there is to record
        counts = None
        if way == Form.SECRET:
            counts = SecretCounts(
                in_favour=asked["in_favour"], against=asked["against"], blank=asked["blank"] or 0, lot=asked["lot"]
            )
        return super().values() | {
            "meeting_date": asked["meeting_date"], "present": present, "form": way, "secret_counts": counts,
            "papers": {each.member.pk: each.paper for each in self.members if each.paper},
            "minority": asked["minority"], "explanation": asked["explanation"],
            "second_call": asked.get("second_call", False), "closed_doors": asked.get("closed_doors", False),
        }  # fmt: skip
