"""Whose turn it is in one case, as its pages show it: what each open task is to this visitor."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from cases.models import AgendaItem, Case
from escalation.models import Deadline
from workflows.extending import STEP as EXTEND
from workflows.extending import extendable
from workflows.models import CaseTask
from workflows.nodes import Collective
from workflows.pages.urgent import offered
from workflows.pages.wording import button, title_of, whose
from workflows.selectors import meetings

if TYPE_CHECKING:
    from workflows.pages.casefile import CaseFile

WAITING = ("HUMAN", "PART", "TIMER")  # for somebody, or for a date; a join that misses a branch waits for its tasks


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open task: what, for whom, until when; `mine` when this visitor holds a hat for it."""

    task: CaseTask
    mine: bool
    may_hand_over: bool
    handed_back: str = ""  # whose appointment ended while they had taken it up
    item: AgendaItem | None = None  # where it is on the agenda of a meeting
    urgent: bool = False  # this visitor may decide it at once
    deadline: Deadline | None = None
    may_extend: bool = False

    @property
    def still(self) -> bool:
        """The clock of this step was stopped: with the case, or by an escalation about it."""
        return self.task.held_by_id is not None or self.task.case.state == Case.State.SUSPENDED

    @property
    def title(self) -> str:
        return title_of(self.task)

    @property
    def whose(self) -> str:
        return whose(self.task)

    @property
    def button(self) -> str:
        return button(self.task)

    @property
    def url(self) -> str:
        return reverse("task", args=[self.task.case_id, self.task.pk])


def waiting_in(file: "CaseFile") -> list[Waiting]:
    """The first due first. What the chair or members do stands for the step of the secretary."""
    me = file.visitor
    hats = me.hats_in(file.case)
    positions, seats = {hat.position.pk for hat in hats}, {hat.appointment_id for hat in hats}
    open_tasks = [task for task in file.tasks if task.finished is None and task.flow_task_type in WAITING]
    urgent = {task.pk for task in offered(me, file.case, open_tasks)}
    terms = {deadline.task: deadline for deadline in file.deadlines if deadline.effect == Deadline.Effect.TERM}
    extends = file.case.state == Case.State.OPEN and file.case.scheme_id in me.keeping(EXTEND)
    met, handed_back = _met(file), _handed_back(file, open_tasks)
    return [
        Waiting(
            task,
            mine=task.seat_id in seats if task.seat_id else task.position_id in positions,
            may_hand_over=task.position_id in positions and not task.seat_id,
            handed_back=handed_back.get(f"task/{task.pk}", ""),
            item=met.get(task.pk),
            urgent=task.pk in urgent,
            deadline=terms.get(task.pk),
            may_extend=extends and task.pk in terms and extendable(task) and not terms[task.pk].fired_at,
        )
        for task in sorted(open_tasks, key=lambda task: (task.due_at is None, task.due_at, task.pk))
    ]


def _met(file: "CaseFile") -> dict[int, AgendaItem]:
    """Where what a body decides is on an agenda."""
    deciding = [task.pk for task in file.tasks if isinstance(task.flow_task, Collective) and not task.part]
    return meetings.met_on(deciding, file.visitor.hats, file.visitor.scopes) if deciding else {}


def _handed_back(file: "CaseFile", open_tasks: Collection[CaseTask]) -> dict[str, str]:
    """Of tasks that nobody took up since: by whom they were left."""
    if all(task.owner_id for task in open_tasks):
        return {}
    told = (act for act in file.acts if act.verb == "hand_back")
    left = {act.task: file.names.get(str(act.data.get("person")), "iemand") for act in told}
    return {f"task/{task.pk}": left.get(f"task/{task.pk}", "") for task in open_tasks if not task.owner_id}
