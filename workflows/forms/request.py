"""The wat-vraag as somebody fills it in: a new commission, or one that is adapted (domain §5.1 step 1)."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django import forms

from cases.models import Asks, Commission, Domain, Improvement, Scale
from cases.rules import law
from cases.rules.commission import LONGEST_YEARS, MOST_EUROS, Problem
from cases.selectors import known_request
from cases.services.commission import Kader, Request
from roles.models import Organisation
from ui.fields import CardField, DateField, MoneyField, Option
from ui.rows import RowFormSet
from workflows.forms.hats import line, words
from workflows.forms.replies import RepliesForm
from workflows.origins import Known

MOST_CRITERIA = 12
DOMAIN_HINTS = {
    Domain.YOUTH: "Jeugdhulp, jeugdbescherming en jeugdreclassering.",
    Domain.SUPPORT: "Begeleiding, huishoudelijke hulp, beschermd wonen.",
    Domain.PARTICIPATION: "Werk, inkomen en activering.",
}


SCALE_HINTS = {
    Scale.LOCAL: "Alleen voor uw eigen gemeente. Haar college besluit, of wie daar mandaat heeft.",
    Scale.REGIONAL: "Voor twee of meer gemeenten van de regeling. De bestuurlijk opdrachtgever besluit.",
    Scale.SUPRAREGIONAL: "Samen met een of meer regio’s ernaast. Eerst stemmen die regio’s in.",
}
ASKS_HINTS = {
    Asks.NOTHING: "Het zorgbudget blijft bij iedere gemeente, zoals het was.",
    Asks.CONSENT: "Ieder college stemt in met de opdracht.",
    Asks.MANDATE: "De MGR besluit straks namens ieder college (Awb 10:1).",
    Asks.POWER_OF_ATTORNEY: "De MGR sluit straks contracten namens iedere gemeente (Awb 10:12).",
}


def _cards(options: Any, hints: Any) -> list[tuple[str, Option]]:
    return [(value, Option(value.label, hints[value])) for value in options]


def _care_forms() -> list[Any]:
    """By domain, as the data has them."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for form in law.care_forms().values():
        groups.setdefault(str(Domain(form.domain).label), []).append((form.code, form.label))
    return [("", "Kies"), *groups.items()]


def _regional_by_law() -> str:
    """Which forms no municipality buys alone, since when, and where that stands."""
    bound: dict[tuple[Any, str], list[str]] = {}
    for form in law.care_forms().values():
        if form.regional_from:
            bound.setdefault((form.regional_from, form.article), []).append(form.label)
    return " ".join(
        f"Vanaf {since.day}-{since.month}-{since.year} niet lokaal: {', '.join(labels)} ({article})."
        for (since, article), labels in bound.items()
    )


class RequestForm(forms.Form):
    """What is wanted, and why. Every field is there at each scale, and what a scale does not ask is out of sight until
    it holds something (ui/css/forms.css); the rules say which of them count.
    """

    scale = CardField(label="Schaal", choices=_cards(Scale, SCALE_HINTS), initial=Scale.REGIONAL)
    title = line("Titel", help_text="Zo staat de opdracht in alle lijsten. Noem geen personen.")
    domain = CardField(label="Domein", choices=_cards(Domain, DOMAIN_HINTS))
    care_form = forms.ChoiceField(label="Zorgvorm", required=False, choices=_care_forms, help_text=_regional_by_law())
    partners = forms.TypedMultipleChoiceField(
        label="Partnerregio’s", required=False, coerce=int,
        widget=forms.CheckboxSelectMultiple({"data-only-across": ""}),
        help_text="Alleen bij een bovenregionale opdracht. De MGR vraagt ieder van hen om instemming.",
    )  # fmt: skip
    asks_colleges = CardField(
        label="Wat wordt van de colleges gevraagd?", choices=_cards(Asks, ASKS_HINTS), initial=Asks.NOTHING
    )
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

    def __init__(self, *args: Any, partners: Sequence[Organisation], settled: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        regions = self.fields["partners"]
        assert isinstance(regions, forms.TypedMultipleChoiceField)
        regions.choices = [(region.pk, region.name) for region in partners]
        if not partners:
            del self.fields["partners"]
        for name in ("domain", "scale"):
            self.fields[name].disabled = settled


class SharesForm(forms.Form):
    """Who takes part, and with what part of the estimate: a field for each participant of the regeling.

    `own` are the municipalities of who submits: a local commission is of one of them.
    """

    def __init__(self, *args: Any, participants: Sequence[Organisation], own: Collection[int], **options: Any) -> None:
        super().__init__(*args, **options)
        self.participants = participants
        for organisation in participants:
            field = MoneyField(
                label=organisation.name.removeprefix("gemeente "), required=False, max_value=int(MOST_EUROS)
            )
            if own and organisation.pk not in own:
                field.widget.attrs |= {"data-only-together": "", "placeholder": " "}
            self.fields[str(organisation.pk)] = field

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
    """The parts of a wat-vraag, filled in and checked together; `standing` are the actions that ask an answer."""

    def __init__(
        self, data: Any, *, participants: Sequence[Organisation], partners: Sequence[Organisation],
        commission: Commission | None = None, own: Collection[int] = (), known: Known | None = None,
        standing: Sequence[Improvement] = (),
    ) -> None:  # fmt: skip
        first = known_request(commission) if commission else asdict(known) if known else {}
        self.form = RequestForm(data, initial=first.get("form"), partners=partners, settled=commission is not None)
        self.shares = SharesForm(data, prefix="share", participants=participants, own=own, initial=first.get("shares"))
        self.criteria: Any = CriterionSet(data, prefix="criteria", initial=first.get("criteria"))
        self.replies = RepliesForm(data, standing=standing) if standing else None

    @property
    def parts(self) -> list[Any]:
        """In the order of the page."""
        return [self.form, self.shares, self.criteria, *([self.replies] if self.replies else [])]

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
        replies = self.replies.replies(self.form.cleaned_data["domain"]) if self.replies else {}
        return Request(**self.form.cleaned_data, shares=self.shares.shares, criteria=criteria, replies=replies)

    def show(self, problems: Sequence[Problem]) -> None:
        """Put what the rules found wrong beside the field that it is about."""
        for problem in problems:
            match problem.field:
                case "shares":
                    self.shares.add_error(None, problem.message)
                case "criteria":
                    self.criteria.non_form_errors().append(problem.message)
                case field if self.replies and field.startswith("repl"):
                    self.replies.add_error(field if field in self.replies.fields else None, problem.message)
                case field:
                    self.form.add_error(field if field in self.form.fields else None, problem.message)
