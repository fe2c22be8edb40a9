"""Signalling a change of policy, and one form for each step of that, in the order of the flow."""

from collections.abc import Sequence
from typing import Any

from django import forms

from cases.models import Domain, Scale
from cases.rules.commission import MOST_EUROS, Problem
from cases.rules.planning import MOMENTS, Moments
from cases.services.planning import Plan, Sighting
from roles.models import Organisation
from ui.fields import CardField, DateField, MoneyField, Option
from workflows.forms.hats import HatForm, line, words
from workflows.forms.request import DOMAIN_HINTS
from workflows.forms.step import StepForm
from workflows.preview import Consequence

SCALES = {
    Scale.LOCAL: "Het raakt één gemeente.",
    Scale.REGIONAL: "Het raakt meer gemeenten van de regeling.",
    Scale.SUPRAREGIONAL: "Het raakt ook regio’s ernaast.",
}
MOMENT_LABELS = {
    "prepare_on": "Start van de voorbereiding", "market_on": "Naar de markt", "award_on": "Gunning",
    "starts_on": "Ingang van het contract",
}  # fmt: skip


def domain_field() -> CardField:
    return CardField(label="Domein", choices=[(each.value, Option(each.label, DOMAIN_HINTS[each])) for each in Domain])


class SignalForm(HatForm):
    """What somebody sees coming."""

    template_name = "tasks/fields.html"

    title = line("Titel", help_text="Zo staat het signaal in alle lijsten. Noem geen personen.")
    domain = domain_field()
    scale = CardField(
        label="Schaal", choices=[(each.value, Option(each.label, SCALES[each])) for each in Scale],
        initial=Scale.REGIONAL,
    )  # fmt: skip
    change = words("Wat verandert er?")
    effective_on = DateField(label="Vanaf wanneer?")
    source = line("Bron of wet", limit=400, help_text="Een wet, een besluit, een brief, een nota van de gemeente.")
    effect = words("Verwacht gevolg", help_text="Voor inwoners, voor gemeenten en voor wat wij inkopen.")
    advice_asked = forms.BooleanField(
        label="Ik vraag de MGR om advies", required=False,
        help_text="Zonder vraag mag de MGR het ook uit zichzelf geven.",
    )  # fmt: skip

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"sighting": Sighting(**{name: given[name] for name in Sighting.__dataclass_fields__})}


class MomentsForm(forms.Form):
    """When a procurement is to be where, and for how much."""

    prepare_on = DateField(label=MOMENT_LABELS["prepare_on"], required=False)
    market_on = DateField(label=MOMENT_LABELS["market_on"], required=False)
    award_on = DateField(label=MOMENT_LABELS["award_on"], required=False)
    starts_on = DateField(label=MOMENT_LABELS["starts_on"], required=False)
    annual_amount = MoneyField(label="Raming per jaar", required=False, max_value=int(MOST_EUROS))

    def moments(self) -> Moments:
        return Moments(**{name: self.cleaned_data[name] for name in MOMENTS})

    def show(self, problems: list[Problem]) -> None:
        """Each beside the field that it is about."""
        for problem in problems:
            self.add_error(problem.field if problem.field in self.fields else None, problem.message)


class AdviceForm(StepForm):
    """What the MGR thinks of it."""

    submit = "Advies vastleggen"
    advice = words("Advies", required=False, help_text="Wat betekent dit voor de inkoop, en wat raadt u aan?")
    motivation = None  # type: ignore[assignment]  # the advice says it
    field_order = ["hat", "ground", "outcome", "advice"]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("advice", "Schrijf het advies op.", when=self.code == "advised")
        return values

    def values(self) -> dict[str, Any]:
        return self.taken_along("advice")


class FollowUpForm(MomentsForm, StepForm):
    """What becomes of it. A commission is submitted on a page of its own, which takes the signal up."""

    submit = "Vervolg vastleggen"
    organisation = forms.ChoiceField(label="Voor wie?", required=False)
    motivation = words("Toelichting", required=False, help_text="Verplicht als er geen vervolg komt.")
    field_order = ["hat", "ground", "outcome", *MOMENTS, "annual_amount", "organisation", "motivation"]

    def __init__(self, data: Any = None, *, consequences: Sequence[Consequence], **options: Any) -> None:
        super().__init__(data, consequences=[each for each in consequences if each.code != "commission"], **options)

    def prepare(self) -> None:
        whose = self.fields["organisation"]
        assert isinstance(whose, forms.ChoiceField)
        whose.choices = organisations_of(self.participants)
        signal = self.work.content
        self.initial.setdefault("starts_on", signal.effective_on)
        if signal.scale == Scale.LOCAL:
            self.initial.setdefault("organisation", signal.case.organisation_id)
        for name in (*MOMENTS, "annual_amount", "organisation"):
            self.fields[name].help_text = "Alleen bij ‘Opnemen in de inkoopplanning’."

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        for name in MOMENTS:
            self.require(name, "Kies een dag.", when=self.code == "plan")
        self.require("motivation", "Schrijf op waarom er geen vervolg komt.", when=self.code == "leave")
        return values

    def values(self) -> dict[str, Any]:
        if self.code != "plan":
            return {}
        signal, given = self.work.content, self.cleaned_data
        return {"plan": Plan(
            title=str(signal.case.title), domain=signal.domain, moments=self.moments(), note=given["motivation"],
            organisation_id=int(given["organisation"]) if given["organisation"] else None,
            annual_amount=given["annual_amount"],
        )}  # fmt: skip


def organisations_of(participants: Any) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = [("", "De hele regio")]
    municipality = Organisation.Kind.MUNICIPALITY
    return found + [(str(each.pk), each.name) for each in participants if each.kind == municipality]


STEPS: dict[str, type[StepForm]] = {"signal_advice": AdviceForm, "signal_follow_up": FollowUpForm}
