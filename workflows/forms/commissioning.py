"""One form for each step of opdrachtverstrekking, in the order of the flow; `STEPS` finds it by its name."""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from cases.models import Stance
from roles.models import Appointment, Body
from roles.models.fields import holding_on
from roles.selectors import SEAT, partner_regions
from ui.fields import CardField, DateField, MoneyField
from workflows.forms.consents import CollegeForm, ConsentQuestionForm, PartnerConsentForm
from workflows.forms.hats import line, words
from workflows.forms.request import WatVraag
from workflows.forms.step import StepForm

YES_NO = [("yes", "Ja"), ("no", "Nee")]


def _stance(label: str, hint: str) -> CardField:
    return CardField(label=label, choices=Stance.choices, help_text=hint)


class AlignmentForm(StepForm):
    """Gemeentelijke afstemming: four aspects."""

    template_name = "tasks/forms/municipal_alignment.html"
    submit = "Antwoord vastleggen"

    political = _stance("Politiek", "College en raad: past het bij het beleid en het coalitieakkoord?")
    content = _stance("Inhoudelijk", "Is dit de hulp die uw inwoners nodig hebben?")
    back_office = _stance("Backoffice", "Kunnen administratie, berichtenverkeer en financiën het aan?")
    operations = _stance("Operationele uitvoering", "Kan de toegang ermee werken?")
    note = words("Toelichting", required=False, help_text="Verplicht bij ‘niet akkoord’. Noem geen personen.")
    own_reference = line(
        "Zaaknummer van uw gemeente", required=False, limit=40, help_text="Bijvoorbeeld VR-2026-01234."
    )
    council_date = DateField(label="Agendadatum college of raad", required=False)
    motivation = None  # type: ignore[assignment]  # the note says it

    aspects = ("political", "content", "back_office", "operations")

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        disagrees = any(values.get(aspect) == Stance.DISAGREE for aspect in self.aspects)
        self.require("note", "Licht toe waarom uw gemeente niet akkoord is.", when=disagrees)
        return values

    def values(self) -> dict[str, Any]:
        return self.taken_along(*self.aspects, "note", "own_reference", "council_date")


class QuestionForm(StepForm):
    """Reageren op afstemming: adapt, go on without, or withdraw."""

    template_name = "tasks/forms/with_request.html"
    request_heading = "De aangepaste opdracht"
    request_help = "Alleen nodig als u de opdracht aanpast. De gemeenten krijgen haar dan opnieuw voorgelegd."

    def prepare(self) -> None:
        self.wat_vraag = WatVraag(
            self.data if self.is_bound else None, participants=self.participants,
            partners=partner_regions(self.work.case.scheme), commission=self.work.commission,
            own=[self.work.case.organisation_id],
        )  # fmt: skip

    @property
    def adapts(self) -> bool:
        return self.data.get("outcome") == "adapt"

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("motivation", "Motiveer uw keuze.", when=self.code in ("without", "withdraw"))
        return values

    def values(self) -> dict[str, Any]:
        return {"request": self.wat_vraag.request()} if self.adapts and self.wat_vraag else {}


class IntakeForm(StepForm):
    """Beeldvalidatie and rolvalidatie."""

    template_name = "tasks/forms/intake.html"
    submit = "Intake vastleggen"

    motivation = words(
        "Beeldvalidatie", required=False,
        help_text="Delen indiener en MGR hetzelfde beeld van de vraag? Schrijf op wat is besproken en afgesproken.",
    )  # fmt: skip
    questions = words("Vragen aan de indiener", required=False, help_text="Alleen bij ‘terug met vragen’.")
    board_client = forms.ChoiceField(label="Bestuurlijk opdrachtgever", required=False)
    official_client = forms.ChoiceField(label="Ambtelijk opdrachtgever", required=False)
    owner = forms.ChoiceField(label="Eigenaar", required=False)
    project_lead = forms.ChoiceField(label="Projectleider", required=False)

    roles = ("board_client", "official_client", "owner", "project_lead")
    bodies = (Body.Kind.CLIENT, Body.Kind.OFFICIALS, Body.Kind.BOARD, Body.Kind.STAFF)
    field_order = ["hat", "ground", "outcome", "motivation", "questions"]

    def prepare(self) -> None:
        sitting = (
            Appointment.objects.filter(
                holding_on(localdate(self.work.now)), position__body__scheme=self.work.case.scheme_id,
                position__body__kind__in=self.bodies,
            )
            .exclude(kind=Appointment.Kind.SECRETARY)
            .select_related(*SEAT, "position__body")
            .order_by("position__body", "organisation__name", "id")
        )  # fmt: skip
        found = list(sitting)
        for role, kind in zip(self.roles, self.bodies, strict=True):
            field = self.fields[role]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", "Kies"), *((a.pk, _named(a)) for a in found if a.position.body.kind == kind)]
            self.initial.setdefault(role, getattr(self.work.commission, f"{role}_id"))

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("questions", "Schrijf op wat de indiener moet beantwoorden.", when=self.code == "questions")
        self.require("motivation", "Schrijf op wat in de beeldvalidatie is besproken.", when=self.code != "questions")
        for role in self.roles:
            self.require(role, "Kies wie dit is: dat hoort bij de rolvalidatie.", when=self.code == "complete")
        return values

    def values(self) -> dict[str, Any]:
        if self.code == "questions":
            return self.taken_along("questions")
        return {role: int(self.cleaned_data[role]) if self.cleaned_data[role] else None for role in self.roles}


def _named(appointment: Appointment) -> str:
    """For instance "Ilse Wijnen, PHO-lid namens gemeente Venray"."""
    of = f" namens {appointment.organisation}" if appointment.organisation else ""
    return f"{appointment.person}, {appointment.position.role}{of}"


class SupplementForm(StepForm):
    """Aanvullen: the questions of the intake are answered."""

    template_name = "tasks/forms/with_request.html"
    submit = "Antwoord vastleggen"
    request_heading = "De opdracht zelf"
    request_help = "Alleen nodig als u hierboven aankruist dat u de opdracht aanpast."

    answer = words("Uw antwoord", rows=6)
    adapt = forms.BooleanField(label="Ik pas ook de opdracht zelf aan", required=False)
    motivation = None  # type: ignore[assignment]  # the answer says it

    def prepare(self) -> None:
        self.wat_vraag = WatVraag(
            self.data if self.is_bound else None, participants=self.participants,
            partners=partner_regions(self.work.case.scheme), commission=self.work.commission,
            own=[self.work.case.organisation_id],
        )  # fmt: skip

    @property
    def adapts(self) -> bool:
        return "adapt" in self.data

    def values(self) -> dict[str, Any]:
        request = self.wat_vraag.request() if self.adapts and self.wat_vraag else None
        return {"answer": self.cleaned_data["answer"], "request": request}


class ReconsiderForm(StepForm):
    """Heroverwegen after a negative advice: either way it is said why."""

    motivation = words("Motivering", help_text="Waarom zet u door, of waarom trekt u de opdracht in?")


class ApproachForm(StepForm):
    """Hoe-voorstel, plan van aanpak."""

    template_name = "tasks/forms/approach.html"
    submit = "Hoe-voorstel indienen"

    strategy = words("Richting van de strategie", help_text="Instrument, procedure, percelen, bekostiging.")
    planning = words("Planning", help_text="Mijlpalen tot en met de start.")
    hours = forms.IntegerField(label="Capaciteit van de MGR in uren", min_value=0, max_value=100_000)
    cost = MoneyField(
        label="Kosten van de MGR", max_value=100_000_000,
        help_text="De eigen kosten van de MGR, niet het zorgbudget van de gemeenten.",
    )  # fmt: skip
    approach_risks = words("Risico’s van de aanpak", required=False)
    within_budget = forms.ChoiceField(
        label="Past het binnen de begroting van de MGR?", choices=YES_NO, widget=forms.RadioSelect,
        help_text="Zo niet, dan beslist ook het dagelijks bestuur.",
    )  # fmt: skip
    within_capacity = forms.ChoiceField(
        label="Past het binnen de capaciteit van de MGR?", choices=YES_NO, widget=forms.RadioSelect,
        help_text="Zo niet, dan beslist ook het dagelijks bestuur.",
    )  # fmt: skip
    criteria_agreed = forms.ChoiceField(
        label="Zijn de evaluatiekaders met de indiener afgesproken?", choices=YES_NO, widget=forms.RadioSelect
    )
    motivation = words("Toelichting", required=False)

    answers = ("within_budget", "within_capacity", "criteria_agreed")
    field_order = ["hat", "ground", "outcome", "strategy", "planning", "hours", "cost", "approach_risks", *answers]

    def prepare(self) -> None:
        commission = self.work.commission
        for name in ("strategy", "planning", "approach_risks", "hours", "cost"):
            value = getattr(commission, name)
            self.initial.setdefault(name, str(value) if name not in ("hours", "cost") and value else value)

    def values(self) -> dict[str, Any]:
        said = {name: self.cleaned_data[name] == "yes" for name in self.answers}
        return self.taken_along("strategy", "planning", "hours", "cost", "approach_risks") | said


class AcceptanceForm(StepForm):
    """Aanvaarding by the director, on a mandate or on the owner's decision."""

    submit = "Besluit vastleggen"
    conditions = words(
        "Voorwaarden", required=False, help_text="Alleen bij aanvaarden: waar de indiener zich aan houdt."
    )
    field_order = ["hat", "ground", "outcome", "conditions", "motivation"]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("motivation", "Motiveer waarom u de opdracht weigert.", when=self.code == "decline")
        return values

    def values(self) -> dict[str, Any]:
        return self.taken_along("conditions")


STEPS: dict[str, type[StepForm]] = {
    "municipal_alignment": AlignmentForm,
    "alignment_question": QuestionForm,
    "intake": IntakeForm,
    "supplement": SupplementForm,
    "reconsider": ReconsiderForm,
    "approach": ApproachForm,
    "local_decision": CollegeForm,
    "partner_consent": PartnerConsentForm,
    "college_consent": CollegeForm,
    "consent_question": ConsentQuestionForm,
    "acceptance": AcceptanceForm,
}
