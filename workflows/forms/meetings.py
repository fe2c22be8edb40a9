"""Forms of a meeting: convene it, make its agenda, record it, and confirm its decision list (domain §4, §5.7)."""

from collections.abc import Sequence
from typing import Any

from django import forms

from cases.models import AgendaItem, Ballot, Choice, Meeting, Presence
from cases.services.ballots import Ballotpaper, SecretCounts
from roles.models import Appointment, DecisionRule
from ui.fields import CardField, DateField, MomentField, Option
from workflows.forms.hats import HatForm, line, words
from workflows.forms.minutes import BY_LAW, OWN_FORMS
from workflows.forms.papers import DocumentForm
from workflows.meetings import Treatment
from workflows.meetings.papers import node_of, title_of
from workflows.meetings.record import DECIDED, POSTPONED
from workflows.models import CaseTask
from workflows.selectors.attendance import Guest

BY_NAME = (Ballot.Form.VOTES, Ballot.Form.ROLL_CALL)


class PlanForm(HatForm):
    """When and where."""

    starts_at = MomentField(label="Datum en tijd")
    place = line("Plaats", required=False)
    closed_doors = forms.BooleanField(
        label="De hele vergadering is achter gesloten deuren", required=False,
        help_text="Dan zien alleen de leden en de secretaris de agenda, en blijft zij uit de openbare besluitenlijst.",
    )  # fmt: skip

    def __init__(self, *args: Any, meeting: Meeting | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        if meeting is not None:
            self.initial = {
                "starts_at": meeting.starts_at, "place": str(meeting.place or ""), "closed_doors": meeting.closed_doors
            }  # fmt: skip

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("starts_at", "place", "closed_doors")}


class CancelForm(HatForm):
    reason = words("Reden", limit=2000)

    def values(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"]}


class PaperForm(HatForm, DocumentForm):
    """A paper for the meeting, or for one of its items."""

    item = forms.ChoiceField(label="Bij welk punt?", required=False)

    def __init__(self, *args: Any, items: Sequence[AgendaItem], **options: Any) -> None:
        super().__init__(*args, **options)
        item = self.fields["item"]
        assert isinstance(item, forms.ChoiceField)
        item.choices = [("", "De vergadering als geheel"), *((each.pk, title_of(each)) for each in items)]

    def values(self) -> dict[str, Any]:
        item = self.cleaned_data["item"]
        return {"paper": self.paper(), "item_id": int(item) if item else None}


class AgendaForm(HatForm):
    """What waits for a meeting, to be put on this one; and another point."""

    put = forms.MultipleChoiceField(
        label="Open besluiten", required=False, widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Dit besluit is al genomen of staat al op een agenda. Kies opnieuw."},
    )  # fmt: skip
    title = line("Onderwerp", required=False)
    closed = forms.BooleanField(label="Achter gesloten deuren", required=False)

    def __init__(self, *args: Any, waiting: Sequence[CaseTask], **options: Any) -> None:
        super().__init__(*args, **options)
        put = self.fields["put"]
        assert isinstance(put, forms.MultipleChoiceField)
        put.choices = [
            (task.pk, Option(f"{task.process.label_of(task.flow_task)}: {task.case.title}", task.case.number))
            for task in waiting
        ]


class PresenceForm(forms.Form):
    """One member: there or not."""

    state = forms.ChoiceField(label="Aanwezigheid", choices=Presence.State.choices, initial=Presence.State.PRESENT)

    def __init__(self, data: Any, *, guest: Guest, state: str | None) -> None:
        member = guest.seat
        super().__init__(data, prefix=f"member-{member.pk}")
        self.member = member
        self.fields["state"].label = guest.who
        note = [str(member.organisation or ""), "voorzitter" if member.kind == Appointment.Kind.CHAIR else ""]
        self.fields["state"].help_text = ", ".join(filter(None, note))
        if state is not None or not guest.comes:
            self.initial = {"state": state or Presence.State.EXCUSED}


class VoteRow(forms.Form):
    """What one member voted on one item; it counts where the vote went by name and the member was there."""

    choice = forms.ChoiceField(choices=Choice.choices, initial=Choice.FOR, required=False)
    motivation = line("Motivering", required=False, limit=2000)

    def __init__(self, data: Any, *, member: Appointment, prefix: str) -> None:
        super().__init__(data, prefix=f"{prefix}-{member.pk}")
        self.member = member
        self.fields["choice"].label = f"Stem van {member.person}"

    @property
    def paper(self) -> Ballotpaper:
        return Ballotpaper(
            choice=self.cleaned_data.get("choice") or Choice.FOR, motivation=self.cleaned_data.get("motivation", "")
        )


class ItemForm(forms.Form):
    """What became of one item of the agenda."""

    how = forms.ChoiceField(label="Behandeling")
    proposal = forms.ChoiceField(label="Besluit", required=False)
    defer_until = DateField(label="Aanhouden tot", required=False, help_text="Alleen bij aanhouden.")
    form = forms.ChoiceField(label="Hoe is besloten?", required=False)
    in_favour = forms.IntegerField(label="Stemmen voor", required=False, min_value=0, max_value=999)
    against = forms.IntegerField(label="Stemmen tegen", required=False, min_value=0, max_value=999)
    blank = forms.IntegerField(label="Blanco of ongeldig", required=False, min_value=0, max_value=999)
    minority = words("Minderheidsstandpunt", required=False, rows=2)
    explanation = words("Toelichting", required=False, rows=2)
    words = words("Wat is besproken", required=False, rows=2)

    ASKED_OF_DECISIONS = ("proposal", "defer_until", "form", "in_favour", "against", "blank", "minority", "explanation")

    def __init__(self, data: Any, *, item: AgendaItem, members: Sequence[Appointment], rule: DecisionRule) -> None:
        super().__init__(data, prefix=f"item-{item.pk}")
        self.item, self.title = item, title_of(item)
        decides = item.kind != AgendaItem.Kind.POINT
        self.rows = [VoteRow(data, member=member, prefix=f"item-{item.pk}") for member in members] if decides else []
        self._offer("how", self._ways())
        if item.kind == AgendaItem.Kind.RATIFICATION:
            self.fields["words"].label = "Wat het gremium zei"
            self.fields["words"].help_text = "Verplicht als het gremium niet bekrachtigt: schrijf op wat er nu gebeurt."
            del self.fields["proposal"], self.fields["defer_until"]
        elif decides:
            del self.fields["words"]
            self._outcomes()
        else:
            for name in self.ASKED_OF_DECISIONS:
                del self.fields[name]
        if decides:
            self._offer("form", [(code, option.label) for code, option in (BY_LAW if rule.by_law else OWN_FORMS)])
            if not rule.by_law:
                del self.fields["in_favour"], self.fields["against"], self.fields["blank"]

    def _ways(self) -> list[tuple[str, str]]:
        done = "Besproken" if self.item.kind == AgendaItem.Kind.POINT else "Er is over besloten"
        return [(DECIDED, done), (POSTPONED, "Doorgeschoven naar een volgende vergadering")]

    def _outcomes(self) -> None:
        assert self.item.case is not None
        node = node_of(self.item.case.process, self.item.step)
        outcomes = [(each.code, each.label) for each in node.outcomes]
        self._offer("proposal", outcomes)
        if not any(code == "defer" for code, _ in outcomes):
            del self.fields["defer_until"]

    def _offer(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, str(label)) for code, label in choices]

    @property
    def by_name(self) -> bool:
        return self.cleaned_data.get("form") in BY_NAME

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(row.is_valid() for row in self.rows)])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("how") == DECIDED and values.get("proposal") == "defer" and not values.get("defer_until"):
            self.add_error("defer_until", f"Kies tot welke datum ‘{self.title}’ wordt aangehouden.")
        return values

    def treatment(self, present: Sequence[int]) -> Treatment:
        asked = self.cleaned_data
        counts = None
        if asked.get("form") == Ballot.Form.SECRET:
            counts = SecretCounts(
                in_favour=asked.get("in_favour") or 0, against=asked.get("against") or 0, blank=asked.get("blank") or 0
            )
        papers = {row.member.pk: row.paper for row in self.rows if self.by_name and row.member.pk in present}
        return Treatment(
            item_id=self.item.pk, how=asked["how"], proposal=asked.get("proposal", ""), form=asked.get("form", ""),
            papers=papers, secret_counts=counts, defer_until=asked.get("defer_until"),
            minority=asked.get("minority", ""), explanation=asked.get("explanation", ""), words=asked.get("words", ""),
        )  # fmt: skip


class RecordForm(HatForm):
    """The record of a whole meeting: who was there, and what became of each item."""

    revision = forms.IntegerField(widget=forms.HiddenInput, error_messages={"required": "Open de pagina opnieuw."})

    def __init__(
        self, data: Any = None, *, meeting: Meeting, items: Sequence[AgendaItem], guests: Sequence[Guest],
        rule: DecisionRule, presence: dict[int, str], **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(data, **options)
        self.initial.setdefault("revision", meeting.revision)
        self.members = [PresenceForm(data, guest=guest, state=presence.get(guest.seat.pk)) for guest in guests]
        members = [guest.seat for guest in guests]
        self.items = [ItemForm(data, item=item, members=members, rule=rule) for item in items]

    @property
    def parts(self) -> list[forms.Form]:
        """Everything whose errors are told together."""
        return [self, *self.members, *(part for item in self.items for part in (item, *item.rows))]

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(part.is_valid() for part in [*self.members, *self.items])])

    def values(self) -> dict[str, Any]:
        presence = {each.member.pk: each.cleaned_data["state"] for each in self.members}
        present = [member for member, state in presence.items() if state == Presence.State.PRESENT]
        return {
            "presence": presence, "revision": self.cleaned_data["revision"],
            "treatments": [item.treatment(present) for item in self.items],
        }  # fmt: skip


class ListForm(HatForm):
    """Whoever presided confirms the decision list, or sends it back."""

    revision = forms.IntegerField(widget=forms.HiddenInput, error_messages={"required": "Open de pagina opnieuw."})
    decision = CardField(
        label="Klopt deze besluitenlijst?",
        choices=[
            ("confirm", Option("Ja, ik stel haar vast", "Elk besluit erop staat vast, en de zaken gaan verder.")),
            ("return", Option("Nee, terug naar de secretaris", "De vastlegging vervalt; er komt een nieuwe.")),
        ],
        error_messages={"required": "Kies of u de besluitenlijst vaststelt."},
    )
    motivation = words("Toelichting", required=False, limit=2000, help_text="Verplicht als u de lijst terugstuurt.")

    def __init__(self, *args: Any, meeting: Meeting, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("revision", meeting.revision)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("motivation", "Schrijf op wat er niet klopt.", when=values.get("decision") == "return")
        return values


class UrgentForm(HatForm):
    """Deciding at once, in the place of a body."""

    proposal = CardField(label="Besluit", error_messages={"required": "Kies wat u besluit."})
    reason = words(
        "Waarom kan dit niet wachten?", limit=2000,
        help_text="Het gremium leest dit als het uw besluit moet bekrachtigen.",
    )  # fmt: skip

    def __init__(self, *args: Any, options: Sequence[tuple[str, Option]], **given: Any) -> None:
        super().__init__(*args, **given)
        proposal = self.fields["proposal"]
        assert isinstance(proposal, CardField)
        proposal.choices = list(options)

    def values(self) -> dict[str, Any]:
        return {"proposal": self.cleaned_data["proposal"], "ground": self.cleaned_data["reason"]}
