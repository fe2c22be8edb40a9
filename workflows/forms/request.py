"""The wat-vraag as somebody fills it in: a new commission, or one that is adapted (domain §5.1 step 1)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from cases.models import Commission, Domain, Scale
from cases.rules.commission import LONGEST_YEARS, MOST_EUROS, Problem
from cases.selectors import WAT_VRAAG
from cases.services.commission import Kader, Request
from roles.models import Organisation
from ui.fields import CardField, DateField, MoneyField, Option
from ui.rows import RowFormSet
from workflows.forms.hats import line, words

MOST_CRITERIA = 12
DOMAIN_HINTS = {
    Domain.YOUTH: "Jeugdhulp, jeugdbescherming en jeugdreclassering.",
    Domain.SUPPORT: "Begeleiding, huishoudelijke hulp, beschermd wonen.",
    Domain.PARTICIPATION: "Werk, inkomen en activering.",
}


class RequestForm(forms.Form):
    """What is wanted, and why."""

    title = line("Titel", help_text="Zo staat de opdracht in alle lijsten. Noem geen personen.")
    domain = CardField(label="Domein", choices=[(value, Option(value.label, DOMAIN_HINTS[value])) for value in Domain])
    occasion = words("Aanleiding", help_text="Waarom nu? Bijvoorbeeld een aflopend contract of nieuw beleid.")
    aim = words("Doel", help_text="Wat moet er anders worden?")
    target_group = words("Doelgroep", rows=3, help_text="Voor wie, en om hoeveel inwoners gaat het ongeveer?")
    intended_result = words("Beoogd resultaat", help_text="Waaraan merken inwoners en gemeenten dat het is gelukt?")
    risks = words("Risico’s", required=False)
    start_date = DateField(label="Gewenste startdatum")
    years = forms.IntegerField(
        label="Looptijd in jaren", min_value=1, max_value=LONGEST_YEARS,
        error_messages={"invalid": f"Vul een heel getal in van 1 tot en met {LONGEST_YEARS}."},
    )  # fmt: skip


class SharesForm(forms.Form):
    """Who takes part, and with what part of the estimate: a field for each participant of the regeling."""

    def __init__(self, *args: Any, participants: Sequence[Organisation], **options: Any) -> None:
        super().__init__(*args, **options)
        self.participants = participants
        for organisation in participants:
            self.fields[str(organisation.pk)] = MoneyField(
                label=organisation.name.removeprefix("gemeente "), required=False, max_value=int(MOST_EUROS)
            )

    @property
    def shares(self) -> dict[int, Decimal]:
        """An empty field: does not take part."""
        given = {organisation.pk: self.cleaned_data.get(str(organisation.pk)) for organisation in self.participants}
        return {organisation: amount for organisation, amount in given.items() if amount is not None}


class CriterionForm(forms.Form):
    criterion = line("Criterium", help_text="Wat wordt gemeten, bijvoorbeeld wachttijd.")
    norm = line("Norm", help_text="Wanneer is het goed?")
    measurement = line("Hoe gemeten", help_text="Uit welke bron?")
    measured_on = DateField(label="Wanneer gemeten")


class Criteria(RowFormSet):
    row_label = "Kader"
    add_label = "Kader toevoegen"
    label = "Evaluatiekaders"


CriterionSet = forms.formset_factory(
    CriterionForm, formset=Criteria, extra=0, min_num=1, max_num=MOST_CRITERIA, validate_max=True, can_delete=True
)


class WatVraag:
    """The three parts of a wat-vraag, filled in and checked together."""

    def __init__(
        self, data: Any, *, participants: Sequence[Organisation], commission: Commission | None = None
    ) -> None:
        known = _known(commission) if commission else {}
        self.form = RequestForm(data, initial=known.get("form"))
        self.shares = SharesForm(data, prefix="share", participants=participants, initial=known.get("shares"))
        self.criteria: Any = CriterionSet(data, prefix="criteria", initial=known.get("criteria"))

    @property
    def parts(self) -> list[Any]:
        """In the order of the page."""
        return [self.form, self.shares, self.criteria]

    @property
    def growing(self) -> bool:
        return bool(self.criteria.growing)

    def is_valid(self) -> bool:
        """All parts are asked, so that all errors show at once."""
        valid = [part.is_valid() for part in self.parts]
        return all(valid)

    def request(self) -> Request:
        rows = [row.cleaned_data for row in self.criteria.forms]
        kept = [row for row in rows if row and not row.get("DELETE")]
        criteria = [Kader(**{name: row[name] for name in CriterionForm.base_fields}) for row in kept]
        return Request(**self.form.cleaned_data, scale=Scale.REGIONAL, shares=self.shares.shares, criteria=criteria)

    def show(self, problems: Sequence[Problem]) -> None:
        """Put what the rules found wrong beside the field that it is about."""
        for problem in problems:
            match problem.field:
                case "shares":
                    self.shares.add_error(None, problem.message)
                case "criteria":
                    self.criteria.non_form_errors().append(problem.message)
                case _:
                    self.form.add_error(problem.field, problem.message)


def _known(commission: Commission) -> dict[str, Any]:
    """What a commission says now, as initial values."""
    texts = {name: str(getattr(commission, name) or "") for name in WAT_VRAAG}
    return {
        "form": {
            "title": str(commission.case.title), "domain": commission.domain, "start_date": commission.start_date,
            "years": commission.years, **texts,
        },
        "shares": {
            str(share.organisation_id): share.annual_amount for share in commission.shares.all() if share.takes_part
        },
        "criteria": [
            {
                "criterion": str(row.criterion), "norm": str(row.norm), "measurement": str(row.measurement),
                "measured_on": row.measured_on,
            }
            for row in commission.criteria.select_related("criterion", "norm", "measurement")
        ],
    }  # fmt: skip
