"""Proposing a wijziging, and one form for each step of it, in the order of the flow."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from django import forms

from cases import selectors as cases
from cases.models import Amendment, Commission, Stance
from cases.rules.amendment import Current, Proposal
from cases.rules.commission import LONGEST_YEARS, MOST_EUROS, Problem
from cases.services.amendment import TEXTS, Wish
from roles.models import Organisation
from ui.fields import CardField, DateField, MoneyField
from workflows.forms.commissioning import YES_NO, AcceptanceForm
from workflows.forms.consents import CollegeForm
from workflows.forms.hats import HatForm, words
from workflows.forms.step import StepForm

Change = Amendment.Change
FIELDS: dict[str, tuple[str, ...]] = {
    Change.SCOPE: TEXTS,
    Change.AMOUNT: ("amount",),
    Change.TERM: ("years",),
    Change.JOIN: ("joining", "amount", "estimate_stays"),
    Change.LEAVE: ("leaving", "estimate_stays"),
}
AMOUNT_LABELS = {Change.AMOUNT: "Nieuwe raming per jaar", Change.JOIN: "Aandeel van de toetredende gemeente per jaar"}
STAYS = {
    Change.JOIN: [
        ("no", "De raming stijgt met dit aandeel"),
        ("yes", "De raming blijft gelijk; de anderen gaan minder betalen"),
    ],
    Change.LEAVE: [
        ("no", "De raming daalt met dit aandeel"),
        ("yes", "De raming blijft gelijk; de anderen nemen het over"),
    ],
}


class WishForm(HatForm):
    """What is to change: only the fields of the kind that was chosen."""

    aim = words("Doel", required=False)
    target_group = words("Doelgroep", required=False, rows=3)
    intended_result = words("Beoogd resultaat", required=False)
    risks = words("Risico’s", required=False)
    joining = forms.ChoiceField(label="Welke gemeente treedt toe?")
    leaving = forms.ChoiceField(label="Welke gemeente treedt uit?")
    amount = MoneyField(label="", max_value=int(MOST_EUROS))
    years = forms.IntegerField(
        label="Nieuwe looptijd in jaren", min_value=1, max_value=LONGEST_YEARS,
        help_text="Gerekend vanaf de startdatum van de opdracht.",
        error_messages={"invalid": f"Vul een heel getal in van 1 tot en met {LONGEST_YEARS}."},
    )  # fmt: skip
    estimate_stays = forms.ChoiceField(label="Wat gebeurt er met de raming?", widget=forms.RadioSelect)
    effective_on = DateField(label="Gaat in op")
    reason = words("Waarom is de wijziging nodig?")
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any, *, change: str, commission: Commission, now: Current, municipalities: Sequence[Organisation],
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(data, **options)
        self.change, self.commission, self.now = Change(change), commission, now
        for name in {name for names in FIELDS.values() for name in names} - set(FIELDS[change]):
            del self.fields[name]
        if self.change == Change.SCOPE:
            for name in TEXTS:
                self.initial.setdefault(name, str(getattr(commission, name) or ""))
        if "amount" in self.fields:
            self.fields["amount"].label = AMOUNT_LABELS[self.change]
        self._choose("joining", [each for each in municipalities if each.pk not in now.shares])
        self._choose("leaving", [each for each in municipalities if each.pk in now.shares])
        if (stays := self.fields.get("estimate_stays")) is not None:
            assert isinstance(stays, forms.ChoiceField)
            stays.choices = STAYS[self.change]
            self.initial.setdefault("estimate_stays", "no")

    def _choose(self, name: str, among: Sequence[Organisation]) -> None:
        field = self.fields.get(name)
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "Kies"), *((each.pk, each.name) for each in among)]

    def wish(self) -> Wish:
        given = self.cleaned_data
        organisation = given.get("joining") or given.get("leaving")
        proposal = Proposal(
            change=self.change, effective_on=given["effective_on"],
            texts={name: given[name] for name in TEXTS if name in given and given[name] != self.initial[name]},
            amount=given.get("amount"), years=given.get("years"),
            organisation=int(organisation) if organisation else None,
            estimate_stays=given.get("estimate_stays") == "yes",
        )  # fmt: skip
        return Wish(proposal=proposal, reason=given["reason"])

    def show(self, problems: Sequence[Problem]) -> None:
        """Put what the rules found wrong beside the field that it is about."""
        for problem in problems:
            self.add_error(problem.field if problem.field in self.fields else None, problem.message)


def mark(after: dict[int, Any], value: Any) -> str:
    """By which a preview is known: what is proposed is what was shown."""
    return sha256(repr((sorted(after.items()), value)).encode()).hexdigest()[:16]


class AmendmentAlignmentForm(StepForm):
    """What one municipality thinks of the change."""

    submit = "Antwoord vastleggen"
    stance = CardField(label="Oordeel van uw gemeente", choices=Stance.choices)
    note = words("Toelichting", required=False, help_text="Verplicht bij ‘niet akkoord’. Noem geen personen.")
    motivation = None  # type: ignore[assignment]  # the note says it

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        disagrees = values.get("stance") == Stance.DISAGREE
        self.require("note", "Licht toe waarom uw gemeente niet akkoord is.", when=disagrees)
        return values

    def values(self) -> dict[str, Any]:
        return self.taken_along("stance", "note")


class AmendmentQuestionForm(StepForm):
    """Carry on with the objections in the file, or withdraw: either way it is said why."""

    motivation = words("Motivering", help_text="Waarom zet u door, of waarom trekt u de wijziging in?")


class AssessmentForm(StepForm):
    """What the change takes of the MGR: cost, capacity, planning."""

    submit = "Beoordeling vastleggen"
    extra_cost = MoneyField(
        label="Meerkosten van de MGR", min_value=-100_000_000, max_value=100_000_000,
        help_text="De eigen kosten van de MGR. Wordt het goedkoper, zet er dan een min voor.",
    )  # fmt: skip
    extra_hours = forms.IntegerField(
        label="Meer capaciteit in uren", min_value=-100_000, max_value=100_000, help_text="Minder: met een min ervoor."
    )
    planning = words("Gevolgen voor de planning", required=False)
    within_budget = forms.ChoiceField(
        label="Past het geheel binnen de begroting van de MGR?", choices=YES_NO, widget=forms.RadioSelect,
        help_text="Zo niet, dan beslist ook de eigenaar.",
    )  # fmt: skip
    within_capacity = forms.ChoiceField(
        label="Past het geheel binnen de capaciteit van de MGR?", choices=YES_NO, widget=forms.RadioSelect,
        help_text="Zo niet, dan beslist ook de eigenaar.",
    )  # fmt: skip
    motivation = words("Toelichting op het advies", required=False)
    field_order = [
        "hat", "ground", "outcome", "extra_cost", "extra_hours", "planning", "within_budget", "within_capacity",
    ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("motivation", "Motiveer het negatieve advies.", when=self.code == "negative")
        return values

    def values(self) -> dict[str, Any]:
        said = {name: self.cleaned_data[name] == "yes" for name in ("within_budget", "within_capacity")}
        return self.taken_along("extra_cost", "extra_hours", "planning") | said


class LocalDecisionForm(StepForm):
    """The college of the municipality, or whom it mandated."""

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("motivation", "Motiveer waarom de gemeente niet instemt.", when=self.code == "refuse")
        return values


class CollegesForm(StepForm):
    """Not every college consents: ask again, or withdraw."""

    template_name = "tasks/forms/colleges_of_amendment.html"
    motivation = words("Motivering", help_text="Wat is er besproken, of waarom trekt u de wijziging in?")

    def prepare(self) -> None:
        self.withholding = cases.withholding_from(self.work.content)


STEPS: dict[str, type[StepForm]] = {
    "amendment_alignment": AmendmentAlignmentForm,
    "amendment_question": AmendmentQuestionForm,
    "assessment": AssessmentForm,
    "amend_local_decision": LocalDecisionForm,
    "college_consent": CollegeForm,
    "consent_question": CollegesForm,
    "amend_acceptance": AcceptanceForm,
}
