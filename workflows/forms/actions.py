"""What people may do to a case besides its steps: say something, stop the clock, hand a task over, keep out of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from roles.models import Appointment, Person
from ui.fields import DateField
from workflows.forms.hats import HatForm, words
from workflows.forms.papers import DocumentForm, VersionForm

QUEUE = "queue"


class ActionForm(HatForm):
    """In which hat, and the keyword arguments of the service."""

    def values(self) -> dict[str, Any]:
        own = set(self.fields) - {"hat", "ground"}
        return {name: self.cleaned_data[name] for name in own}


class ReasonForm(ActionForm):
    reason = words("Reden", limit=2000)


class CommentForm(ActionForm):
    words = words("Uw opmerking", help_text="Iedereen die de zaak mag zien, leest dit. Noem geen persoonsgegevens.")


class RecuseForm(ActionForm):
    interest = words(
        "Welk belang hebt u?",
        limit=2000,
        help_text="Schrijf op waarom u zich verschoont. U kunt daarna niet meer handelen.",
    )

    def values(self) -> dict[str, Any]:
        return {"ground": self.cleaned_data["interest"]}


class DispensationForm(ActionForm):
    """Who needs it, for what, and why there is nobody else."""

    person = forms.ChoiceField(label="Voor wie?")
    duty = forms.ChoiceField(label="Voor welke taak?")
    why = words("Waarom kan niemand anders dit doen?", limit=2000)

    def __init__(self, *args: Any, people: Sequence[Person], duties: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        person, duty = self.fields["person"], self.fields["duty"]
        assert isinstance(person, forms.ChoiceField)
        assert isinstance(duty, forms.ChoiceField)
        person.choices = [("", "Kies"), *((each.pk, str(each)) for each in people)]
        duty.choices = [("", "Kies"), *duties]

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"person": int(given["person"]), "duty": given["duty"], "words": given["why"]}


class ApproveForm(ActionForm):
    reason = words("Toelichting", required=False, limit=2000)


class HandOverForm(ActionForm):
    """To a colleague in the same role, or back to all of them."""

    to = forms.ChoiceField(label="Aan wie?", widget=forms.RadioSelect)
    reason = words("Reden", required=False, limit=2000)

    def __init__(self, *args: Any, holders: Sequence[Appointment], **options: Any) -> None:
        super().__init__(*args, **options)
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)
        to.choices = [
            *((holder.pk, str(holder.person)) for holder in holders),
            (QUEUE, "Terug naar de rol: wie haar het eerst oppakt"),
        ]

    def values(self) -> dict[str, Any]:
        to = self.cleaned_data["to"]
        return {"to": None if to == QUEUE else int(to), "reason": self.cleaned_data["reason"]}


class ExtendForm(ActionForm):
    """Until when a task is in time now, and why."""

    reason = words("Waarom is meer tijd nodig?", limit=2000, help_text="Dit komt in het dossier te staan.")

    def __init__(self, *args: Any, earliest: date, latest: date, now_until: str, **options: Any) -> None:
        super().__init__(*args, **options)
        until = DateField(
            label="Nieuwe uiterste dag", earliest=earliest, latest=latest,
            help_text=f"De termijn loopt nu tot en met {now_until}. De oude datum blijft in het dossier staan.",
        )  # fmt: skip
        self.fields = {"until": until, **self.fields}


class AddDocumentForm(ActionForm, DocumentForm):
    """A document by itself."""

    def values(self) -> dict[str, Any]:
        return {"paper": self.paper()}


class AddVersionForm(ActionForm, VersionForm):
    """The next version of a document."""

    def values(self) -> dict[str, Any]:
        return {"paper": self.paper()}
