"""From the advice on the award to the register, in the order of the flow."""

from typing import Any

from django import forms

from audit import clock
from cases.models import Challenge, Procedure, Procurement
from cases.rules import award as rule
from cases.selectors import awards as wins
from cases.services.awarding import Objection
from escalation.rules.calendar import written
from escalation.rules.terms import day_of
from ui.fields import CardField, DateField
from workflows.forms.hats import line, words
from workflows.forms.procurement.advising import AwardAdviceForm
from workflows.forms.step import StepForm
from workflows.rules.standstill import days_on, standstill
from workflows.tasks.procurement.awarding import BY_LAW, comparing

BACK_NEEDS_REASON = "Schrijf op waarom."


class AwardDecisionForm(StepForm):
    """By mandate; back or withdrawn only with reasons."""

    submit = "Besluit vastleggen"
    motivation = words(
        "Motivering", required=False, help_text="Verplicht als u niet gunt: inschrijvers hebben recht op de redenen."
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("motivation", BACK_NEEDS_REASON, when=self.code in ("back_to_advice", "withdraw"))
        return values


class AwardNoticeForm(StepForm):
    """Letters to all, and the standstill that counts from them."""

    template_name = "tasks/forms/award_notice.html"
    submit = "Brieven maken en verzenden"
    told = ""  # until when nobody signs, if it is sent today
    waived = words(
        "Geen opschortende termijn, omdat", required=False, rows=3,
        help_text="Leeg: de termijn geldt. Wat u hier schrijft, staat in de handeling en in de brieven.",
    )  # fmt: skip
    motivation = None  # type: ignore[assignment]  # the letters say it

    def prepare(self) -> None:
        procurement: Procurement = self.work.content
        if not comparing(procurement):
            del self.fields["waived"]
            return
        today = day_of(self.work.now)
        dates = standstill(today, statutory=procurement.procedure in BY_LAW)
        law = "Wettelijke termijn" if procurement.procedure in BY_LAW else "Afgesproken termijn"
        self.told = " ".join(filter(None, [
            f"{law} van {days_on(today)} dagen vanaf de dag na verzending: uiterste datum {written(dates.last)}, "
            f"streefdatum {written(dates.target)}. Tekenen kan vanaf {written(dates.free_from)}.", dates.reason,
        ]))  # fmt: skip

    def values(self) -> dict[str, Any]:
        return {"waived": self.cleaned_data.get("waived", "")}


class ObjectionForm(StepForm):
    """Somebody objects before the standstill is over."""

    submit = "Vastleggen; de gunning wordt aangehouden"
    kind = CardField(label="Wat kwam er binnen?", choices=Challenge.Kind.choices)
    provider = forms.ChoiceField(label="Van wie?")
    received_on = DateField(label="Ontvangen op")
    subject = words("Waar gaat het over?")
    reference = line("Zaaknummer of kenmerk", limit=60, required=False)
    motivation = None  # type: ignore[assignment]  # the subject says it
    field_order = ["hat", "ground", "outcome", "kind", "provider", "received_on", "subject", "reference"]

    def prepare(self) -> None:
        provider = self.fields["provider"]
        assert isinstance(provider, forms.ChoiceField)
        told = wins.told_providers(self.work.content)
        provider.choices = [("", "Kies een inschrijver"), *((each.pk, str(each)) for each in told)]
        self.fields["received_on"].initial = clock.today()

    def clean_received_on(self) -> Any:
        day = self.cleaned_data["received_on"]
        if day > clock.today():
            raise forms.ValidationError("Deze dag moet nog komen.")
        return day

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"objection": Objection(
            kind=given["kind"], provider=int(given["provider"]), received_on=given["received_on"],
            subject=given["subject"], reference=given["reference"],
        )}  # fmt: skip


class ChallengeForm(StepForm):
    """What was decided on it, and what follows."""

    submit = "Uitkomst vastleggen"
    ruling = words("Beslissing, en waarom", help_text="Van de rechter, of van de MGR op het bezwaar.")
    motivation = None  # type: ignore[assignment]  # the ruling says it

    def values(self) -> dict[str, Any]:
        return self.taken_along("ruling")


class DraftingForm(StepForm):
    """The contracts come along as documents; the day on which they begin may have moved."""

    submit = "Contract voorleggen ter tekening"
    starts_on = DateField(label="Gaat in op", help_text="Voeg de contracten toe als stuk.")
    motivation = None  # type: ignore[assignment]  # the documents say it

    def prepare(self) -> None:
        first = self.work.content.awards.first()
        self.fields["starts_on"].initial = first.starts_on if first else None

    def values(self) -> dict[str, Any]:
        return self.taken_along("starts_on")


class CheckForm(StepForm):
    """Yes, or back to the contract with a reason."""

    motivation = words("Toelichting", required=False, help_text="Verplicht als u het contract terugstuurt.")

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("motivation", "Schrijf op wat er niet klopt.", when=self.code == "back_to_drafting")
        return values


class PublicationForm(StepForm):
    """What was awarded is announced, with the day by which."""

    submit = "Aankondiging vastleggen"
    reference = line("Kenmerk van de aankondiging", limit=60, required=False)
    bundled = forms.BooleanField(label="Gebundeld met de andere gunningen van dit kwartaal", required=False)
    motivation = None  # type: ignore[assignment]  # the notice says it

    def prepare(self) -> None:
        procurement: Procurement = self.work.content
        agreed_on = procurement.signed_on or day_of(self.work.now)
        due = written(rule.publication_due(agreed_on, bundled=False))
        self.fields[
            "reference"
        ].help_text = f"Uiterlijk {due}: 30 dagen na de gunning (Aanbestedingswet 2012 art. 2.134)."
        if procurement.procedure != Procedure.SOCIAL:
            del self.fields["bundled"]
        else:
            later = written(rule.publication_due(agreed_on, bundled=True))
            self.fields["bundled"].help_text = f"Dan uiterlijk {later}, 30 dagen na het kwartaal (art. 2.134 lid 3)."

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        public = self.work.content.procedure in (*BY_LAW, Procedure.SOCIAL)
        self.require("reference", "Vul het kenmerk van de aankondiging in.", when=public)
        return values

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"reference": given.get("reference", ""), "bundled": given.get("bundled", False)}


class RegistrationForm(StepForm):
    """What becomes of the awards is shown above the form; here it is done."""

    submit = "Contracten registreren"
    motivation = words("Terugkoppeling aan de gemeenten", required=False, rows=3)


STEPS: dict[str, type[StepForm]] = {
    "admission": StepForm,
    "award_advice": AwardAdviceForm,
    "award_decision": AwardDecisionForm,
    "award_notice": AwardNoticeForm,
    "standstill": ObjectionForm,
    "challenge": ChallengeForm,
    "contract_drafting": DraftingForm,
    "contract_signing": CheckForm,
    "contract_validation": CheckForm,
    "award_publication": PublicationForm,
    "registration": RegistrationForm,
}
