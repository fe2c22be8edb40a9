"""One form for each step of a contract and of what begins under it, in the order of the flows."""

from collections.abc import Callable
from typing import Any

from cases.rules import expiry as rule
from cases.selectors.contracts import as_it_stands, expiry_leads
from escalation.rules.terms import day_of
from roles.rules.verdict import Refused
from ui.fields import DateField, Option
from workflows.forms.actions_agreed import action_set, written
from workflows.forms.contract_care import AddendumFields
from workflows.forms.hats import words
from workflows.forms.step import StepForm


class ExpiryForm(StepForm):
    """What comes after the end; what the contract does not allow can be read, and not chosen."""

    submit = "Besluit vastleggen"
    motivation = words("Motivering", help_text="Wat weegt voor en tegen? De aanbieder kan dit opvragen.")

    def prepare(self) -> None:
        contract, today = self.work.content, day_of(self.work.now)
        leads = expiry_leads(self.work.case.scheme_id, today)
        told = {"extend": f"Tot en met {contract.term.extended:%d-%m-%Y}."} if contract.options_left else {}

        def judged(code: str, option: Option) -> Option:
            verdict = rule.may_decide(code, contract.term, leads, today=today)
            refused = verdict.reason if isinstance(verdict, Refused) else ""
            hint = " ".join(filter(None, [told.get(code, ""), option.hint]))
            return Option(option.label, hint, refused=option.refused or refused)

        restate(self.fields["outcome"], judged)


def restate(field: Any, say: Callable[[str, Option], Option]) -> None:
    """The same choices, with what this contract says of each."""
    field.choices = [(code, say(code, option)) for code, option in field.choices]


class PreparationForm(StepForm):
    """What is put on the table; the figures and the open actions stand above it."""

    submit = "Vastleggen"
    preparation = words(
        "Wat komt aan de orde?", required=False, help_text="Wat valt op in de cijfers, en wat staat nog open?"
    )
    motivation = words("Waarom vervalt het gesprek?", required=False, help_text="Alleen als het gesprek vervalt.")
    field_order = ["hat", "ground", "outcome", "preparation", "motivation"]

    def prepare(self) -> None:
        self.initial["preparation"] = str(self.work.content.preparation or "")

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("preparation", "Schrijf op wat aan de orde komt.", when=self.code == "prepared")
        self.require("motivation", "Schrijf op waarom dit gesprek vervalt.", when=self.code == "lapse")
        return values

    def values(self) -> dict[str, Any]:
        return self.taken_along("preparation") if self.code == "prepared" else {}


class TalkForm(StepForm):
    submit = "Vastleggen"
    held_on = DateField(label="Gevoerd op", required=False)
    present = words("Wie waren erbij?", required=False, rows=3, help_text="Van de aanbieder en van de MGR.")
    motivation = words("Toelichting", required=False, help_text="Verplicht als u opnieuw voorbereidt.")
    field_order = ["hat", "ground", "outcome", "held_on", "present", "motivation"]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        held = self.code == "held"
        self.require("held_on", "Kies de dag waarop het gesprek is gevoerd.", when=held)
        self.require("present", "Schrijf op wie erbij waren.", when=held)
        self.require("motivation", "Schrijf op wat anders moet.", when=self.code == "postpone")
        if held and values.get("held_on") and values["held_on"] > day_of(self.work.now):
            self.add_error("held_on", "Deze dag moet nog komen.")
        return values

    def values(self) -> dict[str, Any]:
        return self.taken_along("held_on", "present") if self.code == "held" else {}


class MinutesForm(StepForm):
    """What was said, and what somebody undertook to do: into the one register of actions."""

    template_name = "tasks/forms/review_minutes.html"
    submit = "Verslag vastleggen"
    minutes = words("Verslag", limit=8000, rows=10, help_text="Afspraken en standpunten. Geen gegevens van cliënten.")
    motivation = None  # type: ignore[assignment]  # the minutes say it

    def prepare(self) -> None:
        data, review = self.data if self.is_bound else None, self.work.content
        self.initial["minutes"] = str(review.minutes or "")
        proposed = self.work.case.improvements.filter(status="proposed").select_related("what")
        self.actions = action_set(
            data, scheme=self.work.case.scheme, today=day_of(self.work.now),
            initial=[written(each) for each in proposed],
        )  # fmt: skip

    @property
    def parts(self) -> list[Any]:
        return [self.actions]

    @property
    def parts_count(self) -> bool:
        return True

    def values(self) -> dict[str, Any]:
        return self.taken_along("minutes") | {"actions": self.actions.actions}


class ConfirmationForm(StepForm):
    submit = "Vastleggen"
    motivation = words("Toelichting", required=False, help_text="Verplicht als het verslag anders moet.")

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("motivation", "Schrijf op wat er anders moet.", when=self.code == "back_to_minutes")
        return values


class CheckForm(StepForm):
    """The lawyer's: a change that looks substantial passes only with a reason."""

    submit = "Toets vastleggen"
    motivation = words("Motivering", required=False)

    def prepare(self) -> None:
        if warned := self.work.content.warning:
            self.fields["motivation"].help_text = f"{warned} Toegestaan vraagt daarom een motivering."

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        asked = self.code != "approved" or bool(self.work.content.warning)
        self.require("motivation", "Schrijf op waarom.", when=asked)
        return values


class RedraftForm(StepForm, AddendumFields):
    """The addendum once more, with what the lawyer asked for; or it is withdrawn."""

    submit = "Vastleggen"
    motivation = words("Waarom trekt u het in?", required=False, help_text="Alleen als u het intrekt.")

    def prepare(self) -> None:
        addendum = self.work.content
        now = as_it_stands(addendum.contract, day_of(self.work.now))
        self.only_for(addendum.change, now, day_of(self.work.now), required=False)
        self.initial.update(self.of(addendum))

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if self.code == "redrafted" and not self.errors:
            for field in self.asked:
                self.require(field, "Vul dit in.")
            self.judge()
        self.require("motivation", "Schrijf op waarom u het intrekt.", when=self.code == "withdraw")
        return values

    def values(self) -> dict[str, Any]:
        return self.wish if self.code == "redrafted" else {}


class DecisionForm(StepForm):
    submit = "Besluit vastleggen"

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("motivation", "Motiveer waarom u het addendum afwijst.", when=self.code == "refuse")
        return values


class SigningForm(StepForm):
    submit = "Vastleggen"
    signed_on = DateField(label="Getekend op", required=False, help_text="Voeg het getekende addendum hieronder toe.")
    motivation = words("Toelichting", required=False, help_text="Verplicht als de aanbieder niet tekent.")
    field_order = ["hat", "ground", "outcome", "signed_on", "motivation"]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        signed = self.code == "signed"
        self.require("signed_on", "Kies de dag waarop beide partijen hebben getekend.", when=signed)
        if signed and values.get("signed_on") and values["signed_on"] > day_of(self.work.now):
            self.add_error("signed_on", "Deze dag moet nog komen.")
        self.require("motivation", "Schrijf op waarom niet.", when=self.code == "not_signed")
        return values

    def values(self) -> dict[str, Any]:
        return self.taken_along("signed_on") if self.code == "signed" else {}


class FindingsForm(StepForm):
    submit = "Beoordeling vastleggen"
    findings = words("Bevindingen", help_text="Aan welke eis voldoet de aanbieder wel en niet, en waaruit blijkt dat?")
    motivation = None  # type: ignore[assignment]  # the findings say it

    def prepare(self) -> None:
        self.initial["findings"] = str(self.work.content.findings or "")

    def values(self) -> dict[str, Any]:
        return self.taken_along("findings")


class RequalificationForm(StepForm):
    submit = "Besluit vastleggen"
    motivation = words("Motivering")
    measures = words(
        "Welke maatregelen?", required=False, rows=3, help_text="Alleen bij ‘Voortzetten met maatregelen’."
    )
    measures_due = DateField(label="Klaar op", required=False)
    ends_on = DateField(label="Contract eindigt op", required=False, help_text="Alleen bij beëindigen.")
    field_order = ["hat", "ground", "outcome", "measures", "measures_due", "ends_on", "motivation"]

    def clean(self) -> dict[str, Any]:
        values, today = super().clean(), day_of(self.work.now)
        measures, ends = self.code == "measures", self.code == "terminate"
        self.require("measures", "Schrijf op welke maatregelen er komen.", when=measures)
        self.require("measures_due", "Kies wanneer de maatregelen klaar zijn.", when=measures)
        self.require("ends_on", "Kies wanneer het contract eindigt.", when=ends)
        if measures and values.get("measures_due") and values["measures_due"] <= today:
            self.add_error("measures_due", "Kies een dag na vandaag.")
        if ends and values.get("ends_on") and not today <= values["ends_on"] <= self.work.content.contract.ends_on:
            self.add_error("ends_on", "Kies een dag vanaf vandaag, en niet na het einde van het contract.")
        return values

    def values(self) -> dict[str, Any]:
        if self.code == "measures":
            return self.taken_along("measures", "measures_due")
        return self.taken_along("ends_on") if self.code == "terminate" else {}


class MeasuresCheckForm(StepForm):
    submit = "Vastleggen"
    motivation = words("Waaruit blijkt dat?")


class AnswerForm(StepForm):
    submit = "Antwoord versturen"
    answer = words("Antwoord", help_text="De vrager leest dit. Noem geen personen.")
    motivation = None  # type: ignore[assignment]  # the answer says it

    def values(self) -> dict[str, Any]:
        return self.taken_along("answer")


class AcceptanceForm(StepForm):
    submit = "Reactie vastleggen"
    motivation = words("Wat is nog niet beantwoord?", required=False, help_text="Alleen als u nog niet geholpen bent.")

    def prepare(self) -> None:
        if not self.work.content.reopened:
            return
        refused = "Deze vraag is al eens heropend. Vraag een gesprek aan, of escaleer."

        def judged(code: str, option: Option) -> Option:
            return Option(option.label, option.hint, refused=refused) if code == "reopen" else option

        restate(self.fields["outcome"], judged)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("motivation", "Schrijf op wat nog niet is beantwoord.", when=self.code == "reopen")
        return values


CONTRACT: dict[str, type[StepForm]] = {"expiry_decision": ExpiryForm}
REVIEW: dict[str, type[StepForm]] = {
    "review_preparation": PreparationForm,
    "review_talk": TalkForm,
    "review_minutes": MinutesForm,
    "review_confirmation": ConfirmationForm,
}
ADDENDUM: dict[str, type[StepForm]] = {
    "addendum_check": CheckForm,
    "addendum_redraft": RedraftForm,
    "addendum_decision": DecisionForm,
    "addendum_signing": SigningForm,
}
REQUALIFICATION: dict[str, type[StepForm]] = {
    "requalification_assessment": FindingsForm,
    "requalification_decision": RequalificationForm,
    "measures_check": MeasuresCheckForm,
}
ENQUIRY: dict[str, type[StepForm]] = {"enquiry_answer": AnswerForm, "enquiry_acceptance": AcceptanceForm}
STEPS = {
    "contract": CONTRACT, "contract_review": REVIEW, "addendum": ADDENDUM, "requalification": REQUALIFICATION,
    "enquiry": ENQUIRY,
}  # fmt: skip
