"""From the look at what was opened to the consensus, in the order of the flow."""

from decimal import Decimal
from typing import Any

from django import forms

from audit.clock import TODAY
from cases.models import (
    AwardCriterion,
    Eligibility,
    Procurement,
    Score,
    TeamMember,
    Tender,
    TenderLot,
)
from cases.rules.assessment import Agreed
from cases.selectors import assessments
from cases.selectors import tenders as found
from cases.services.tenders import Given, Test
from roles.authorize import Authority
from roles.models import Appointment
from roles.models.fields import holding_on
from ui.fields import CardField
from workflows.forms.hats import hide, words
from workflows.forms.step import StepForm


class LookingForm(StepForm):
    """A step in which one looks into tenders: only after declaring that one has no interest in them (art. 1.10b)."""

    motivation = None  # type: ignore[assignment]  # what was found is said tender by tender

    @property
    def procurement(self) -> Procurement:
        content = self.work.content
        assert isinstance(content, Procurement)
        return content

    @property
    def must_declare(self) -> bool:
        """Nobody who may do this step here has declared anything yet."""
        people = {o.verdict.person_id for o in self.offers.values() if isinstance(o.verdict, Authority)}
        return not any(found.may_look(self.procurement, person) for person in people)


class PointsField(forms.DecimalField):
    """A score, with a comma or a point."""

    def __init__(self, *, highest: int, **options: Any) -> None:
        super().__init__(
            min_value=0, max_value=highest, max_digits=5, decimal_places=2,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), **options,
        )  # fmt: skip
        told = f"Vul een getal in van 0 tot en met {highest}, bijvoorbeeld 7,5."
        self.error_messages |= {"invalid": told, "required": told}

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs say int
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        return str(value.normalize()).replace(".", ",") if isinstance(value, Decimal) else value


class EligibilityForm(LookingForm):
    """Each tender by itself: exclusion, suitability, who was consulted before, and whether the price is a fair one."""

    submit = "Toetsing vastleggen"
    template_name = "tasks/forms/eligibility.html"

    def prepare(self) -> None:
        opened = [each for each in found.tenders_of_round(self.procurement) if each.state == Tender.State.OPENED]
        self.tenders = opened
        for each in opened:
            self.fields |= {f"t{each.pk}_{name}": field for name, field in _test_fields().items()}

    @property
    def blocks(self) -> list[dict[str, Any]]:
        return [
            {"tender": each, "fields": [self[f"t{each.pk}_{name}"] for name in _test_fields()]} for each in self.tenders
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        for each in self.tenders:
            self._judge(f"t{each.pk}_")
        return values

    def _judge(self, of: str) -> None:
        """An invalid tender is so for a reason; a valid one leaves nothing that makes it invalid."""
        given = {name: self.cleaned_data.get(of + name) for name in _test_fields()}
        fails = not given["declared"] or not given["suitable"] or given["ground"] == Eligibility.Ground.MANDATORY
        fails = fails or given["fair_price"] == Eligibility.FairPrice.NO
        self.require(of + "measures", "Schrijf op hoe de voorsprong is weggenomen.", when=bool(given["consulted"]))
        self.require(
            of + "invalid", "Zo telt de inschrijving niet mee: schrijf op waarom, of herstel het antwoord.", when=fails
        )
        self.require(
            of + "note", "Schrijf op waarom deze grond wel of niet tot uitsluiting leidt.",
            when=given["ground"] == Eligibility.Ground.OPTIONAL,
        )  # fmt: skip

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "tests": {
                each.pk: Test(**{name: given[f"t{each.pk}_{name}"] for name in _test_fields()}) for each in self.tenders
            }
        }


def _test_fields() -> dict[str, forms.Field]:
    return {
        "declared": forms.BooleanField(label="De eigen verklaring is er en is ondertekend", required=False),
        "suitable": forms.BooleanField(label="Voldoet aan de geschiktheidseisen", required=False),
        "ground": forms.ChoiceField(label="Uitsluitingsgrond", choices=Eligibility.Ground.choices),
        "fair_price": forms.ChoiceField(
            label="Reële prijs", choices=Eligibility.FairPrice.choices,
            help_text="Uitvoeringsbesluit Wmo 2015 art. 5.4; Besluit Jeugdwet art. 2.3.",
        ),
        "consulted": forms.BooleanField(label="Was vooraf geraadpleegd (Aw art. 2.51)", required=False),
        "measures": words("Hoe is een voorsprong weggenomen?", required=False, rows=2),
        "note": words("Toelichting", required=False, rows=2),
        "invalid": words(
            "Waarom de inschrijving ongeldig is", required=False, rows=2, help_text="Leeg: zij is geldig."
        ),
    }  # fmt: skip


class AssessmentForm(LookingForm):
    """One assessor, every offer, every quality. Nobody else sees it before all have handed in."""

    submit = "Beoordeling indienen"
    template_name = "tasks/forms/assessment.html"

    def prepare(self) -> None:
        _only(self, "assessed")
        self.entries, self.criteria = found.offers(self.procurement), assessments.qualities(self.procurement)
        for entry in self.entries:
            for each in self.criteria:
                self.fields[f"points_{entry.pk}_{each.pk}"] = PointsField(
                    label="Score", highest=each.max_score, help_text=f"Van 0 tot en met {each.max_score}."
                )
                self.fields[f"reason_{entry.pk}_{each.pk}"] = words("Waarom?", rows=2)

    @property
    def blocks(self) -> list[dict[str, Any]]:
        return [_block(self, entry, self.criteria) for entry in self.entries]

    def values(self) -> dict[str, Any]:
        return {
            "given": [
                Given(
                    offer=entry.pk, criterion=each.pk, points=self.cleaned_data[f"points_{entry.pk}_{each.pk}"],
                    reason=self.cleaned_data[f"reason_{entry.pk}_{each.pk}"],
                )
                for entry in self.entries for each in self.criteria
            ]
        }  # fmt: skip


class ConsensusForm(LookingForm):
    """What counts, beside what each of them gave; a difference is explained."""

    submit = "Consensus vastleggen"
    template_name = "tasks/forms/consensus.html"
    assessors = forms.ModelMultipleChoiceField(
        label="Wie moet ook beoordelen?", queryset=Appointment.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple, help_text="Alleen bij ‘Laat anderen beoordelen’.",
    )  # fmt: skip

    def prepare(self) -> None:
        self.entries, self.criteria = found.offers(self.procurement), assessments.qualities(self.procurement)
        number = found.assessment_number(self.procurement)
        self.given: dict[tuple[int, int], list[Score]] = {}
        for each in found.scores(self.procurement, number):
            self.given.setdefault((each.offer_id, each.criterion_id), []).append(each)
        self.count = len({each.assessor_id for row in self.given.values() for each in row})
        for entry in self.entries:
            for criterion in self.criteria:
                self._ask(entry, criterion)
        choice = self.fields["assessors"]
        assert isinstance(choice, forms.ModelMultipleChoiceField)
        choice.queryset = candidates(self.procurement)

    def _ask(self, entry: TenderLot, criterion: AwardCriterion) -> None:
        name = f"{entry.pk}_{criterion.pk}"
        points = {each.points for each in self.given.get((entry.pk, criterion.pk), [])}
        self.fields[f"points_{name}"] = PointsField(
            label="Gezamenlijke score", highest=criterion.max_score, required=False,
            initial=next(iter(points)) if len(points) == 1 else None,
        )  # fmt: skip
        self.fields[f"reason_{name}"] = words(
            "Hoe is het verschil opgelost?", rows=2, required=False,
            help_text="Verplicht als de scores verschillen, of als u samen op iets anders uitkomt.",
        )  # fmt: skip

    @property
    def blocks(self) -> list[dict[str, Any]]:
        return [_block(self, entry, self.criteria, self.given) for entry in self.entries]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("assessors", "Kies wie ook moet beoordelen.", when=self.code == "more_assessors")
        for key, given in self.given.items() if self.code == "agreed" else ():
            name = f"{key[0]}_{key[1]}"
            self.require(f"points_{name}", "Vul de gezamenlijke score in.")
            differs = {values.get(f"points_{name}"), *(each.points for each in given)}
            self.require(f"reason_{name}", "Leg vast hoe u hierop uitkwam.", when=len(differs) > 1)
        return values

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        if self.code == "more_assessors":
            return {"assessors": [each.pk for each in given["assessors"]]}
        return {
            "agreed": [
                Agreed(
                    entry=entry.pk, criterion=str(each.pk), points=given[f"points_{entry.pk}_{each.pk}"],
                    reason=given[f"reason_{entry.pk}_{each.pk}"],
                )
                for entry in self.entries for each in self.criteria
                if given.get(f"points_{entry.pk}_{each.pk}") is not None
            ]
        }  # fmt: skip


def candidates(procurement: Procurement) -> Any:
    """Who may assess as well: in a role like that of the assessors, and not one already."""
    team = procurement.team.filter(role=TeamMember.Role.ASSESSOR)
    today = Appointment.objects.filter(holding_on(TODAY), position__in=team.values("appointment__position"))
    return today.exclude(pk__in=team.values("appointment")).select_related(
        "person__name", "position__role", "position__body", "organisation"
    )


def _block(
    form: forms.Form, entry: TenderLot, criteria: list[AwardCriterion],
    given: dict[tuple[int, int], list[Score]] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """An offer with, for each quality, what is asked and (for consensus) what each gave."""
    return {
        "offer": entry,
        "rows": [
            {
                "criterion": each, "points": form[f"points_{entry.pk}_{each.pk}"],
                "reason": form[f"reason_{entry.pk}_{each.pk}"], "given": (given or {}).get((entry.pk, each.pk), []),
            }
            for each in criteria
        ],
    }  # fmt: skip


def _only(form: StepForm, code: str) -> None:
    """The other outcome is not chosen here: it follows from a declaration."""
    outcome = form.fields["outcome"]
    assert isinstance(outcome, CardField)
    chosen: list[Any] = [each for each in list(outcome.choices) if each[0] == code]  # type: ignore[arg-type]
    outcome.choices = chosen
    hide(outcome)
    outcome.initial = code


STEPS: dict[str, type[StepForm]] = {
    "eligibility": EligibilityForm,
    "assessment": AssessmentForm,
    "consensus": ConsensusForm,
}
