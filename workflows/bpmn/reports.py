"""How a report of misconduct is handled, as a diagram: the flow alone, with no report on it (domain §5.6)."""

from collections.abc import Iterator
from functools import cache

from escalation.whistleblowing.rules.flow import FLOW, LABELS, Stage
from workflows.bpmn.model import Diagram, Edge, Element, Node, explicit

CODE, VERSION, TITLE = "whistleblowing", 1, "Melding van een misstand"
RECEIVED = "received"
LANE, TWO = "Behandelaar", "Twee behandelaars samen"


@cache
def whistleblowing() -> Diagram:
    start = Node(RECEIVED, "Melding ontvangen", LANE, Element.START, step=RECEIVED)
    edges = (Edge(RECEIVED, Stage.CONFLICT.value), *_edges())
    return explicit(Diagram(CODE, VERSION, TITLE, (start, *map(_node, LABELS)), edges))


def _node(stage: Stage) -> Node:
    last = stage is Stage.DESTROYED
    lane = TWO if stage is Stage.KEEPING else "" if last else LANE
    return Node(stage.value, LABELS[stage], lane, Element.END if last else Element.TASK, step=stage.value)


def _edges() -> Iterator[Edge]:
    for step in FLOW:
        if step.ends is not None:
            for outcome, target in step.leads.items():
                yield Edge(
                    step.ends.value, target.value, step.outcomes.get(outcome, step.label), (outcome or step.verb,),
                    deciding=step.ends.value,
                )  # fmt: skip
