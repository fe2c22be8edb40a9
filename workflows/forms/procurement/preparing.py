"""From the start of a procurement to its strategy, in the order of the flow."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.timezone import localdate

from cases.models import TeamMember
from cases.rules import procurement as rule
from cases.services.procurement import Member
from roles.models import Appointment, Body
from roles.models.fields import holding_on
from roles.rules.verdict import Refused
from roles.selectors import SEAT
from workflows.forms.hats import words
from workflows.forms.procurement.strategy import StrategyForm
from workflows.forms.step import StepForm

Role = TeamMember.Role
# By whom a role is taken: who does a step of this case, or of whole bodies but for who decides on the award, signs or
# opens.
BY_STEP = {Role.BUYER: "papers", Role.LAWYER: "legal_check", Role.OPENER: "opening"}
OF_BODIES = {
    Role.LEAD: (Body.Kind.STAFF,),
    Role.ADVISER: (Body.Kind.OFFICIALS, Body.Kind.STAFF),
    Role.ASSESSOR: (Body.Kind.OFFICIALS, Body.Kind.STAFF),
}
KEPT_APART = ("award_decision", "contract_signing", "opening")
HINTS = {
    Role.LEAD: "Wie trekt het inkoopproces?",
    Role.BUYER: "Wie schrijft de stukken en vraagt de markt?",
    Role.LAWYER: "Wie toetst? Niet wie de stukken schrijft.",
    Role.ADVISER: "Wie weet wat er nodig is?",
    Role.ASSESSOR: "Ten minste twee. Zij beoordelen ieder voor zich, en beslissen niet over de gunning.",
    Role.OPENER: "Ten minste vier; ieder tweetal opent de kluis. Niemand, als een platform van buiten opent.",
}


class TeamForm(StepForm):
    """Who does what, by name; fixed before anything is chosen."""

    submit = "Team vastleggen"
    lead = forms.TypedChoiceField(label=Role.LEAD.label, coerce=int, help_text=HINTS[Role.LEAD])
    motivation = None  # type: ignore[assignment]  # who they are, says it

    def prepare(self) -> None:
        team = [(each.role, each.appointment_id) for each in self.work.content.team.all()]
        sitting = self._candidates()
        for role in Role:
            found = [each for each in sitting if self._may_be(role, each)]
            choices = [(each.pk, _named(each)) for each in found]
            known = [each for mark, each in team if mark == role]
            if role == Role.LEAD:
                lead = self.fields["lead"]
                assert isinstance(lead, forms.TypedChoiceField)
                lead.choices = [("", "Kies"), *choices]
                self.initial.setdefault("lead", next(iter(known), self._usual_lead()))
                continue
            self.fields[role] = forms.TypedMultipleChoiceField(
                label=role.label, coerce=int, required=False, choices=choices, help_text=HINTS[role],
                widget=forms.CheckboxSelectMultiple({"data-columns": ""}),
            )  # fmt: skip
            alone = [found[0].pk] if len(found) == 1 and not team else []
            self.initial.setdefault(role, known or alone)

    def _candidates(self) -> list[Appointment]:
        kinds = {kind for each in OF_BODIES.values() for kind in each}
        sitting = Appointment.objects.filter(
            holding_on(localdate(self.work.now)), position__body__scheme=self.work.case.scheme_id,
            position__body__kind__in=kinds,
        ).exclude(kind=Appointment.Kind.SECRETARY)  # fmt: skip
        return list(sitting.select_related(*SEAT, "position__body").order_by("position__body", "person__name__content"))

    def _may_be(self, role: str, appointment: Appointment) -> bool:
        bound = self.work.process.bindings
        if role in BY_STEP:
            return bool(appointment.position_id == bound.get(BY_STEP[Role(role)]))
        apart = {bound.get(step) for step in KEPT_APART}
        return appointment.position.body.kind in OF_BODIES[Role(role)] and appointment.position_id not in apart

    def _usual_lead(self) -> int | None:
        """Whom the intake named."""
        return self.work.commission.project_lead_id

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if "lead" in values and "assessor" in values:
            for verdict in problems(self._pairs(values)):
                self.add_error(None, verdict)
        return values

    def _pairs(self, values: dict[str, Any]) -> list[tuple[str, int]]:
        chosen = [(role.value, each) for role in Role if role != Role.LEAD for each in values.get(role, [])]
        return [(Role.LEAD.value, values["lead"]), *chosen]

    def values(self) -> dict[str, Any]:
        return {"members": [Member(role=role, appointment=each) for role, each in self._pairs(self.cleaned_data)]}


class KnowledgeForm(StepForm):
    """What earlier contracts and evaluations taught."""

    found = words("Wat weten wij al?", help_text="Van eerdere contracten, evaluaties en cijfers. Noem geen personen.")
    motivation = None  # type: ignore[assignment]  # that says it

    def values(self) -> dict[str, Any]:
        return self.taken_along("found")


class MarketForm(StepForm):
    """What the market can do; who helped to find out must not gain by it."""

    found = words("Wat kan en wil de markt?")
    consulted = words(
        "Welke aanbieders zijn vooraf geraadpleegd, en wat houdt het speelveld gelijk?", required=False,
        help_text="Bijvoorbeeld: hun inbreng is voor alle inschrijvers openbaar (Aw 2.51).",
    )  # fmt: skip
    motivation = None  # type: ignore[assignment]  # that says it

    def values(self) -> dict[str, Any]:
        return self.taken_along("found", "consulted")


class LegalAdviceForm(StepForm):
    """What the law leaves room for."""

    submit = "Advies vastleggen"
    advice = words("Advies", help_text="Welke instrumenten en procedures kunnen, en waar zit het risico?")
    motivation = None  # type: ignore[assignment]  # the advice says it

    def values(self) -> dict[str, Any]:
        return self.taken_along("advice")


class StrategyDecisionForm(StepForm):
    """The municipality adopts the strategy of what is bought for it alone."""

    submit = "Besluit vastleggen"

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("motivation", "Motiveer waarom u de strategie niet vaststelt.", when=self.code != "adopt")
        return values


def problems(pairs: Sequence[tuple[str, int]]) -> list[str]:
    verdict = rule.team_is_fit(pairs)
    return [f"{verdict.reason} ({verdict.article})"] if isinstance(verdict, Refused) else []


def _named(appointment: Appointment) -> str:
    of = appointment.organisation or appointment.position.body
    return f"{appointment.person}, {appointment.position.role} ({of})"


STEPS: dict[str, type[StepForm]] = {
    "team": TeamForm,
    "knowledge": KnowledgeForm,
    "market_exploration": MarketForm,
    "legal_advice": LegalAdviceForm,
    "strategy": StrategyForm,
    "strategy_local": StrategyDecisionForm,
}
