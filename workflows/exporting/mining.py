"""What logs for process mining say of an act, whichever way they write it down (XES, OCEL).

No names and no free text: a person is the reference that the acts have, and a dossier says who that is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from workflows.conformance.build import net_of
from workflows.conformance.keeping import version_of
from workflows.conformance.moves import Move, ends, moves
from workflows.conformance.net import Net
from workflows.exporting.shapes import Done, Record, Task

# The transitions of XES's lifecycle that acts other than the end of a step stand for.
LIFECYCLE = {
    "reassign": "reassign", "hand_back": "reassign", "release_task": "reassign", "pass_on": "reassign",
    "suspend": "suspend", "resume": "resume", "withdraw": "pi_abort",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Happened:
    """One event: an act with what it moved (`move`, as the PNML of the flow knows it), or that a step came up."""

    at: datetime
    activity: str
    lifecycle: str
    act: Done | None
    task: Task | None
    move: str = ""


@dataclass(frozen=True, slots=True)
class _Act:
    """As a replay looks at it."""

    done: Done

    @property
    def seq(self) -> int:
        return self.done.seq

    @property
    def at(self) -> datetime:
        return self.done.at

    @property
    def verb(self) -> str:
        return self.done.verb

    @property
    def step(self) -> str:
        return f"{self.done.flow}/{self.done.version}/{self.done.step}" if self.done.step else ""

    @property
    def outcome(self) -> str:
        return self.done.outcome

    @property
    def data(self) -> dict[str, Any]:
        return dict(self.done.moved)


def events(record: Record) -> list[Happened]:
    """Of a case, in the order of time."""
    made: dict[int, list[Move]] = {}
    for move in moved(record):
        made.setdefault(move.seq, []).append(move)
    tasks = {task.id: task for task in record.tasks}
    found = [*_came_up(record)]
    for done in record.acts:
        found += _of_act(record, done, tasks.get(done.task or 0), made.get(done.seq, []))
    return sorted(found, key=lambda each: each.at)


def moved(record: Record) -> list[Move]:
    """What its acts moved, as a replay reads that."""
    return moves([_Act(done) for done in record.acts], partial(_net, record.flow), running=record.running)


def _net(flow: str, version: int) -> Net:
    return net_of(version_of(flow, version))


def _came_up(record: Record) -> Iterator[Happened]:
    """Steps that somebody has to do, or a date; what the system passes at once never waited."""
    for task in record.tasks:
        if not task.part and task.kind in ("HUMAN", "TIMER") and task.outcome != "skipped":
            yield Happened(task.created, _label(record, task.step) or task.label, "schedule", None, task)


def _of_act(record: Record, done: Done, task: Task | None, made: list[Move]) -> Iterator[Happened]:
    seen = [move for move in made if move.kind == "step"]
    label = _label(record, done.step)
    whole = label and (seen or ends(_Act(done)) or done.verb in LIFECYCLE)
    activity = label if whole else f"{label}: {done.what}" if label else done.what
    lifecycle = LIFECYCLE.get(done.verb, "complete")
    for moved in [move.label for move in seen] or [""]:
        yield Happened(done.at, activity, lifecycle, done, task, moved)


def _label(record: Record, step: str) -> str:
    """What the flow itself calls a step, so that regelingen can be laid side by side."""
    return str(getattr(getattr(version_of(record.flow, record.version), step, None), "label", "")) if step else ""


def said(happened: Happened) -> dict[str, Any]:
    """What is told of an event, by name; values that there are not are left out."""
    done, task = happened.act, happened.task
    term = {"step": task.step, "task": f"task/{task.id}", "term_ends": task.due_at, "term_met": task.in_time} if task \
        else {}  # fmt: skip
    if done is None:
        return _there(term | {"performer": task.role if task else ""})
    return _there(term | {
        "act": done.seq, "verb": done.verb, "step": done.step, "flow_version": done.version, "outcome": done.outcome,
        "duty": done.duty, "capacity": done.by.capacity, "on_behalf_of": done.by.behalf_of, "mandate": done.mandate,
        "in_time": done.in_time, "flags": " ".join(done.flags), "appointment": done.by.appointment, "hash": done.hash,
        "move": happened.move,
    })  # fmt: skip


def body_of(record: Record, happened: Happened) -> str:
    """The body in whose decision an act, or somebody's share in it, has a part."""
    host = (happened.task.host or happened.task.id) if happened.task else None
    return next((each.body for each in record.decisions if each.task == host), "")


def _there(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None and value != ""}
