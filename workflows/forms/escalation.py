"""Escalating, and one form for each step of an escalation, in the order of the flow."""

from collections.abc import Sequence
from typing import Any

from django import forms

from escalation.models import Escalation
from escalation.rules.ladder import LONGEST_MEASURE_DAYS
from escalation.services.ladder import Promise
from roles.models import Person
from ui.fields import CardField, DateField, Option
from workflows.forms.hats import HatForm, line, words
from workflows.forms.step import StepForm

Category = Escalation.Category
HINTS = {
    Category.CONTENT: "Wat er wordt ingekocht, of hoe goed dat past.",
    Category.OPERATIONS: "Geld, mensen of systemen van de MGR.",
    Category.COOPERATION: "Afspraken die iemand niet nakomt, of elkaar niet weten te vinden.",
    Category.PROVIDER: "Er komt ook een woordvoeringslijn.",
    Category.TERM: "Het duurt te lang.",
}


class EscalateForm(HatForm):
    """What is wrong, in which step, and about whom."""

    template_name = "tasks/fields.html"

    category = CardField(
        label="Waar gaat het over?", choices=[(each.value, Option(each.label, HINTS[each])) for each in Category]
    )
    task = forms.ChoiceField(label="Over welke stap?", required=False)
    reason = words("Wat is er aan de hand?", help_text="En wat is al geprobeerd? Wie het krijgt, leest dit.")
    holds = forms.BooleanField(
        label="Zet deze stap stil tot er een uitkomst is", required=False,
        help_text="De termijn staat dan stil en niemand kan de stap doen. De rest van de zaak gaat door.",
    )  # fmt: skip
    about = forms.ChoiceField(
        label="Gaat het over het handelen van één persoon?",
        required=False,
        help_text="Die behandelt de escalatie dan niet en weet er niet van. Zij is vertrouwelijk.",
    )

    def __init__(
        self, data: Any = None, *, tasks: Sequence[tuple[int, str]], people: Sequence[Person], **options: Any
    ) -> None:
        super().__init__(data, **options)
        task, about = self.fields["task"], self.fields["about"]
        assert isinstance(task, forms.ChoiceField)
        assert isinstance(about, forms.ChoiceField)
        task.choices = [("", "De zaak als geheel"), *tasks]
        about.choices = [("", "Nee"), *((each.pk, str(each)) for each in people)]
        if not tasks:
            del self.fields["task"]
            del self.fields["holds"]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("holds") and not values.get("task"):
            self.add_error("task", "Kies welke stap wordt stilgezet.")
        return values

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "category": given["category"], "reason": given["reason"], "holds": given.get("holds", False),
            "task_id": int(given["task"]) if given.get("task") else None,
            "about": int(given["about"]) if given["about"] else None,
        }  # fmt: skip


class PromiseForm(StepForm):
    """What is done about it, by whom, and when."""

    what = words("Wat gebeurt er?", required=False, rows=3)
    who_does = line("Wie doet het?", required=False)
    due_on = DateField(label="Wanneer is het klaar?", required=False)

    def promises(self) -> bool:
        return True

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        for field, message in (
            ("what", "Schrijf op wat er gebeurt."), ("who_does", "Schrijf op wie het doet."),
            ("due_on", f"Kies een dag vanaf vandaag, binnen {LONGEST_MEASURE_DAYS} dagen."),
        ):  # fmt: skip
            self.require(field, message, when=self.promises())
        return values

    def values(self) -> dict[str, Any]:
        if not self.promises():
            return {}
        given = self.cleaned_data
        return {"promise": Promise(what=given["what"], who=given["who_does"], due_on=given["due_on"])}


class LevelForm(PromiseForm):
    """Solved with a measure, back down, or on to the next level."""

    submit = "Uitkomst vastleggen"
    motivation = words("Toelichting", required=False, help_text="Verplicht als dit niveau het niet oplost.")
    field_order = ["hat", "ground", "outcome", "what", "who_does", "due_on", "motivation"]

    def prepare(self) -> None:
        for field in ("what", "who_does", "due_on"):
            self.fields[field].help_text = "Alleen bij ‘Opgelost’."

    def promises(self) -> bool:
        return self.code == "resolve"

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("motivation", "Schrijf op waarom dit niveau het niet oplost.", when=self.code in ("rise", "lower"))
        return values


class ConsentForm(StepForm):
    """Whether the other side of the table thinks that this solves it."""

    submit = "Antwoord vastleggen"

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("motivation", "Schrijf op waarom dit het niet oplost.", when=self.code == "rise")
        return values


class MeasureForm(PromiseForm):
    """Of what a body decided."""

    submit = "Maatregel vastleggen"
    motivation = None  # type: ignore[assignment]  # the body gave its reasons


class LineForm(StepForm):
    """What is said to who asks from outside."""

    submit = "Lijn vastleggen"
    line = words("Wat zeggen wij, en wie?", help_text="Geen persoonsgegevens, niets wat de aanbieder niet mag weten.")
    motivation = None  # type: ignore[assignment]  # the line says it

    def values(self) -> dict[str, Any]:
        return self.taken_along("line")


class ReferralForm(StepForm):
    """Nobody solved it: to the province, or closed; either way with reasons."""

    submit = "Escalatie afsluiten"
    motivation = words("Motivering", help_text="Waarom is er geen oplossing, en wat betekent dat voor de zaak?")


STEPS: dict[str, type[StepForm]] = {
    "spokesperson_line": LineForm,
    "operational": LevelForm,
    "operational_consent": ConsentForm,
    "tactical": LevelForm,
    "tactical_consent": ConsentForm,
    "strategic_alone": LevelForm,
    "measure": MeasureForm,
    "referral": ReferralForm,
}
