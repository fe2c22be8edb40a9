"""Forms of a collective step: putting a proposal to the vote, recording a meeting, voting, confirming (domain §4)."""

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django import forms

from cases import selectors as cases
from cases.models import Choice, Vote
from cases.services.ballots import Ballotpaper
from escalation.rules.terms import AMSTERDAM
from roles.models import Appointment, DecisionRule
from ui.fields import CardField, DateField, MomentField, Option
from workflows.ballots import NEEDS_MOTIVATION
from workflows.engine import Work
from workflows.forms.hats import HatForm, line, words
from workflows.preview import Consequence

CLOSING_HOUR = time(17, 0)
VOTE_HINTS = {
    Choice.FOR: "U stemt in met het voorstel.",
    Choice.FOR_WITH_REMARK: "U stemt in; uw kanttekening gaat mee in het besluit. Een motivering is verplicht.",
    Choice.AGAINST: "U stemt niet in. Een motivering is verplicht.",
    Choice.ABSTAIN: "U kiest geen kant. De besluitregel zegt hoe dat telt.",
}
HAMMERED, BY_MEMBER = "hammered", "by_member"


class ProposalForm(HatForm):
    """What is put to the vote, and for a deferral until when."""

    proposal = CardField(label="Voorstel", error_messages={"required": "Kies wat wordt voorgesteld."})
    defer_until = DateField(
        label="Aanhouden tot", required=False, help_text="Alleen bij aanhouden. Op deze datum komt het terug."
    )
    # Which ballot of the step this is going to be: sent twice, the second is stale.
    number = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        work: Work,
        consequences: Sequence[Consequence],
        refused: dict[str, str],
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        self.work = work
        assert work.task is not None
        self.initial.setdefault("number", cases.next_ballot(work.task.pk))
        proposal = self.fields["proposal"]
        assert isinstance(proposal, CardField)
        proposal.choices = [
            (each.code, Option(each.label, each.words, refused=refused.get(each.code, ""))) for each in consequences
        ]
        if not any(each.code == "defer" for each in consequences):
            del self.fields["defer_until"]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("proposal") == "defer":
            self.require("defer_until", "Kies tot welke datum het besluit wordt aangehouden.")
        return values

    def values(self) -> dict[str, Any]:
        """The keyword arguments that both ways have."""
        return {
            "proposal": self.cleaned_data["proposal"],
            "defer_until": self.cleaned_data.get("defer_until"),
            "number": self.cleaned_data["number"],
        }


class RoundForm(ProposalForm):
    """Schriftelijke ronde."""

    closes_at = MomentField(
        label="Sluiting van de ronde", help_text="Tot dit moment kunnen leden stemmen en hun stem wijzigen."
    )
    field_order = ["hat", "ground", "proposal", "defer_until"]

    def __init__(self, *args: Any, rule: DecisionRule, **options: Any) -> None:
        super().__init__(*args, **options)
        day = (self.work.now + timedelta(days=rule.written_days or 7)).astimezone(AMSTERDAM).date()
        self.initial.setdefault("closes_at", datetime.combine(day, CLOSING_HOUR, AMSTERDAM))

    def values(self) -> dict[str, Any]:
        return super().values() | {"closes_at": self.cleaned_data["closes_at"]}


class MemberForm(forms.Form):
    """One member in a meeting: there or not, and how they voted."""

    present = forms.BooleanField(label="Aanwezig", required=False)
    choice = forms.ChoiceField(label="Stem", required=False, choices=[("", "Geen eigen stem"), *Choice.choices])
    motivation = line("Motivering", required=False, limit=2000)

    def __init__(self, data: Any, *, member: Appointment, recused: bool) -> None:
        super().__init__(data, prefix=f"member-{member.pk}")
        self.member, self.recused = member, recused
        if recused:
            del self.fields["choice"], self.fields["motivation"]

    @property
    def paper(self) -> Ballotpaper | None:
        choice = self.cleaned_data.get("choice")
        return Ballotpaper(choice=choice, motivation=self.cleaned_data.get("motivation", "")) if choice else None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        choice = values.get("choice")
        if choice and not values.get("present"):
            self.add_error("present", f"Wie niet aanwezig was, stemt niet: {self.member.person}.")
        if choice in NEEDS_MOTIVATION and not values.get("motivation"):
            self.add_error("motivation", f"Geef de motivering van {self.member.person} bij deze stem.")
        return values


class MeetingForm(ProposalForm):
    """The record of a meeting, as its secretary writes it."""

    template_name = "tasks/forms/meeting.html"

    meeting_date = DateField(label="Datum van de vergadering")
    way = CardField(
        label="Hoe is besloten?",
        choices=[
            (HAMMERED, Option("Hamerstuk", "Niemand vroeg stemming: alle aanwezigen zijn voor.")),
            (BY_MEMBER, Option("Stem per lid", "Vul hieronder bij ieder aanwezig lid de stem in.")),
        ],
    )
    field_order = ["hat", "ground", "meeting_date", "proposal", "defer_until", "way"]
    minority = words("Minderheidsstandpunt", required=False)
    explanation = words("Toelichting", required=False, help_text="Wat verder in het verslag hoort.")

    def __init__(
        self, data: Any = None, *, members: Sequence[Appointment], recused: Collection[int], **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.members = [MemberForm(data, member=member, recused=member.person_id in recused) for member in members]

    def is_valid(self) -> bool:
        """All are asked, so that all errors show at once; then whether presence and votes agree with the way."""
        valid = all([super().is_valid(), *(member.is_valid() for member in self.members)])
        if not any(member.cleaned_data.get("present") for member in self.members):
            self.add_error("way", "Kruis aan wie aanwezig was.")
        for member in self.members:
            if self.cleaned_data.get("way") == BY_MEMBER and member.cleaned_data.get("present"):
                if not member.recused and "choice" not in member.errors and member.paper is None:
                    member.add_error("choice", f"Kies hoe {member.member.person} heeft gestemd.")
            elif self.cleaned_data.get("way") == HAMMERED and member.cleaned_data.get("choice"):
                member.add_error(
                    "choice", f"Bij een hamerstuk is er geen stem per lid; laat die van {member.member.person} leeg."
                )
        return valid and not self.errors and not any(member.errors for member in self.members)

    def values(self) -> dict[str, Any]:
        present = [each.member.pk for each in self.members if each.cleaned_data.get("present")]
        papers = {each.member.pk: each.paper for each in self.members if each.paper}
        return super().values() | {
            "meeting_date": self.cleaned_data["meeting_date"], "present": present, "papers": papers,
            "minority": self.cleaned_data["minority"], "explanation": self.cleaned_data["explanation"],
        }  # fmt: skip


class VoteForm(HatForm):
    """Een stem: four choices, with a reason where the choice or an earlier hat asks for one."""

    choice = CardField(
        label="Uw stem",
        choices=[(value, Option(value.label, VOTE_HINTS[value])) for value in Choice],
        error_messages={"required": "Kies uw stem."},
    )
    motivation = words(
        "Motivering", required=False, limit=2000,
        help_text="Verplicht bij een kanttekening of een stem tegen. Iedereen die de zaak mag zien, leest dit.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, earlier: Vote | None, **options: Any) -> None:
        super().__init__(data, **options)
        if self.flagged:
            self.fields["motivation"].required = True
            self.fields["motivation"].help_text = "Verplicht: u handelde hier eerder in een andere hoedanigheid."
        if earlier is not None:
            self.initial = {"choice": earlier.choice, "motivation": str(earlier.motivation or "")}

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require(
            "motivation", "Motiveer uw kanttekening of tegenstem.", when=values.get("choice") in NEEDS_MOTIVATION
        )
        return values


class CloseForm(HatForm):
    """Closing a round before its time: nothing to fill in but in which hat."""


class ConfirmForm(HatForm):
    """The chair confirms the record, or sends it back."""

    decision = CardField(
        label="Klopt dit besluit?",
        choices=[
            ("confirm", Option("Ja, ik bevestig het", "Het besluit staat vast en de zaak gaat verder.")),
            ("send_back", Option("Nee, terug naar de secretaris", "Deze vastlegging vervalt; er komt een nieuwe.")),
        ],
        error_messages={"required": "Kies of u het besluit bevestigt."},
    )
    motivation = words("Toelichting", required=False, limit=2000, help_text="Verplicht als u het besluit terugstuurt.")

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("motivation", "Schrijf op wat er niet klopt.", when=values.get("decision") == "send_back")
        return values
