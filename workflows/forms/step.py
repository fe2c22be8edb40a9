"""What the forms of all steps have in common: how it ends, why, and what may not be chosen any more."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from roles.models import Organisation
from roles.rules.verdict import Refused
from ui.fields import CardField, Option
from workflows.engine import Work
from workflows.forms.hats import HatForm, hide, words
from workflows.forms.request import WatVraag
from workflows.models import CaseTask
from workflows.names import name_in
from workflows.preview import Consequence
from workflows.rules.rounds import may_return


class StepForm(HatForm):
    """What every step asks: how it ends, and why."""

    outcome = CardField(label="Uitkomst", error_messages={"required": "Kies een uitkomst."})
    motivation = words("Motivering", required=False)

    field_order = ["hat", "ground", "outcome"]
    submit = "Vastleggen"
    takes_papers = True
    wat_vraag: WatVraag | None = None

    def __init__(
        self, data: Any = None, *, work: Work, consequences: Sequence[Consequence],
        participants: Sequence[Organisation], **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(data, **options)
        self.work = work
        self.participants = participants
        refused = refusals(work, consequences)
        outcome = self.fields["outcome"]
        assert isinstance(outcome, CardField)
        outcome.choices = [
            (each.code, Option(each.label, each.words, refused=refused.get(each.code, ""))) for each in consequences
        ]
        if len(consequences) == 1:
            hide(outcome)
            outcome.initial = consequences[0].code
        self.prepare()

    def prepare(self) -> None:
        """What depends on the case."""

    @property
    def code(self) -> str:
        """The outcome that was chosen; none while a form that only got another row is not judged."""
        judged: dict[str, Any] = getattr(self, "cleaned_data", {})
        return str(judged.get("outcome", ""))

    @property
    def act(self) -> str:
        """Another act than ending the step (`workflows.pages.task`)."""
        return ""

    @property
    def must_declare(self) -> bool:
        """First say whether one has an interest: there is a page for that."""
        return False

    @property
    def adapts(self) -> bool:
        """Is the wat-vraag changed along with it?"""
        return False

    @property
    def parts(self) -> list[Any]:
        """Forms and rows that are filled in beside its own fields."""
        return self.wat_vraag.parts if self.wat_vraag else []

    @property
    def parts_count(self) -> bool:
        """Are they asked for the outcome that was chosen?"""
        return self.adapts

    @property
    def growing(self) -> bool:
        """Did somebody ask for one more row?"""
        return any(getattr(part, "growing", False) for part in self.parts)

    def is_valid(self) -> bool:
        """All parts are asked, so that all errors show at once."""
        own = super().is_valid()
        return all([own, *(part.is_valid() for part in self.parts if self.parts_count)])

    @property
    def shown(self) -> list[Any]:
        """All that may hold errors, for the summary."""
        return [self, *(self.parts if self.is_bound and self.parts_count else [])]

    def values(self) -> dict[str, Any]:
        """The keyword arguments of the step's change (`workflows.tasks`)."""
        return {}

    def taken_along(self, *names: str) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in names}


def refusals(work: Work, consequences: Sequence[Consequence]) -> dict[str, str]:
    """The outcomes that go back, and were chosen too often in this case: code to reason. One query."""
    done = CaseTask.objects.filter(process=work.process, part="").exclude(finished=None)
    name = work.node.name
    taken = Counter(task.outcome for task in done if name_in(work.process.flow_class, task.flow_task.name) == name)
    verdicts = {
        each.code: may_return(taken=taken[each.code], label=each.label)
        for each in consequences
        if work.node.outcome(each.code).counted
    }
    return {code: verdict.reason for code, verdict in verdicts.items() if isinstance(verdict, Refused)}
