"""The strategy of a procurement: what is chosen, beside what the law of the day says of it."""

from decimal import Decimal
from typing import Any

from django import forms

from cases.models import AwardCriterion, Funding, Instrument, Lot, Procedure
from cases.models.procurement import PriceFormula
from cases.rules import procurement as rule
from cases.rules import procurement_law as law
from cases.rules.commission import MOST_EUROS
from cases.services.procurement import Strategy, Weight
from escalation.rules.terms import day_of
from roles.rules.verdict import Granted, GroundNeeded, Refused, Verdict
from ui.fields import CardField, MoneyField, Option
from ui.rows import RowFormSet
from workflows.forms.hats import line, words
from workflows.forms.step import StepForm

MOST_CRITERIA, HIGHEST = 12, 10
OF_CRITERION = ("kind", "weight", "minimum", "formula", "floor", "ceiling")
FIELDS = ("instrument", "procedure", "funding", "estimate", "cpv", "undivided", "fit_ground")
INSTRUMENT_HINTS = {
    Instrument.CONTRACT: "Wij kiezen wie het doet, en betalen daarvoor.",
    Instrument.OPEN_HOUSE: "Wie aan de voorwaarden voldoet, doet mee. Er wordt niemand gekozen.",
    Instrument.SUBSIDY: "Wij dragen bij, zonder afdwingbare prestatie. Het gaat niet naar de markt.",
    Instrument.INSOURCING: "Een dienst van de gemeenten zelf doet het. Het gaat niet naar de markt.",
    Instrument.CONCESSION: "Wie het doet, draagt ook het risico van de exploitatie.",
}
PROCEDURE_HINTS = {
    Procedure.SOCIAL: "Aankondiging, en verder een eigen inrichting. Alleen voor zorg en andere specifieke diensten.",
    Procedure.OPEN: "Iedereen kan inschrijven.",
    Procedure.RESTRICTED: "Eerst een selectie, dan inschrijven.",
    Procedure.MULTIPLE: "Drie tot vijf aanbieders worden gevraagd.",
    Procedure.SINGLE: "Eén aanbieder wordt gevraagd.",
}


class CriterionForm(forms.Form):
    name = line("Criterium", help_text="Bijvoorbeeld: plan van aanpak.")
    kind = forms.ChoiceField(label="Soort", choices=AwardCriterion.Kind.choices)
    weight = forms.IntegerField(
        label="Gewicht in procenten", min_value=1, max_value=100,
        error_messages={"invalid": "Vul een heel getal in van 1 tot en met 100."},
    )  # fmt: skip
    minimum = forms.IntegerField(
        label=f"Laagste score die nog meetelt, van {HIGHEST}", required=False, min_value=1, max_value=HIGHEST,
        help_text="Alleen bij kwaliteit. Wie lager scoort, valt af.",
        error_messages={"invalid": f"Vul een heel getal in van 1 tot en met {HIGHEST}."},
    )  # fmt: skip
    formula = forms.ChoiceField(
        label="Prijsformule", choices=PriceFormula.choices, required=False,
        help_text="Alleen bij prijs: hoe een prijs een score wordt.",
    )  # fmt: skip
    floor = MoneyField(
        label="Laagste prijs van de bandbreedte", required=False, max_value=int(MOST_EUROS),
        help_text="Daaronder stijgt de score niet meer.",
    )  # fmt: skip
    ceiling = MoneyField(
        label="Hoogste prijs van de bandbreedte", required=False, max_value=int(MOST_EUROS),
        help_text="Daarboven telt een inschrijving niet mee.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors and not isinstance(fit := rule.criterion_is_fit(**self._bounds), Granted):
            self.add_error(
                "minimum" if given["minimum"] is not None else "floor", _told(fit)
            )  # fmt: skip
        return given

    @property
    def _bounds(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "kind": given["kind"], "formula": given["formula"], "floor": given["floor"], "ceiling": given["ceiling"],
            "minimum": given["minimum"], "highest": HIGHEST,
        }  # fmt: skip

    @property
    def wish(self) -> Weight:
        given = self.cleaned_data
        return Weight(
            name=given["name"], kind=given["kind"], weight=given["weight"], minimum=given["minimum"],
            formula=given["formula"] or PriceFormula.RELATIVE, floor=given["floor"], ceiling=given["ceiling"],
        )  # fmt: skip


class Criteria(RowFormSet):
    row_label = "Criterium"
    add_label = "Criterium toevoegen"
    label = "Gunningscriteria"


CriterionSet = forms.formset_factory(
    CriterionForm, formset=Criteria, extra=0, min_num=0, max_num=MOST_CRITERIA, validate_max=True, can_delete=True
)


class LotsForm(forms.Form):
    """A part of the estimate for each lot of the domain; an empty field: not in this procurement."""

    template_name = "tasks/fields.html"

    def __init__(self, *args: Any, lots: list[Lot], **options: Any) -> None:
        super().__init__(*args, **options)
        self.lots = lots
        for lot in lots:
            self.fields[str(lot.pk)] = MoneyField(label=lot.name, required=False, max_value=int(MOST_EUROS))

    @property
    def amounts(self) -> dict[int, Decimal]:
        given = {lot.pk: self.cleaned_data.get(str(lot.pk)) for lot in self.lots}
        return {lot: amount for lot, amount in given.items() if amount}


class StrategyForm(StepForm):
    """What the law only allows on a ground, asks for that ground; what it does not allow, says why."""

    template_name = "tasks/forms/strategy.html"
    submit = "Strategie voorleggen"

    strategy = words("Inkoopstrategie", rows=6, help_text="Wat vragen wij de markt, en waarom zo?")
    instrument = CardField(
        label="Instrument", choices=[(each.value, Option(each.label, INSTRUMENT_HINTS[each])) for each in Instrument]
    )
    procedure = CardField(
        label="Procedure", required=False, help_text="Alleen bij een overheidsopdracht of een concessie.",
        choices=[(each.value, Option(each.label, PROCEDURE_HINTS[each])) for each in Procedure],
    )  # fmt: skip
    funding = CardField(label="Bekostiging", choices=Funding.choices)
    estimate = MoneyField(
        label="Raming over de hele looptijd, exclusief btw", max_value=int(MOST_EUROS),
        help_text="Met verlengingen en alle percelen, ook wat later wordt ingekocht (Aw 2.13-2.18).",
    )  # fmt: skip
    cpv = forms.RegexField(
        r"^\d{8}(-\d)?$", label="CPV-code", help_text="Acht cijfers, bijvoorbeeld 85000000-9 voor zorg.",
        error_messages={"invalid": "Vul acht cijfers in, bijvoorbeeld 85000000-9."},
    )  # fmt: skip
    undivided = words(
        "Waarom niet in percelen?", required=False, rows=3,
        help_text="Alleen als u de opdracht niet verdeelt (Aw 1.5 lid 3).",
    )  # fmt: skip
    fit_ground = words(
        "Waarom past deze keuze hier?", required=False, rows=3,
        help_text="Alleen als de procedure of het instrument niet de gewone is. Dit komt in de handeling te staan.",
    )  # fmt: skip
    motivation = None  # type: ignore[assignment]  # the strategy says it

    def prepare(self) -> None:
        data, procurement = (self.data if self.is_bound else None), self.work.content
        commission = self.work.commission
        for name in FIELDS:
            self.initial.setdefault(name, str(getattr(procurement, name) or ""))
        self.initial["strategy"] = str(procurement.strategy or "")
        self.initial["estimate"] = procurement.estimate or commission.annual_amount * commission.years
        lots = list(Lot.objects.filter(scheme=self.work.case.scheme_id, domain=self.work.domain))
        self.lots = LotsForm(
            data, prefix="lot", lots=lots, initial={str(row.lot_id): row.amount for row in procurement.lots.all()}
        )
        self.criteria: Any = CriterionSet(
            data, prefix="criteria",
            initial=[
                {"name": str(row.name), **{name: getattr(row, name) for name in OF_CRITERION}}
                for row in procurement.criteria.select_related("name")
            ],
        )  # fmt: skip
        self.today = day_of(self.work.now)

    @property
    def parts(self) -> list[Any]:
        return [self.lots, self.criteria]

    @property
    def parts_count(self) -> bool:
        return True

    @property
    def facts(self) -> law.Thresholds | None:
        """What the law says today, to be read beside the fields."""
        try:
            return law.thresholds_on(self.today)
        except law.NoLaw:
            return None

    @property
    def terms(self) -> list[tuple[str, law.Least]]:
        """The least term of each procedure."""
        known = [(str(each.label), law.least_term(instrument="", procedure=each, day=self.today)) for each in Procedure]
        opened = law.least_term(instrument=Instrument.OPEN_HOUSE, procedure="", day=self.today)
        return [*known, (str(Instrument.OPEN_HOUSE.label), opened)]

    def is_valid(self) -> bool:
        """The rules look at the whole, once each part says something."""
        valid = super().is_valid()
        if valid:
            self._judge()
        return valid and not self.errors and not self.lots.errors and not self.criteria.non_form_errors()

    def _judge(self) -> None:
        chosen = self.wish
        choice = law.Choice(
            instrument=chosen.instrument, procedure=chosen.procedure, estimate=chosen.estimate, cpv=chosen.cpv,
            lots=len(chosen.lots), undivided=chosen.undivided,
        )  # fmt: skip
        weights = [(each.kind, each.weight) for each in self.weights]
        fits = law.fits(choice, self.today)
        if isinstance(fits, Refused):
            self.add_error("procedure", _told(fits))
        elif isinstance(fits, GroundNeeded) and not chosen.fit_ground:
            self.add_error("fit_ground", _told(fits))
        if not isinstance(undivided := law.may_stay_undivided(choice), Granted):
            self.add_error("undivided", _told(undivided))
        if not isinstance(sums := rule.lots_add_up(chosen.estimate, list(chosen.lots.values())), Granted):
            self.lots.add_error(None, _told(sums))
        if not isinstance(fit := rule.criteria_are_fit(chosen.instrument, weights), Granted):
            self.criteria.non_form_errors().append(_told(fit))

    @property
    def wish(self) -> Strategy:
        given = self.cleaned_data
        return Strategy(
            words=given["strategy"], lots=self.lots.amounts, **{name: given[name] for name in FIELDS}
        )  # fmt: skip

    @property
    def weights(self) -> list[Weight]:
        rows = [row for row in self.criteria.forms if row.cleaned_data and not row.cleaned_data.get("DELETE")]
        return [row.wish for row in rows]

    def values(self) -> dict[str, Any]:
        return {"strategy": self.wish, "criteria": self.weights}


def _told(verdict: Verdict) -> str:
    assert isinstance(verdict, Refused | GroundNeeded)
    return f"{verdict.reason} ({verdict.article})"
