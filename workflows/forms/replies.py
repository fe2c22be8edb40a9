"""What a new commission does with each action that earlier evaluations left open in its domain (domain §5.1 step 1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from cases.models import Domain, Improvement, ImprovementAnswer
from cases.services.improvements import Reply
from ui.fields import CardField, Option
from workflows.forms.hats import words

Answer = ImprovementAnswer.Answer
HINTS = {
    Answer.TAKEN_OVER: "Deze opdracht neemt het mee.",
    Answer.NOT_APPLICABLE: "Schrijf hieronder op waarom niet.",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One action with its fields, as the page shows them."""

    improvement: Improvement
    answer: Any
    note: Any


class RepliesForm(forms.Form):
    """Two fields for each action of the regeling; those of another domain than the chosen one are out of sight, and do
    not count. Which of them must be answered, the rules say (`cases.rules.commission.unanswered`).
    """

    def __init__(self, data: Any = None, *, standing: Sequence[Improvement]) -> None:
        super().__init__(data)
        self.standing = standing
        for improvement in standing:
            self.fields[_name(improvement)] = CardField(
                label="Wat doet deze opdracht ermee?", required=False,
                choices=[(each.value, Option(each.label, HINTS[each])) for each in Answer],
                widget=forms.RadioSelect({"data-asked": ""}),
            )  # fmt: skip
            self.fields[f"{_name(improvement)}-note"] = words("Toelichting", required=False, rows=2, limit=2000)

    @property
    def groups(self) -> list[tuple[str, str, list[Standing]]]:
        """By domain, in its words."""
        found: dict[str, list[Standing]] = {}
        for each in self.standing:
            name = _name(each)
            found.setdefault(each.domain, []).append(Standing(each, self[name], self[f"{name}-note"]))
        return [(domain, str(Domain(domain).label), rows) for domain, rows in found.items()]

    def replies(self, domain: str) -> dict[int, Reply]:
        """What was said of the actions of this domain."""
        given = self.cleaned_data
        return {
            each.pk: Reply(answer=given[_name(each)], note=given[f"{_name(each)}-note"])
            for each in self.standing
            if each.domain == domain and given[_name(each)]
        }


def _name(improvement: Improvement) -> str:
    return f"reply-{improvement.pk}"
