"""What is written down beside the steps: a municipality's own data, and what proved wrong."""

from collections.abc import Sequence
from typing import Any

from django import forms

from cases.models import MunicipalReference
from cases.services.municipal import Reference
from ui.fields import DateField
from workflows.forms.actions import ActionForm
from workflows.forms.hats import line, words


class ReferenceForm(ActionForm):
    """All optional: a municipality fills in what it knows, when it knows it."""

    own_reference = line("Zaaknummer van uw gemeente", required=False, limit=40)
    college_on = DateField(label="Agendadatum college", required=False)
    council_on = DateField(label="Agendadatum raad", required=False)
    informed_on = DateField(
        label="Ter kennisname aan de raad gestuurd op", required=False,
        help_text="Noem dan ook waarmee: de brief of het besluit, of een stuk van deze zaak.",
    )  # fmt: skip
    informed_by = line(
        "Besluit of raadsinformatiebrief", required=False, limit=100, help_text="Bijvoorbeeld RIB 2026-12."
    )
    informed_with = forms.ChoiceField(label="Stuk van deze zaak", required=False)

    def __init__(
        self, *args: Any, known: MunicipalReference | None, documents: Sequence[tuple[int, str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        field = self.fields["informed_with"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Geen"), *documents]
        if known is not None:
            for name in self._own:
                self.initial.setdefault(name, getattr(known, name))
            self.initial["informed_with"] = known.informed_with_id or ""

    _own = ("own_reference", "college_on", "council_on", "informed_on", "informed_by")

    def values(self) -> dict[str, Any]:
        given = {name: self.cleaned_data[name] for name in self._own}
        document = self.cleaned_data["informed_with"]
        return {"reference": Reference(**given, informed_with=int(document) if document else None)}


class RectifyForm(ActionForm):
    """What is right, and why it was not; the act itself stays as it is."""

    correction = words("Wat is juist?", limit=2000, help_text="Schrijf op hoe het had moeten luiden.")
    reason = words("Waarom klopte het niet?", limit=1000)
