"""An escalation as pages show it: its levels with who handles each and until when, and what was agreed on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.models import Case, Commission
from escalation.models import Escalation, Measure
from escalation.rules.ladder import NAMES
from escalation.rules.terms import Term
from roles.models import Position
from workflows.ladder import LEVELS
from workflows.models import CaseProcess, CaseTask


@dataclass(frozen=True, slots=True)
class Rung:
    """One level: what it is called, who handles it, for how long, and where it stands."""

    level: int
    label: str
    who: str
    term: str
    state: str = ""
    due_at: datetime | None = None

    @property
    def skipped(self) -> bool:
        return not self.who

    @property
    def current(self) -> bool:
        return self.state == "current"


class Escalated:
    """Three queries."""

    panel, before, aside = "escalations/panel.html", "", "escalations/aside.html"

    def __init__(self, case: Case, commission: Commission, tasks: Iterable[CaseTask]) -> None:
        texts = ("reason", "about__name", "spokesperson_line")
        self.escalation = Escalation.objects.select_related(*texts).get(pk=case.pk)
        self.measures: list[Measure] = list(self.escalation.measures.select_related("what", "who"))
        self.about_step = step_label(case.parent, self.escalation.step)
        names = positions_of(case.process.bindings.values())
        known = list(tasks)
        self.rungs = [_rung(case, level, known, names) for level in LEVELS]


def _rung(case: Case, level: int, tasks: Sequence[CaseTask], positions: Mapping[int, Position]) -> Rung:
    process: CaseProcess = case.process
    step = _step(level, process.bindings)
    node = getattr(process.flow_class, step)
    waiting = [task for task in tasks if task.finished is None and not task.part and task.flow_task.name == step]
    done = any(task.status == "DONE" and task.outcome != "skipped" for task in tasks if task.flow_task.name == step)
    here = case.escalation.level == level and case.is_running
    return Rung(
        level, NAMES[level].capitalize(), _who(node, process.bindings, positions), node.term_in(process).words,
        state="current" if here else "done" if done else "",
        due_at=waiting[0].due_at if waiting else None,
    )  # fmt: skip


def foreseen(
    flow: Any, bindings: Mapping[str, Any], terms: Mapping[str, Any], positions: Mapping[int, Position]
) -> list[Rung]:
    """The levels before anybody escalates."""
    found = []
    for level in LEVELS:
        step = _step(level, bindings)
        node, given = getattr(flow, step), terms.get(step)
        term = node.term if given is None else Term.from_json(given)
        found.append(Rung(level, NAMES[level].capitalize(), _who(node, bindings, positions), term.words))
    return found


def _step(level: int, bindings: Mapping[str, Any]) -> str:
    """The step that handles a level here."""
    return next((name for name in LEVELS[level] if bindings.get(name) is not None), LEVELS[level][0])


def _who(node: Any, bindings: Mapping[str, Any], positions: Mapping[int, Position]) -> str:
    """A body, or a role with whoever has to agree."""
    position = positions.get(bindings.get(node.name) or 0)
    if position is None:
        return ""
    beside = positions.get(bindings.get(f"{node.name}_consent") or 0)
    who = str(position.body if node.by_body else position)
    return f"{who}; akkoord van {beside}" if beside else who


def positions_of(bound: Any) -> dict[int, Position]:
    """The roles as people know them. One query."""
    wanted = {value for value in bound if isinstance(value, int)}
    return Position.objects.select_related("role", "body").in_bulk(wanted)


def step_label(parent: Case | None, step: str) -> str:
    """What the regeling calls the step that it is about."""
    process: CaseProcess | None = getattr(parent, "process", None) if step else None
    node = getattr(process.flow_class, step, None) if process else None
    return str(process.label_of(node)) if process and node else ""
