"""Repeated rows of fields that grow without JavaScript."""

from typing import Any

from django import forms
from django.forms.formsets import TOTAL_FORM_COUNT
from django.forms.utils import ErrorDict


class RowFormSet(forms.BaseFormSet):  # type: ignore[type-arg]  # generic only in the stubs
    """ "Rij toevoegen" is a submit button: the page comes back with what was filled in, one row longer, without errors.

    A view asks `growing` first: `if rows.growing or not (form.is_valid() and rows.is_valid()): show the page again`.
    """

    default_error_messages = {
        "missing_management_form": "Deze rijen zijn beschadigd aangekomen. Laad de pagina opnieuw en vul ze weer in.",
        "too_many_forms": "Dat zijn te veel rijen: ten hoogste %(num)d kan.",
    }

    row_label = "Rij"
    add_label = "Rij toevoegen"

    def __init__(self, data: Any = None, files: Any = None, *, prefix: str | None = None, **options: Any) -> None:
        prefix = prefix or self.get_default_prefix()
        self.growing = data is not None and f"{prefix}-add" in data
        if self.growing:
            data = data.copy()
            total = str(data.get(f"{prefix}-{TOTAL_FORM_COUNT}", ""))
            data[f"{prefix}-{TOTAL_FORM_COUNT}"] = str(int(total) + 1) if total.isdecimal() else total
        super().__init__(data, files, prefix=prefix, **options)
        if self.growing:
            without_errors(*self.forms)
            self._errors: list[dict[str, Any]] = [{} for _ in self.forms]
            self._non_form_errors = self.error_class()

    @property
    def may_grow(self) -> bool:
        return self.total_form_count() < self.max_num


def without_errors(*shown: Any) -> None:
    """What somebody is still filling in is not wrong yet."""
    for form in shown:
        form._errors = ErrorDict()
