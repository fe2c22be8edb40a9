"""The one place that knows how a flow class of ours tells what it is made of."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from workflows.activations import SKIPPED
from workflows.bpmn.model import Diagram, Doer, Edge, Element, Node, explicit
from workflows.nodes import Begin, Collective, Each, EachStep, Finish, Fork, Gate, Meet, Step, Wait


@cache
def diagram_of(flow_class: Any) -> Diagram:
    """A flow never changes while the product runs."""
    return explicit(_read(flow_class))


def _read(flow_class: Any) -> Diagram:
    flow = flow_class.instance
    order = {name: place for place, name in enumerate(vars(flow_class))}
    parts = sorted(flow.nodes(), key=lambda part: order[part.name])
    nodes = [node for part in parts for node in _nodes(part)]
    edges = [edge for part in parts for edge in _edges(part)]
    for part in parts:
        if getattr(part, "folded", False):
            edges = list(_spliced(edges, part.name))
        elif isinstance(part, Each):  # a fork's branches are as long as one step
            edges = list(_merged(edges, part))
    led_to = {edge.target for edge in edges}
    nodes = [node for node in nodes if node.element is not Element.END or node.name in led_to]  # but by withdrawing
    return Diagram(flow.code, flow.version, str(flow.process_title), tuple(nodes), tuple(edges))


def _nodes(part: Any) -> Iterator[Node]:
    match part:
        case Begin():  # the flow starts by being submitted; in BPMN an event starts it and a task is done
            yield Node(f"{part.name}_start", "Begin", part.lane, Element.START, step=part.name)
            yield Node(part.name, part.label, part.lane, Element.TASK, step=part.name)
        case Finish():
            yield Node(part.name, part.label, part.lane, Element.END, step=part.name)
        case Gate():
            yield Node(part.name, part.label, part.lane, Element.GATEWAY, step=part.name)
        case Wait():
            yield Node(part.name, part.label, part.lane, Element.TIMER, step=part.name)
        case Step():
            yield Node(part.name, part.label, part.lane, Element.TASK, step=part.name, doer=_doer(part))
        case Each() if not part.folded:
            yield Node(part.name, "", "", Element.PARALLEL, step=part.name)
        case Fork():
            yield Node(part.name, "", "", Element.PARALLEL, step=part.name)
        case Meet() if not part.folded and not part.beside:
            yield Node(part.name, "", "", Element.PARALLEL, step=part.name)
        case Meet() if not part.folded:
            yield Node(_beside(part.name), "", "", Element.GATEWAY, step=part.name, apart=True)
            yield Node(part.name, "", "", Element.PARALLEL, step=part.name)
        case _ if not part.folded:
            raise TypeError(f"{part.name} is of a kind that has no picture: {type(part).__name__}")


def _doer(step: Step) -> Doer:
    if isinstance(step, Collective):
        return Doer.BODY
    return Doer.EACH if isinstance(step, EachStep) else Doer.ONE


def _edges(part: Any) -> Iterator[Edge]:
    if isinstance(part, Begin):
        yield Edge(f"{part.name}_start", part.name)
    for (target, label), outcomes in zip(part.edges(), _outcomes(part), strict=False):
        yield Edge(part.name, target, label, outcomes, deciding=part.name)


def _outcomes(part: Any) -> list[tuple[str, ...]]:
    """What stands in the records when a case leaves along each of the edges, in their order."""
    match part:
        case Gate():
            return [(answer,) for answer in part.answers]
        case Step():
            return [
                (outcome.code, SKIPPED) if outcome.code == part.skip else (outcome.code,) for outcome in part.outcomes
            ]
        case _:
            return [() for _ in part.edges()]


def _beside(join: str) -> str:
    return f"{join}_beside"


def _merged(edges: list[Edge], split: Each) -> Iterator[Edge]:
    """The ways that end the second branch come together before its join: a join waits for all that leads to it."""
    join = split.until.name
    inside, waiting = {split.beside.name}, [split.beside.name]
    while waiting:
        name = waiting.pop()
        found = {edge.target for edge in edges if edge.source == name} - inside - {join}
        inside |= found
        waiting += found
    for edge in edges:
        yield replace(edge, target=_beside(join)) if edge.source in inside and edge.target == join else edge
    yield Edge(_beside(join), join)


def _spliced(edges: list[Edge], name: str) -> Iterator[Edge]:
    """The edges without this node: what led to it leads on."""
    following = [edge.target for edge in edges if edge.source == name]
    for edge in edges:
        if edge.target == name:
            yield from (replace(edge, target=target) for target in following)
        elif edge.source != name:
            yield edge
