"""Open house: an application as it came in, and what was found of it."""

from typing import Any

from django import forms

from audit import clock
from cases.models import Commission, Procurement
from cases.rules.award import LONGEST_YEARS, Course
from cases.services.awarding import Applied, Checked
from ui.fields import DateField, MoneyField
from workflows.admissions import Terms
from workflows.forms.hats import HatForm, line, words


class ApplicationForm(HatForm):
    """Who wants to be admitted, and to what."""

    provider = line("Aanbieder", limit=120, help_text="Zoals in het handelsregister.")
    lot = forms.ChoiceField(label="Perceel")
    received_on = DateField(label="Ontvangen op")
    note = words("Wat is aangeleverd?", required=False, rows=3)

    def __init__(self, data: Any = None, *, procurement: Procurement, **options: Any) -> None:
        super().__init__(data, **options)
        lots = procurement.lots.select_related("lot")
        self.fields["lot"].choices = [(row.lot_id, str(row.lot)) for row in lots]  # type: ignore[attr-defined]
        self.fields["received_on"].initial = clock.today()

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"applied": Applied(
            provider=given["provider"], lot=int(given["lot"]), received_on=given["received_on"], note=given["note"],
        )}  # fmt: skip


class CheckForm(HatForm):
    """All three, and the provider is admitted; without one of them it is refused, with the reason."""

    declared = forms.BooleanField(label="De eigen verklaring klopt: geen uitsluitingsgrond", required=False)
    suitable = forms.BooleanField(label="De aanbieder voldoet aan de geschiktheidseisen", required=False)
    accepts = forms.BooleanField(label="De aanbieder aanvaardt de tarieven en voorwaarden", required=False)
    reason = words(
        "Toelichting", required=False, rows=3, help_text="Verplicht als u niet toelaat: de aanbieder leest de redenen."
    )
    starts_on = DateField(label="Contract gaat in op", required=False)
    years = forms.IntegerField(label="Looptijd in jaren", min_value=1, max_value=LONGEST_YEARS, required=False)
    annual_amount = MoneyField(
        label="Verwachte omzet per jaar", required=False, help_text="Een verwachting; er is geen afname toegezegd."
    )

    def __init__(self, data: Any = None, *, commission: Commission, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["starts_on"].initial = max(commission.start_date, clock.today())
        self.fields["years"].initial = commission.years

    @property
    def checked(self) -> Checked:
        given = self.cleaned_data
        return Checked(
            declared=given["declared"], suitable=given["suitable"], accepts=given["accepts"], reason=given["reason"]
        )

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        fits = all(values.get(name) for name in ("declared", "suitable", "accepts"))
        self.require("reason", "Schrijf op waarom deze aanbieder niet wordt toegelaten.", when=not fits)
        for field, message in (
            ("starts_on", "Vul in wanneer het contract ingaat."), ("years", "Vul de looptijd in."),
            ("annual_amount", "Vul de verwachte omzet per jaar in."),
        ):  # fmt: skip
            self.require(field, message, when=fits)
        return values

    def values(self) -> dict[str, Any]:
        given, checked = self.cleaned_data, self.checked
        terms = None
        if checked.fits:
            terms = Terms(
                course=Course(starts_on=given["starts_on"], years=given["years"]), annual_amount=given["annual_amount"]
            )
        return {"checked": checked, "terms": terms}
