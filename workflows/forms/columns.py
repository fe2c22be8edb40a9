"""Weergaven: which columns a list has, in what order, and the name under which it is kept."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField


class ViewForm(forms.Form):
    """A box and a place for each column: works without JavaScript, and by keyboard."""

    name = forms.CharField(
        label="Naam van de weergave", required=False, max_length=60, strip=True,
        help_text="Vul een naam in om deze weergave te bewaren. Alleen u ziet haar.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    start = forms.BooleanField(label="Hiermee begint de lijst voor mij", required=False)

    def __init__(
        self, *args: Any, columns: Sequence[tuple[str, str]], chosen: Sequence[str], named: bool = False, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.columns = columns
        self.named = named
        order = [*chosen, *(code for code, _ in columns if code not in chosen)]
        for code, label in columns:
            self.fields[f"column-{code}"] = forms.BooleanField(label=label, required=False, initial=code in chosen)
            self.fields[f"place-{code}"] = forms.IntegerField(
                label=f"Plaats van {label}", required=False, min_value=1, max_value=99,
                initial=order.index(code) + 1, widget=forms.NumberInput(attrs={"class": "place"}),
            )  # fmt: skip

    @property
    def pairs(self) -> Iterator[tuple[BoundField, BoundField]]:
        return ((self[f"column-{code}"], self[f"place-{code}"]) for code, _ in self.columns)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if self.named and "name" not in self.errors and not values.get("name"):
            self.add_error("name", "Geef de weergave een naam om haar te bewaren.")
        return values

    def chosen(self) -> list[str]:
        """The codes that are ticked, by their places; equal places stay in the order of the form."""
        ticked = [code for code, _ in self.columns if self.cleaned_data.get(f"column-{code}")]
        return sorted(ticked, key=lambda code: self.cleaned_data.get(f"place-{code}") or 99)
