"""A procurement that is planned, as who keeps the planning fills it in."""

from collections.abc import Sequence
from typing import Any

from django import forms

from cases.models import PlanningItem
from cases.rules.planning import MOMENTS
from cases.services.planning import Plan
from roles.models import Organisation
from workflows.forms.hats import HatForm, line, words
from workflows.forms.policy_signal import MomentsForm, domain_field, organisations_of


class PlanForm(MomentsForm, HatForm):
    """A new one, or what is changed of one."""

    template_name = "tasks/fields.html"

    title = line("Titel", help_text="Zo staat het in de planning. Noem geen personen.")
    domain = domain_field()
    organisation = forms.ChoiceField(label="Voor wie?", required=False)
    note = words("Toelichting", required=False, rows=3)
    field_order = ["hat", "ground", "title", "domain", "organisation", *MOMENTS, "annual_amount", "note"]

    def __init__(
        self, *args: Any, participants: Sequence[Organisation], item: PlanningItem | None = None, **options: Any
    ) -> None:
        super().__init__(*args, initial=_known(item) if item is not None else None, **options)
        whose = self.fields["organisation"]
        assert isinstance(whose, forms.ChoiceField)
        whose.choices = organisations_of(participants)
        for name in MOMENTS:
            self.fields[name].required = True

    def plan(self) -> Plan:
        given = self.cleaned_data
        return Plan(
            title=given["title"], domain=given["domain"], moments=self.moments(), note=given["note"],
            organisation_id=int(given["organisation"]) if given["organisation"] else None,
            annual_amount=given["annual_amount"],
        )  # fmt: skip


class DropForm(HatForm):
    """Why it will not be bought."""

    template_name = "tasks/fields.html"

    reason = words("Waarom vervalt deze inkoop?", rows=3)


def _known(item: PlanningItem) -> dict[str, Any]:
    return {
        "title": str(item.title), "domain": item.domain, "note": str(item.note or ""),
        "organisation": str(item.organisation_id or ""), "annual_amount": item.annual_amount,
        **{name: getattr(item, name) for name in MOMENTS},
    }  # fmt: skip
