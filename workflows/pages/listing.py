"""What lists have in common: filters that never break, the page that is asked for, and the numbers beneath it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest

ALL = ""


class Filters(forms.Form):
    """A GET form. What does not fit is left out of the question, and said; so is what it does not know (any more).

    `beside` are the parameters of a list's address that are no filters.
    """

    beside: tuple[str, ...] = ("pagina", "volgorde", "kolommen")
    also_ignored: Sequence[str] = ()

    @property
    def asked(self) -> dict[str, Any]:
        """The filters that hold a value that fits."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}

    @property
    def ignored(self) -> list[str]:
        """The labels of the filters whose value does not fit."""
        unfit = [str(self.fields[name].label) for name in self.errors]
        unknown = [f"onbekend filter {name[:40]}" for name in self.data if not self._knows(name)]
        return [*unfit, *unknown[:9], *self.also_ignored]

    def _knows(self, name: str) -> bool:
        return name in self.fields or name in self.beside


def words(label: str) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=200, widget=forms.TextInput({"type": "search"}))


def choice(label: str, everything: str, choices: list[tuple[Any, str]]) -> forms.ChoiceField:
    """A list to choose from, with `everything` on top."""
    return forms.ChoiceField(label=label, required=False, choices=[(ALL, everything), *choices])


def page_number(request: HttpRequest) -> int:
    """From `?pagina=`; whatever is no number is the first."""
    try:
        return max(int(request.GET.get("pagina", "1")), 1)
    except ValueError:
        return 1


def numbered(total: int, number: int, size: int) -> Page[int]:
    """For <c-pagination>, where the rows of the page came from elsewhere."""
    return Paginator(range(total), size).get_page(number)
