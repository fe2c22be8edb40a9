"""Rows in which actions are agreed on: what happens, who does it, and when. For every kind of case that makes them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from cases.rules.evaluation import FARTHEST_YEARS_AHEAD, last_day_of_quarter
from cases.services.improvements import Action
from roles.models import Scheme
from ui.fields import DateField
from ui.rows import RowFormSet
from workflows.forms.hats import words
from workflows.selectors.improvements import Owner, owners

MOST_ACTIONS = 20


class ActionRow(forms.Form):
    """One action. A quarter or a day: one of the two."""

    what = words("Wat gebeurt er?", rows=2, limit=1000)
    owner = forms.ChoiceField(label="Actiehouder", help_text="Een rol, of iemand die haar nu vervult.")
    quarter = forms.ChoiceField(label="In welk kwartaal?", required=False)
    due_on = DateField(label="Of uiterlijk op", required=False)

    def __init__(self, *args: Any, known: Sequence[Owner], today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        owner, quarter = self.fields["owner"], self.fields["quarter"]
        assert isinstance(owner, forms.ChoiceField)
        assert isinstance(quarter, forms.ChoiceField)
        owner.choices = owner_choices(known)
        quarter.choices = [("", "Kies"), *quarters(today)]
        self.today = today

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        quarter, due_on = values.get("quarter"), values.get("due_on")
        if bool(quarter) == bool(due_on) and not {"quarter", "due_on"} & self.errors.keys():
            self.add_error("quarter", "Kies een kwartaal of vul een dag in, een van de twee.")
        if due_on and due_on < self.today:
            self.add_error("due_on", "Kies een dag vanaf vandaag.")
        return values

    @property
    def action(self) -> Action:
        given = self.cleaned_data
        position, named = owner_of(given["owner"])
        due_on = given["due_on"] or date.fromisoformat(given["quarter"])
        return Action(what=given["what"], owner=position, named=named, due_on=due_on, by_quarter=bool(given["quarter"]))


class Actions(RowFormSet):
    row_label = "Verbeterpunt"
    add_label = "Verbeterpunt toevoegen"
    label = "Verbeterpunten"

    @property
    def actions(self) -> list[Action]:
        """The rows that hold something and were not taken away."""
        rows = [row for row in self.forms if row.cleaned_data and not row.cleaned_data.get("DELETE")]
        return [row.action for row in rows if isinstance(row, ActionRow)]


ActionSet = forms.formset_factory(
    ActionRow, formset=Actions, extra=0, max_num=MOST_ACTIONS, validate_max=True, can_delete=True
)


def action_set(data: Any, *, scheme: Scheme, today: date, initial: Sequence[dict[str, Any]] = ()) -> Any:
    """The rows of one form, with whoever may be an action owner in this regeling."""
    return ActionSet(
        data, prefix="actions", initial=list(initial),
        form_kwargs={"known": owners(scheme, today), "today": today},
    )  # fmt: skip


def owner_choices(known: Sequence[Owner]) -> list[Any]:
    """By body: its roles, and after each who holds it."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for owner in known:
        groups.setdefault(owner.body, []).append((owner.key, owner.label))
    return [("", "Kies"), *groups.items()]


def owner_of(key: str) -> tuple[int, int | None]:
    """A position, and the appointment to it where somebody was named ("12" or "12/34")."""
    position, _, named = key.partition("/")
    return int(position), int(named) if named else None


def quarters(today: date) -> list[tuple[str, str]]:
    """Those that are not over, by their last day."""
    found = []
    for year in range(today.year, today.year + FARTHEST_YEARS_AHEAD):
        for quarter in (1, 2, 3, 4):
            last = last_day_of_quarter(year, quarter)
            if last >= today:
                found.append((last.isoformat(), f"{quarter}e kwartaal {year}"))
    return found


def written(action: Any) -> dict[str, Any]:
    """An action of before as initial values of a row."""
    owner = f"{action.owner_id}/{action.named_id}" if action.named_id else str(action.owner_id)
    due = {"quarter": action.due_on.isoformat()} if action.by_quarter else {"due_on": action.due_on}
    return {"what": str(action.what), "owner": owner, **due}
