"""Beginning something under a contract, and keeping its figures and products."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from cases.models import Addendum, Kpi
from cases.rules import addendum as rule
from cases.rules.addendum import Current, Proposal
from cases.rules.commission import MOST_EUROS, Problem
from cases.rules.kpi import FARTHEST
from ui.fields import CardField, DateField, MoneyField, Option
from workflows.forms.actions import ActionForm
from workflows.forms.hats import HatForm, line, words

Change = Addendum.Change
FIELDS: dict[str, tuple[str, ...]] = {
    Change.AMOUNT: ("annual_amount",),
    Change.TERM: ("ends_on",),
    Change.TARIFFS: ("index",),
    Change.PRODUCT: ("product", "product_name", "unit", "tariff"),
    Change.CONTENT: (),
}
HINTS = {
    Change.AMOUNT: "Het bedrag per jaar gaat omhoog of omlaag.",
    Change.TERM: "Het contract loopt langer of korter dan nu; een verlenging die het contract noemt, is geen addendum.",
    Change.TARIFFS: "Alle tarieven gaan met hetzelfde percentage mee (indexatie).",
    Change.PRODUCT: "Er komt een product met een tarief bij.",
    Change.CONTENT: "Andere woorden, zonder gevolg voor bedrag of looptijd.",
}


def product_code() -> forms.RegexField:
    return forms.RegexField(
        r"^[0-9A-Za-z.\-]{1,20}$", label="Productcode",
        error_messages={"invalid": "Gebruik letters, cijfers, punten en streepjes, ten hoogste 20."},
    )  # fmt: skip


class ReviewForm(ActionForm):
    planned_for = DateField(label="Gepland rond")
    reason = words("Waarover gaat het gesprek?", rows=3, limit=2000)


class RequalificationForm(ActionForm):
    reason = words("Waarom moet deze aanbieder opnieuw worden beoordeeld?", limit=2000)


class EnquiryForm(ActionForm):
    """`contact` is asked of who takes the call for a provider."""

    question = words("Vraag", help_text="Noem geen cliënten.")
    contact = line(
        "Wie van de aanbieder vraagt het?", required=False, help_text="Leeg als uw gemeente het zelf vraagt."
    )


class AddendumFields(forms.Form):
    """What changes: only the fields of the kind that was chosen."""

    annual_amount = MoneyField(label="Nieuw bedrag per jaar", max_value=int(MOST_EUROS))
    ends_on = DateField(label="Nieuwe einddatum")
    index = forms.DecimalField(
        label="Percentage", max_digits=5, decimal_places=2, help_text="Bijvoorbeeld 3,4. Omlaag: met een min ervoor.",
        localize=True,
    )  # fmt: skip
    product = product_code()
    product_name = line("Naam van het product", limit=120)
    unit = line("Eenheid", limit=40, help_text="Bijvoorbeeld uur, etmaal of traject.")
    tariff = MoneyField(label="Tarief", max_value=1_000_000)
    effective_on = DateField(label="Gaat in op")
    change_words = words("Wat verandert er?", help_text="Zoals het in het addendum komt te staan.")
    reason = words("Waarom is het nodig?", rows=3)
    ground_in_law = CardField(label="Waarop rust de wijziging?", choices=Addendum.Ground.choices)

    def only_for(self, change: str, now: Current, today: date, *, required: bool = True) -> None:
        """The fields of this kind of change."""
        self.change, self.now, self.today = change, now, today
        for name in {name for names in FIELDS.values() for name in names} - set(FIELDS[change]):
            del self.fields[name]
        self.asked = [*FIELDS[change], "effective_on", "change_words", "reason", "ground_in_law"]
        for name in self.asked:
            self.fields[name].required = required

    def of(self, addendum: Addendum) -> dict[str, Any]:
        """As it was written before."""
        return {
            "annual_amount": addendum.amount_after, "ends_on": addendum.ends_after, "index": addendum.index,
            "product": addendum.product, "product_name": addendum.product_name, "unit": addendum.unit,
            "tariff": addendum.tariff, "effective_on": addendum.effective_on, "change_words": str(addendum.words),
            "reason": str(addendum.reason), "ground_in_law": addendum.ground,
        }  # fmt: skip

    @property
    def proposal(self) -> Proposal:
        given = self.cleaned_data
        return Proposal(
            change=self.change, effective_on=given["effective_on"], annual_amount=given.get("annual_amount"),
            ends_on=given.get("ends_on"), index=given.get("index"), product=given.get("product") or "",
            tariff=given.get("tariff"),
        )  # fmt: skip

    @property
    def wish(self) -> dict[str, Any]:
        """As the services want it."""
        given = self.cleaned_data
        said = {name: given.get(name, "") for name in ("reason", "product_name", "unit")}
        said["words"] = given["change_words"]
        return {"proposal": self.proposal, "ground": given["ground_in_law"], "words": said}

    def judge(self) -> None:
        """What the rules find wrong, beside the field that it is about."""
        if not self.errors:
            self.show(rule.problems(self.now, self.proposal, today=self.today))

    def show(self, problems: Sequence[Problem]) -> None:
        for problem in problems:
            self.add_error(problem.field if problem.field in self.fields else None, problem.message)


class AddendumForm(HatForm, AddendumFields):
    template_name = "tasks/fields.html"

    def __init__(self, data: Any = None, *, change: str, now: Current, today: date, **options: Any) -> None:
        super().__init__(data, **options)
        self.only_for(change, now, today)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.judge()
        return values


class MeasureForm(ActionForm):
    """One figure of one month."""

    code = CardField(label="Welke KPI?")
    period = DateField(label="Over welke maand?", help_text="Een dag in die maand.")
    value = forms.DecimalField(label="Waarde", max_digits=12, decimal_places=2, max_value=FARTHEST, localize=True)
    source = line("Bron", help_text="Bijvoorbeeld: berichtenverkeer, opgave van de aanbieder.")

    def __init__(self, *args: Any, kpis: Sequence[Kpi], **options: Any) -> None:
        super().__init__(*args, **options)
        code = self.fields["code"]
        assert isinstance(code, CardField)
        code.choices = [
            (kpi.code, Option(kpi.name, f"{kpi.get_direction_display()} {_plain(kpi.norm)} {kpi.unit}")) for kpi in kpis
        ]

    def clean_period(self) -> date:
        day: date = self.cleaned_data["period"]
        return day.replace(day=1)


class ProductForm(ActionForm):
    code = product_code()
    name = line("Naam van het product", limit=120)
    unit = line("Eenheid", limit=40, help_text="Bijvoorbeeld uur, etmaal of traject.")
    tariff = MoneyField(label="Tarief", max_value=1_000_000)
    valid_from = DateField(label="Geldig vanaf")


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}".replace(".", ",")
