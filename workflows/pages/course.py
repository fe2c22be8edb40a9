"""How far a case is: the phases of its flow, and the picture of its process with where it stands."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.timezone import localtime

from cases.models import Case
from workflows.activations import SKIPPED
from workflows.bpmn.picture import picture, steps_as_text
from workflows.models import CaseTask
from workflows.names import name_in
from workflows.nodes import Collective, Step

if TYPE_CHECKING:
    from workflows.pages.casefile import CaseFile

# The states in which a case went the whole way: its last phase is done too.
DONE = (
    Case.State.GRANTED, Case.State.APPLIED, Case.State.CONTRACTED, Case.State.EVALUATED, Case.State.ENDED,
    Case.State.COMPLETED, Case.State.TAKEN_UP,
)  # fmt: skip


def phases(file: "CaseFile") -> list[dict[str, str]]:
    """The phases of the flow, for <c-steps>."""
    order = list(file.flow.phases)
    ended = not file.case.is_running
    granted = file.case.state in DONE
    here = len(order) if granted else order.index(file.case.phase)
    shown = []
    for place, (code, label) in enumerate(file.flow.phases.items()):
        done = [
            t
            for t in file.tasks
            if t.status == "DONE" and t.outcome != SKIPPED and getattr(t.flow_task, "phase", "") == code
        ]
        state = "current" if place == here and not ended else "done" if place < here and done else ""
        if place < here and not done:
            state = "skipped"
        shown.append({"label": label, "state": state, "note": _note(file, code, state, done)})
    return shown


def _note(file: "CaseFile", phase: str, state: str, done: Sequence[CaseTask]) -> str:
    if state == "current":
        due = [w.task.due_at for w in file.waiting if w.task.due_at and w.task.flow_task.phase == phase]
        return f"tot {date_format(localtime(min(due)), 'j b')}" if due else ""
    if state == "skipped":
        return "niet nodig"
    return date_format(localtime(done[-1].finished), "j b") if state == "done" and done[-1].finished else ""


def drawn(file: "CaseFile") -> dict[str, Any]:
    """The process picture, with the same in words; see <c-process-picture>."""
    done = {
        name_in(file.flow, task.flow_task.name): task.outcome for task in file.tasks if task.finished and not task.part
    }
    waiting = [task.flow_task for task in file.tasks if task.finished is None and not task.part]
    current = {node.name for node in waiting if isinstance(node, Step)}  # not a join that still misses a branch
    asked = (file.flow, done, current, _notes(file, current), file.process.labels)
    steps = steps_as_text(*asked)
    return {
        "svg": picture(*asked),
        "steps": steps,
        **{
            state: " ".join(step.name for step in steps if step.state == state) for state in ("done", "current", "next")
        },
    }


def _notes(file: "CaseFile", current: set[str]) -> dict[str, str]:
    """How many answered, beside a step that asks several."""
    notes = {}
    for name in current:
        node = getattr(file.flow, name)
        if isinstance(node, Collective):
            running = next((each for each in file.ballots if each.ballot.step == name and each.is_open), None)
            if running:
                notes[name] = running.voted.replace("/", " van ")
        elif node.multi_instance:
            asked = [task for task in file.tasks if task.flow_task.name == name]
            last = max(task.created for task in asked)  # who is asked together, is asked at one moment
            answered = [task.finished is not None for task in asked if task.created == last]
            notes[name] = f"{sum(answered)} van {len(answered)}"
    return notes
