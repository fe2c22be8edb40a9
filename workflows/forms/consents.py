"""Forms of what others than the bodies answer: a college on its own commission or on what is asked of it, a region."""

from typing import Any

from django import forms

from cases import selectors as cases
from cases.models import CollegeDecision, PartnerConsent
from cases.services.consents import PartnerAnswer
from escalation.rules.terms import AMSTERDAM
from ui.fields import CardField, DateField
from workflows.forms.hats import line, words
from workflows.forms.step import StepForm

WAITING = "waiting"
IN_THE_FUTURE = "Deze dag ligt in de toekomst. Leg het vast als het is besloten."


class CollegeForm(StepForm):
    """What a college decided: which day, who did so, and where it can be found."""

    submit = "Besluit vastleggen"

    decider = CardField(label="Wie besloot?", choices=CollegeDecision.Decider.choices)
    decided_on = DateField(label="Besloten op")
    reference = line("Kenmerk van het besluit", required=False, limit=60, help_text="Bijvoorbeeld B&W 2026-118.")
    note = words("Toelichting", required=False, limit=2000, help_text="Verplicht als het college niet instemt.")
    motivation = None  # type: ignore[assignment]  # the note says it

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        decided_on = values.get("decided_on")
        if decided_on and decided_on > self.work.now.astimezone(AMSTERDAM).date():
            self.add_error("decided_on", IN_THE_FUTURE)
        self.require("note", "Licht toe waarom niet.", when=self.code == "refuse")
        return values

    def values(self) -> dict[str, Any]:
        return self.taken_along("decider", "decided_on", "reference", "note")


class PartnerForm(forms.Form):
    """What one region answered; left open while it has not."""

    template_name = "tasks/fields.html"

    answer = CardField(
        label="Antwoord",
        choices=[(WAITING, PartnerConsent.Answer.ASKED.label), *PartnerConsent.Answer.choices[1:]],
    )
    answered_on = DateField(label="Beantwoord op", required=False)
    reference = line("Kenmerk", required=False, limit=60)
    note = words("Toelichting", required=False, rows=2, limit=2000)

    def __init__(self, data: Any, *, partner: PartnerConsent, today: Any) -> None:
        known = {
            "answer": partner.answer or WAITING, "answered_on": partner.answered_on, "reference": partner.reference,
            "note": str(partner.note or ""),
        }  # fmt: skip
        super().__init__(data, prefix=f"partner-{partner.organisation_id}", initial=known)
        self.partner, self.today = partner, today

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        day = values.get("answered_on")
        if values.get("answer", WAITING) != WAITING and not day and "answered_on" not in self.errors:
            self.add_error("answered_on", "Vul in wanneer de regio antwoordde.")
        if day and day > self.today:
            self.add_error("answered_on", IN_THE_FUTURE)
        return values

    @property
    def said(self) -> PartnerAnswer | None:
        values = self.cleaned_data
        if values["answer"] == WAITING:
            return None
        return PartnerAnswer(
            answer=values["answer"], answered_on=values["answered_on"], reference=values["reference"],
            note=values["note"],
        )  # fmt: skip


class PartnerConsentForm(StepForm):
    """Instemming partnerregio's: a row for each; their letters go along as documents."""

    template_name = "tasks/forms/partner_consent.html"
    submit = "Antwoorden vastleggen"

    def prepare(self) -> None:
        today = self.work.now.astimezone(AMSTERDAM).date()
        data = self.data if self.is_bound else None
        asked = self.work.commission.partners.select_related("organisation", "note")
        self.rows = [PartnerForm(data, partner=partner, today=today) for partner in asked]

    def is_valid(self) -> bool:
        valid = [super().is_valid(), *(row.is_valid() for row in self.rows)]
        return all(valid)

    @property
    def shown(self) -> list[Any]:
        return [self, *self.rows]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("motivation", "Motiveer waarom u teruggaat of stopt.", when=self.code != "consented")
        return values

    def values(self) -> dict[str, Any]:
        answers = {row.partner.organisation_id: row.said for row in self.rows}
        return {"answers": {region: said for region, said in answers.items() if said is not None}}


class ConsentQuestionForm(StepForm):
    """Reageren op colleges: go on without them, go back, or withdraw."""

    template_name = "tasks/forms/consent_question.html"
    motivation = words("Motivering", help_text="Waarom gaat u zo verder?")

    def prepare(self) -> None:
        self.withholding = cases.withholding(self.work.commission)
