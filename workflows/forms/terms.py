"""A term as a regeling wants it from a day on, and a calculation of one."""

from datetime import date, datetime, time
from typing import Any

from django import forms

from escalation.models import TermRule
from escalation.rules.terms import AMSTERDAM, MOST, Basis, Dates, Term, Unit
from ui.fields import DateField
from workflows.forms.hats import line, words
from workflows.forms.register import KeeperForm

SHIFTS = [("", "Zoals bij de soort termijn hoort"), ("ja", "Ja, naar de volgende werkdag"), ("nee", "Nee")]
MOST_AMOUNT = max(MOST.values())


def amount(label: str = "Aantal") -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=MOST_AMOUNT)


class ChangeTermForm(KeeperForm):
    """The next rule for one step. What starts the term, and in which direction it counts, stay as they are."""

    amount = amount()
    unit = forms.ChoiceField(label="Eenheid", choices=TermRule.Unit.choices)
    basis = forms.ChoiceField(
        label="Soort termijn", choices=TermRule.Basis.choices, widget=forms.RadioSelect,
        help_text="Op een termijn die een wet stelt, past de Algemene termijnenwet.",
    )  # fmt: skip
    article = line("Grondslag", help_text="Het artikel of de afspraak waar de termijn op rust.")
    shifts = forms.ChoiceField(label="Schuift door van een weekend of feestdag", required=False, choices=SHIFTS)
    on_breach = forms.ChoiceField(label="Als de termijn verstrijkt", required=False, choices=TermRule.Breach.choices)
    extendable = forms.BooleanField(label="Mag worden verlengd", required=False)
    valid_from = DateField(label="Geldt vanaf", help_text="Voor zaken die vanaf die dag beginnen.")
    reason = words("Reden", rows=3, limit=1000)

    def __init__(self, *args: Any, has_law: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not has_law:
            del self.fields["basis"]  # no law sets one: it is agreed

    def term(self, before: Term) -> Term:
        given = self.cleaned_data
        return Term(
            amount=given["amount"], unit=Unit(given["unit"]), backward=before.backward, waits=before.waits,
            trigger=before.trigger, basis=Basis(given.get("basis", Basis.AGREED)), article=given["article"],
            shifts={"ja": True, "nee": False}.get(given["shifts"]), on_breach=given["on_breach"],
            extendable=given["extendable"],
        )  # fmt: skip


def as_given(term: Term) -> dict[str, Any]:
    """A rule as its form begins."""
    shifts = {True: "ja", False: "nee", None: ""}[term.shifts]
    return {
        "amount": term.amount, "unit": term.unit, "basis": term.basis, "article": term.article, "shifts": shifts,
        "on_breach": term.on_breach, "extendable": term.extendable,
    }  # fmt: skip


class CountForm(forms.Form):
    """Wanneer loopt een termijn af? A question of anybody's, about nothing that is kept."""

    vanaf = DateField(
        label="Vanaf", earliest=date(2015, 1, 1), latest=date(2080, 12, 31),
        help_text="De dag van de gebeurtenis; de termijn telt vanaf de dag erna.",
    )  # fmt: skip
    om = forms.TimeField(
        label="Tijdstip", required=False, widget=forms.TimeInput(attrs={"type": "time"}),
        help_text="Alleen voor een termijn in uren.", error_messages={"invalid": "Schrijf een tijd als 09:30."},
    )  # fmt: skip
    aantal = amount()
    eenheid = forms.ChoiceField(label="Eenheid", choices=TermRule.Unit.choices)
    soort = forms.ChoiceField(label="Soort termijn", choices=TermRule.Basis.choices)
    telt = forms.ChoiceField(label="Telt", choices=[("vooruit", "vooruit"), ("terug", "terug vanaf die dag")])
    wachten = forms.BooleanField(label="Er mag pas iets gebeuren als zij voorbij is", required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        unit = given.get("eenheid")
        if unit in MOST and given.get("aantal", 0) > MOST[Unit(unit)]:
            self.add_error("aantal", f"Ten hoogste {MOST[Unit(unit)]} in deze eenheid.")
        if unit == Unit.HOURS and "om" not in self.errors and not given.get("om"):
            self.add_error("om", "Een termijn in uren telt vanaf een tijdstip. Vul het in.")
        return given

    @property
    def term(self) -> Term:
        given = self.cleaned_data
        return Term(
            amount=given["aantal"], unit=Unit(given["eenheid"]), basis=Basis(given["soort"]),
            backward=given["telt"] == "terug", waits=given["wachten"],
        )  # fmt: skip

    @property
    def dates(self) -> Dates:
        """Both, of a form that is valid."""
        given = self.cleaned_data
        return self.term.dates(datetime.combine(given["vanaf"], given["om"] or time(12), AMSTERDAM))
