"""What became of the terms of a case: met, missed, standing still, extended, taken away."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from escalation.models import Deadline
from workflows.models import CaseTask
from workflows.nodes import Wait
from workflows.pages.wording import title_of

if TYPE_CHECKING:
    from workflows.pages.casefile import CaseFile

State = Deadline.State
LATE = "Te laat"


@dataclass(frozen=True, slots=True)
class Told:
    """One term, with the badge that says what became of it; a running one says how far off it is."""

    deadline: Deadline
    title: str
    kind: str
    icon: str
    label: str

    @property
    def runs(self) -> bool:
        return bool(self.deadline.state == State.ARMED)

    @property
    def done_late(self) -> bool:
        """Somebody did it after all."""
        return self.label == LATE and self.deadline.ended_at is not None


def told(file: "CaseFile") -> list[Told]:
    """In the order in which they ended, or will."""
    return list(_told(file.deadlines, {task.pk: task for task in file.tasks}))


def _told(found: list[Deadline], tasks: Mapping[int, CaseTask]) -> Iterator[Told]:
    for deadline in found:
        task = tasks.get(deadline.task or 0)
        effect = Deadline.Effect(deadline.effect)
        title = title_of(task) if task and effect == Deadline.Effect.TERM else effect.label
        if task and effect == Deadline.Effect.ROUND:
            title = f"{effect.label}: {title_of(task)}"
        yield Told(deadline, title, *_badge(deadline, task))


def _badge(deadline: Deadline, task: CaseTask | None) -> tuple[str, str, str]:
    """How it looks, and what it says."""
    match deadline.state:
        case State.FIRED if deadline.effect == Deadline.Effect.ROUND:
            return "neutral", "clock", "Ronde gesloten"
        case State.FIRED if task is not None and isinstance(task.flow_task, Wait):
            return "neutral", "clock", "Voorbij"
        case State.FIRED if task is not None and task.finished and task.outcome == task.flow_task.at_deadline:
            return "danger", "clock", "Verstreken"
        case State.FIRED:
            return "danger", "alert-triangle", LATE
        case State.ENDED:
            return "safe", "circle-check", "Gehaald"
        case State.SUSPENDED:
            return "warning", "player-pause", "Staat stil"
        case _:
            return "plain", "minus", State(deadline.state).label
