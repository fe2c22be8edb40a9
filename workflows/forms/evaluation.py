"""One form for each step of an evaluation, in the order of the flow; and what is said beside a frozen criterion."""

from collections.abc import Sequence
from typing import Any

from django import forms

from cases import selectors as cases
from cases.models import Criterion, Finding, Grade, Provider
from cases.rules.commission import MOST_EUROS
from cases.selectors.evaluation import findings
from cases.services.evaluation import Added, Reading, Survey
from escalation.rules.terms import day_of
from ui.fields import CardField, MoneyField
from ui.rows import RowFormSet
from workflows.forms.actions import ActionForm
from workflows.forms.actions_agreed import action_set, written
from workflows.forms.hats import line, words
from workflows.forms.step import StepForm

MOST_PROVIDERS = 30


def _grades() -> dict[str, forms.Field]:
    return {
        "result": CardField(label="Wat leverde het op voor inwoners?", choices=Grade.choices),
        "quality": CardField(label="Hoe was de kwaliteit van de aanbieders?", choices=Grade.choices),
        "cooperation": CardField(label="Hoe was de samenwerking met de MGR?", choices=Grade.choices),
    }


class QuestionnaireForm(StepForm):
    """What a municipality thinks of what was bought."""

    submit = "Vragenlijst versturen"
    motivation = None  # type: ignore[assignment]  # the answers say it

    result, quality, cooperation = _grades().values()
    keep = words("Wat ging goed?", required=False, rows=3, limit=2000)
    change = words("Wat kan beter?", required=False, rows=3, limit=2000, help_text="Verplicht bij een onvoldoende.")

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("change", "Schrijf op wat er beter kan.", when=Grade.POOR in _given(values))
        return values

    def values(self) -> dict[str, Any]:
        return {"survey": _survey(self.cleaned_data)}


class ReadingForm(forms.Form):
    """What one criterion came to."""

    template_name = "tasks/fields.html"

    value = line("Gemeten waarde", help_text="Bijvoorbeeld: 5 weken, gemiddeld over 2027.")
    source = line("Bron")
    met = CardField(label="Norm gehaald?", choices=Finding.Met.choices)

    def __init__(self, data: Any, *, criterion: Criterion, finding: Finding | None) -> None:
        known = {"source": str(criterion.measurement)}
        if finding is not None:
            known = {"value": str(finding.value), "source": str(finding.source), "met": finding.met}
        super().__init__(data, prefix=f"criterion-{criterion.pk}", initial=known)
        self.criterion = criterion

    @property
    def reading(self) -> Reading:
        return Reading(**self.cleaned_data)


class ProviderRow(forms.Form):
    """What a provider answered, as the MGR heard it."""

    provider = forms.ModelChoiceField(Provider.objects.none(), label="Aanbieder", empty_label="Kies")
    result, quality, cooperation = _grades().values()
    keep = words("Wat ging goed?", required=False, rows=2, limit=2000)
    change = words("Wat kan beter?", required=False, rows=2, limit=2000)

    def __init__(self, *args: Any, providers: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        provider = self.fields["provider"]
        assert isinstance(provider, forms.ModelChoiceField)
        provider.queryset = providers


class ProviderRows(RowFormSet):
    row_label = "Aanbieder"
    add_label = "Antwoord van een aanbieder toevoegen"
    label = "Antwoorden van aanbieders"

    def clean(self) -> None:
        kept = [row.cleaned_data.get("provider") for row in self.forms if not row.cleaned_data.get("DELETE")]
        named = [each for each in kept if each is not None]
        if len(named) != len(set(named)):
            raise forms.ValidationError("Leg van iedere aanbieder één antwoord vast.")


ProviderSet = forms.formset_factory(
    ProviderRow, formset=ProviderRows, extra=0, max_num=MOST_PROVIDERS, validate_max=True, can_delete=True
)


class FiguresForm(StepForm):
    """A reading of each criterion; and what providers answered, where they were asked."""

    template_name = "tasks/forms/evaluation_figures.html"
    submit = "Cijfers vastleggen"
    motivation = words("Toelichting op de cijfers", required=False)

    def prepare(self) -> None:
        data, evaluation = self.data if self.is_bound else None, self.work.content
        known = {finding.criterion_id: finding for finding in findings(evaluation)}
        self.readings = [
            ReadingForm(data, criterion=criterion, finding=known.get(criterion.pk))
            for criterion in cases.criteria(evaluation.commission)
        ]
        said = evaluation.answers.exclude(provider=None).values("provider")
        providers = Provider.objects.filter(scheme=self.work.case.scheme_id).exclude(pk__in=said)
        self.providers: Any = ProviderSet(data, prefix="providers", form_kwargs={"providers": providers})

    @property
    def parts(self) -> list[Any]:
        return [*self.readings, self.providers]

    @property
    def parts_count(self) -> bool:
        return True

    def values(self) -> dict[str, Any]:
        rows = [row.cleaned_data for row in self.providers.forms]
        kept = [row for row in rows if row and not row.get("DELETE")]
        return {
            "readings": {row.criterion.pk: row.reading for row in self.readings},
            "providers": {row["provider"].pk: _survey(row) for row in kept},
        }


class AddedForm(forms.Form):
    """The value that was added, against one criterion; at least one of the three."""

    template_name = "tasks/fields.html"

    financial = words("Financieel", required=False, rows=2, limit=2000)
    saved = MoneyField(
        label="In euro’s per jaar", required=False, min_value=-int(MOST_EUROS), max_value=int(MOST_EUROS),
        help_text="Wat het scheelde. Minder dan nul: het kostte meer.",
    )  # fmt: skip
    quality = words("Kwaliteit", required=False, rows=2, limit=2000)
    process = words("Proces", required=False, rows=2, limit=2000)

    def __init__(self, data: Any, *, finding: Finding) -> None:
        texts = {name: str(getattr(finding, name) or "") for name in ("financial", "quality", "process")}
        super().__init__(data, prefix=f"added-{finding.criterion_id}", initial=texts | {"saved": finding.saved})
        self.finding = finding

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not (values.get("financial") or values.get("quality") or values.get("process")):
            self.add_error(None, "Schrijf op welke meerwaarde er was, of dat er geen was.")
        return values

    @property
    def added(self) -> Added:
        return Added(**self.cleaned_data)


class ConceptForm(StepForm):
    """What it amounts to, the added value against each criterion, and what is to be done; or back to the figures."""

    template_name = "tasks/forms/evaluation_concept.html"
    submit = "Concept vastleggen"
    summary = words("Samenvatting", required=False, help_text="Hoe verliep het, en wat leverde het op?")
    conclusions = words(
        "Conclusies", required=False, help_text="Wie een volgende opdracht in dit domein indient, leest deze."
    )
    motivation = words("Toelichting", required=False, help_text="Verplicht als u teruggaat naar de cijfers.")

    def prepare(self) -> None:
        data, evaluation = self.data if self.is_bound else None, self.work.content
        self.initial = {"summary": str(evaluation.summary or ""), "conclusions": str(evaluation.conclusions or "")}
        self.added = [AddedForm(data, finding=finding) for finding in findings(evaluation)]
        proposed = self.work.case.improvements.filter(status="proposed").select_related("what")
        self.actions = action_set(
            data,
            scheme=self.work.case.scheme,
            today=day_of(self.work.now),
            initial=[written(each) for each in proposed],
        )

    @property
    def concludes(self) -> bool:
        return self.code == "concluded"

    @property
    def parts(self) -> list[Any]:
        return [*self.added, self.actions]

    @property
    def parts_count(self) -> bool:
        return self.concludes

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("summary", "Vat de evaluatie samen.", when=self.concludes)
        self.require("conclusions", "Schrijf de conclusies op.", when=self.concludes)
        self.require("motivation", "Schrijf op welke cijfers anders moeten.", when=self.code == "back_to_figures")
        return values

    def values(self) -> dict[str, Any]:
        if not self.concludes:
            return {}
        added = {row.finding.criterion_id: row.added for row in self.added}
        return self.taken_along("summary", "conclusions") | {"added": added, "actions": self.actions.actions}


class HearingForm(StepForm):
    """What those concerned said of the concept."""

    submit = "Hoor en wederhoor vastleggen"
    heard = words(
        "Wat zeiden zij?", help_text="Het klankbord, de gemeenten, de aanbieders. Noem geen personen bij naam."
    )
    motivation = words("Toelichting", required=False, help_text="Verplicht als het concept anders moet.")
    field_order = ["hat", "ground", "outcome", "heard", "motivation"]

    def prepare(self) -> None:
        self.initial = {"heard": str(self.work.content.heard or "")}

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("motivation", "Schrijf op wat er anders moet.", when=self.code == "back_to_concept")
        return values

    def values(self) -> dict[str, Any]:
        return self.taken_along("heard")


class AnnotateForm(ActionForm):
    """Beside a criterion that is frozen."""

    criterion_id = forms.TypedChoiceField(label="Bij welk kader?", coerce=int)
    words = words("Toelichting", limit=2000, help_text="Het kader zelf blijft zoals het is verstrekt.")

    def __init__(self, *args: Any, criteria: Sequence[Criterion], **options: Any) -> None:
        super().__init__(*args, **options)
        criterion = self.fields["criterion_id"]
        assert isinstance(criterion, forms.TypedChoiceField)
        criterion.choices = [("", "Kies"), *((each.pk, f"{each.criterion}: {each.norm}") for each in criteria)]


def _given(values: dict[str, Any]) -> set[str]:
    return {values.get(name, "") for name in ("result", "quality", "cooperation")}


def _survey(given: dict[str, Any]) -> Survey:
    return Survey(**{name: given[name] for name in ("result", "quality", "cooperation", "keep", "change")})


STEPS: dict[str, type[StepForm]] = {
    "questionnaire": QuestionnaireForm,
    "figures": FiguresForm,
    "concept": ConceptForm,
    "hearing": HearingForm,
}
