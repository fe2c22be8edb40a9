"""How far a case is in its process: the state of each step, and which ways it took."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from workflows.activations import SKIPPED
from workflows.bpmn.model import Diagram, Edge, Element, onward


class State(StrEnum):
    DONE = "done"
    CURRENT = "current"
    NEXT = "next"
    OPEN = "open"
    SKIPPED = "skipped"

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS = {
    State.DONE: "afgerond",
    State.CURRENT: "huidige stap",
    State.NEXT: "mogelijke volgende stap",
    State.OPEN: "nog niet aan de orde",
    State.SKIPPED: "overgeslagen: deze regeling kent deze stap niet",
}


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` are the finished steps, questions and ends of a case, each with the code of its last outcome."""

    diagram: Diagram
    done: Mapping[str, str]
    current: Collection[str]
    notes: Mapping[str, str]

    def states(self) -> dict[str, State]:
        following = {node.name for node in onward(self.diagram, self.current)}
        states = {}
        for node in self.diagram.nodes:
            if node.step in self.current:
                before = any(edge.target == node.step for edge in self.diagram.outgoing[node.name])
                states[node.name] = State.CURRENT if node.name == node.step else State.DONE if before else State.OPEN
            elif node.step in self.done:
                passed = self.done[node.step] == SKIPPED and node.element.is_task
                states[node.name] = State.SKIPPED if passed else State.DONE
            else:
                states[node.name] = State.NEXT if node.name in following else State.OPEN
        return states

    def took(self, edge: Edge) -> bool:
        """Whether the case went along it the last time that it came by."""
        source, target = self.diagram.by_name[edge.source].step, self.diagram.by_name[edge.target].step
        reached = target in self.current or target in self.done
        if source == target:  # between a step and what BPMN adds to it
            return reached and (edge.target == target or target not in self.current)
        chosen = not edge.outcomes or self.done.get(source) in edge.outcomes
        return reached and chosen and source in self.done and source not in self.current


@dataclass(frozen=True, slots=True)
class Heat(Progress):
    """Not of one case but of many: how long each step took, from 1 (short) to 4; `notes` say it in days."""

    heat: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class StepText:
    """One line of the list beside the picture."""

    name: str
    label: str
    lane: str
    state: State
    state_label: str
    note: str


def told(progress: Progress) -> list[StepText]:
    """The steps and ends in the order of the process."""
    states = progress.states()
    return [
        StepText(
            node.name,
            node.label,
            node.lane,
            states[node.name],
            states[node.name].words,
            progress.notes.get(node.name, ""),
        )
        for node in progress.diagram.nodes
        if not node.is_gateway and node.element is not Element.START
    ]
