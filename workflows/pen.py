"""What one move of the token game wants written, collected so that it reaches the database in one go."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from escalation.rules.words import NOTICES
from workflows import sql

if TYPE_CHECKING:
    from workflows.models import CaseProcess, CaseTask
    from workflows.nodes import Finish


INVITED = {"vote": "round_opened", "confirm": "to_confirm"}  # what a share in a collective step is told as


class Pen:
    """Rides on the process while a step runs. `flush` writes what it holds, before anything that reads tasks back."""

    def __init__(self, process: "CaseProcess", *, now: datetime, ids: list[int]) -> None:
        self.now = now
        self.finish_node: Finish | None = None
        self.announced: list[CaseTask] = []
        self.reasons: dict[int, str] = {}  # why the dates of what was announced are what they are
        self.invited: list[tuple[CaseTask, bool]] = []
        self.returned = False  # the case goes back: who is asked hears that
        self.decided: CaseTask | None = None
        self.skipped: list[str] = []  # steps that this regeling does not have
        self._process = process
        self._ids = ids
        self._new: list[tuple[CaseTask, int | None]] = []
        self._done: list[CaseTask] = []
        self._links: list[tuple[int, int]] = []
        self._told: list[dict[str, Any]] = []
        process.pen = self

    def add(self, task: "CaseTask", previous: "CaseTask | None") -> None:
        """A new task, with the number it will have."""
        if not self._ids:
            self._ids = sql.reserve_task_ids(10)
        task.pk = self._ids.pop(0)
        task._state.adding = False
        self._new.append((task, previous.pk if previous else None))

    def link(self, task: "CaseTask", previous: "CaseTask") -> None:
        """One more token came to a task that exists."""
        self._links.append((task.pk, previous.pk))

    def announce(self, task: "CaseTask") -> None:
        """Somebody has to do this: until when, counted from now by the term of its step."""
        dates = task.flow_task.dates(task.process, self.now)
        task.target, task.due_at = dates.target, dates.due
        self.reasons[task.pk] = dates.reason
        self.announced.append(task)

    def invite(self, task: "CaseTask", *, timed: bool) -> None:
        """Somebody has a share in a collective step: a row beside the tokens, with a deadline of its own or not."""
        self.add(task, None)
        self.invited.append((task, timed))

    def complete(self, task: "CaseTask") -> None:
        """Somebody did this one."""
        task.finished = self.now
        self._done.append(task)
        if task.status != "CANCELED" and not task.part and task.flow_task.decides:
            self.decided = task

    def tell(
        self, template: str, *, task: "CaseTask | None" = None, position: int | None = None, seat: int | None = None,
        person: int | None = None, by: int | None = None,
    ) -> None:  # fmt: skip
        """Somebody has to hear of this: whom it names, or everybody with a part in the case, less who did it."""
        if template not in NOTICES:
            raise LookupError(f"There are no words for {template!r}")
        step = self._process.label_of(task.flow_task) if task else ""
        self._told.append(
            {"id": task.pk if task else None, "template": template, "step": step, "position": position, "seat": seat,
             "person": person, "by": by, "timed": False}
        )  # fmt: skip

    def finish(self, node: "Finish") -> None:
        """The case has reached an end."""
        self.finish_node = node

    def flush(self) -> None:
        """Write what is held: a join is about to read tasks from the database."""
        done, rows = self.take()
        if rows or done:
            sql.write_tasks(self._process.pk, done=done, rows=rows)
        if self._links:
            sql.link_tasks(self._links)
            self._links = []

    def take(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """What was done and what is new, still to be written; after this it is the caller's to write."""
        done = [sql.done_row(task) for task in self._done]
        rows = [sql.task_row(task, previous) for task, previous in self._new]
        self._done, self._new = [], []
        return done, rows

    def write_all(self) -> None:
        """At the start of a case: tasks, deadlines and messages, within an act that somebody else closes."""
        _, rows = self.take()
        sql.write_tasks(self._process.pk, done=[], rows=rows)
        sql.announce(self._process.case_id, self.told())

    def told(self) -> list[dict[str, Any]]:
        """Who has to hear of what."""
        ready = "returned" if self.returned else "task_ready"
        return [
            *(
                sql.told_row(task, timed=True, template=ready) | {"reason": self.reasons[task.pk]}
                for task in self.announced
            ),
            *(sql.told_row(task, timed=timed, template=INVITED[task.part]) for task, timed in self.invited),
            *self._told,
        ]


def pen_of(process: Any) -> Pen:
    """The pen of the step that is running."""
    pen: Pen = process.pen
    return pen
