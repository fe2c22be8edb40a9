"""The advice on an award: who wins each lot, from the ranking, with reasons where it is departed from."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms

from audit import clock
from cases.models import Procurement
from cases.rules import award as rule
from cases.rules.award import Course, Pick, Ranked
from cases.selectors import awards as wins
from cases.selectors.awards import Standing
from ui.fields import DateField, MoneyField, Option
from ui.templatetags.ui import euro
from workflows.forms.hats import words
from workflows.forms.step import StepForm


@dataclass(frozen=True, slots=True)
class LotFields:
    """The fields about one lot, as the template sets them together."""

    name: str
    winners: Any
    amounts: list[Any]
    reason: Any
    deviation: Any


class AwardAdviceForm(StepForm):
    """Who wins each lot, for how much a year, and why; proposed from the ranking."""

    template_name = "tasks/forms/award_advice.html"
    submit = "Advies vastleggen"
    motivation = words("Motivering", required=False, help_text="Verplicht als u opnieuw laat beoordelen.")
    starts_on = DateField(label="Gaat in op", required=False)
    years = forms.IntegerField(label="Looptijd in jaren", min_value=1, max_value=rule.LONGEST_YEARS, required=False)
    option_times = forms.IntegerField(
        label="Aantal verlengingen", min_value=0, max_value=9, required=False, initial=0
    )  # fmt: skip
    option_years = forms.IntegerField(
        label="Jaren per verlenging", min_value=0, max_value=9, required=False, initial=0
    )  # fmt: skip

    def prepare(self) -> None:
        procurement: Procurement = self.work.content
        commission = self.work.commission
        self.standings = wins.standings(procurement)
        self.names = {row.lot_id: str(row.lot) for row in procurement.lots.select_related("lot")}
        self.fields["starts_on"].initial = max(commission.start_date, clock.today())
        self.fields["years"].initial = commission.years
        for lot in self.names:
            ranked = [row for row in self.standings if row.lot_id == lot]
            if self.standings:
                self._of_ranked(lot, ranked, commission.years)
            else:
                self._of_anybody(lot)
            self.fields[f"reason_{lot}"] = words(
                "Kenmerken en voordelen van wie wint", required=False, rows=3,
                help_text="Staat in het proces-verbaal en in de brief aan wie verliest.",
            )  # fmt: skip
            if self.standings:
                self.fields[f"deviation_{lot}"] = words(
                    "Motivering van een afwijking", required=False, rows=2,
                    help_text="Alleen als iemand die hoger staat niet wint.",
                )  # fmt: skip

    def _of_ranked(self, lot: int, ranked: list[Standing], years: int) -> None:
        self.fields[f"winners_{lot}"] = forms.MultipleChoiceField(
            label="Wie wint", required=False, widget=forms.CheckboxSelectMultiple,
            choices=[(row.offer_id, _option(row)) for row in ranked],
            initial=[row.offer_id for row in ranked if row.place == 1],
        )  # fmt: skip
        for row in ranked:
            if row.place:
                self.fields[f"amount_{lot}_{row.offer_id}"] = MoneyField(
                    label=f"Bedrag per jaar: {row.name}", required=False, initial=round(row.price / years, 2)
                )

    def _of_anybody(self, lot: int) -> None:
        providers = self.work.case.scheme.providers.all()
        self.fields[f"winners_{lot}"] = forms.ChoiceField(
            label="Met wie", required=False, choices=[("", "Niemand"), *((each.pk, str(each)) for each in providers)]
        )
        self.fields[f"amount_{lot}"] = MoneyField(label="Bedrag per jaar", required=False)

    @property
    def lots(self) -> list[LotFields]:
        return [
            LotFields(
                name, self[f"winners_{lot}"], [self[field] for field in self._amounts(lot)], self[f"reason_{lot}"],
                self[f"deviation_{lot}"] if self.standings else None,
            )
            for lot, name in self.names.items()
        ]  # fmt: skip

    def _amounts(self, lot: int) -> list[str]:
        own = f"amount_{lot}"
        return [field for field in self.fields if field == own or field.startswith(f"{own}_")]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("motivation", "Schrijf op waarom opnieuw wordt beoordeeld.", when=self.code == "reassess")
        if self.code == "advised":
            self.require("starts_on", "Vul in wanneer het contract ingaat.")
            self.require("years", "Vul de looptijd in.")
            if not self.errors:
                self._judge()
        return values

    def _judge(self) -> None:
        ranked: list[Ranked] = [row.ranked for row in self.standings]
        seen = set()
        for problem in rule.problems(self._picks(), ranked, self._course(), lots=set(self.names)):
            field = f"winners_{problem.lot}" if problem.lot else None
            if (field, problem.message) not in seen:
                seen.add((field, problem.message))
                self.add_error(field, problem.message)

    def _picks(self) -> list[Pick]:
        given = self.cleaned_data
        found = []
        for lot in self.names:
            chosen = given.get(f"winners_{lot}") or []
            for candidate in [chosen] if isinstance(chosen, str) else chosen:
                amount = given.get(f"amount_{lot}_{candidate}" if self.standings else f"amount_{lot}")
                found.append(
                    Pick(
                        lot=lot, candidate=int(candidate), annual_amount=amount or Decimal(0),
                        reason=given.get(f"reason_{lot}", ""), deviation=given.get(f"deviation_{lot}", ""),
                    )
                )  # fmt: skip
        return found

    def _course(self) -> Course:
        given = self.cleaned_data
        return Course(
            starts_on=given["starts_on"], years=given["years"], option_years=given.get("option_years") or 0,
            option_times=given.get("option_times") or 0,
        )  # fmt: skip

    def values(self) -> dict[str, Any]:
        return {"picks": self._picks(), "course": self._course()} if self.code == "advised" else {}


def _option(row: Standing) -> Option:
    """For instance "Zorggroep", "Plaats 1 (gedeeld) · 87,50 punten · € 300.000"."""
    if not row.place:
        return Option(row.name, refused=f"Uitgesloten: {row.excluded}")
    points = f"{row.total:.2f}".replace(".", ",")
    tied = " (gedeeld)" if row.tied else ""
    return Option(row.name, f"Plaats {row.place}{tied} · {points} punten · {euro(row.price)}")
