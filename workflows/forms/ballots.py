"""Forms of a collective step: putting a proposal to the vote, voting, confirming. A meeting's record: `minutes.py`."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django import forms

from cases import selectors as cases
from cases.models import Choice, Vote
from escalation.rules.terms import AMSTERDAM
from roles.models import DecisionRule
from ui.fields import CardField, DateField, MomentField, Option
from workflows.ballots import NEEDS_MOTIVATION
from workflows.engine import Work
from workflows.forms.hats import HatForm, words
from workflows.preview import Consequence

CLOSING_HOUR = time(17, 0)
VOTE_HINTS = {
    Choice.FOR: "U stemt in met het voorstel.",
    Choice.FOR_WITH_REMARK: "U stemt in; uw kanttekening gaat mee in het besluit. Een motivering is verplicht.",
    Choice.AGAINST: "U stemt niet in. Een motivering is verplicht.",
    Choice.ABSTAIN: "U kiest geen kant. De besluitregel zegt hoe dat telt.",
}


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
