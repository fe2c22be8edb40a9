"""What a process picture shows, in BPMN's own terms; nothing here knows viewflow, coordinates or a file format."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property


class Element(StrEnum):
    """The BPMN elements that a flow of ours is made of, by the names that the standard gives them."""

    START = "startEvent"
    END = "endEvent"
    TASK = "userTask"
    TIMER = "intermediateCatchEvent"
    GATEWAY = "exclusiveGateway"
    PARALLEL = "parallelGateway"
    CALL = "callActivity"

    @property
    def is_task(self) -> bool:
        return self in (Element.TASK, Element.CALL)


class Doer(StrEnum):
    """Who takes a step: one person, each of several, or a body together."""

    ONE = "one"
    EACH = "each"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Node:
    """`step` is the flow's own node that this one belongs to: a gateway that BPMN asks for is no step of the flow."""

    name: str
    label: str
    lane: str
    element: Element
    step: str
    doer: Doer = Doer.ONE
    called: str = ""
    apart: bool = False  # has a place of its own in the picture, not beside its step

    @property
    def is_gateway(self) -> bool:
        return self.element in (Element.GATEWAY, Element.PARALLEL)

    @property
    def is_merge(self) -> bool:
        """Where ways come together of which a case took one."""
        return self.element is Element.GATEWAY and not self.label


@dataclass(frozen=True, slots=True)
class Edge:
    """`outcomes` are the codes in the records (none: always); `deciding` is the flow's node whose outcome it is."""

    source: str
    target: str
    label: str = ""
    outcomes: tuple[str, ...] = ()
    deciding: str = ""

    @property
    def name(self) -> str:
        return f"{self.source}__{self.target}"


@dataclass(frozen=True)
class Diagram:
    """Nodes in the order of the process. `explicit` makes it fit for BPMN."""

    code: str
    version: int
    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    lanes: tuple[str, ...] = field(default=(), kw_only=True)

    @cached_property
    def by_name(self) -> dict[str, Node]:
        return {node.name: node for node in self.nodes}

    @cached_property
    def outgoing(self) -> dict[str, list[Edge]]:
        found = defaultdict(list)
        for edge in self.edges:
            found[edge.source].append(edge)
        return found

    @cached_property
    def incoming(self) -> dict[str, list[Edge]]:
        found = defaultdict(list)
        for edge in self.edges:
            found[edge.target].append(edge)
        return found

    @property
    def name(self) -> str:
        return f"{self.code}-v{self.version}"


class Ambiguous(ValueError):
    """Two ways out of one step that nobody can tell apart."""


def explicit(diagram: Diagram) -> Diagram:
    """The same process with every choice and every meeting of paths drawn as a gateway, as BPMN's good manners ask.

    A task splits and joins nothing by itself; a gateway splits or joins, never both, and never neither.
    """
    while (simpler := _without_idle_gateways(_one_edge_for_each_target(diagram))) != diagram:
        diagram = simpler
    return _with_lanes(_with_gateways(diagram))


def _one_edge_for_each_target(diagram: Diagram) -> Diagram:
    joined: dict[tuple[str, str], Edge] = {}
    for edge in diagram.edges:
        key = (edge.source, edge.target)
        if key in joined:
            earlier = joined[key]
            edge = replace(
                earlier,
                label=" of ".join(filter(None, (earlier.label, _inside_a_sentence(edge.label)))),
                outcomes=earlier.outcomes + edge.outcomes,
            )
        joined[key] = edge
    return replace(diagram, edges=tuple(joined.values()))


def _inside_a_sentence(label: str) -> str:
    """An abbreviation keeps its capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _without_idle_gateways(diagram: Diagram) -> Diagram:
    """A question with one answer is none, and one way does not come together with anything."""
    idle = {
        node.name
        for node in diagram.nodes
        if node.element is Element.GATEWAY
        and len(diagram.outgoing[node.name]) == 1
        and (node.label or len(diagram.incoming[node.name]) == 1)
    }

    def end(edge: Edge) -> Edge:
        while edge.target in idle:
            edge = replace(edge, target=diagram.outgoing[edge.target][0].target)
        return edge

    return replace(
        diagram,
        nodes=tuple(node for node in diagram.nodes if node.name not in idle),
        edges=tuple(end(edge) for edge in diagram.edges if edge.source not in idle),
    )


def _with_gateways(diagram: Diagram) -> Diagram:
    nodes: list[Node] = []
    enters, leaves = {}, {}
    for node in diagram.nodes:
        ways_in, ways_out = diagram.incoming[node.name], diagram.outgoing[node.name]
        enters[node.name] = leaves[node.name] = node.name
        parallel = node.element is Element.PARALLEL
        if len(ways_out) > 1 and not parallel and not all(way.label for way in ways_out):
            raise Ambiguous(f"{diagram.name}: {node.name} leads to several nodes without saying when")
        if len(ways_in) > 1 and not node.is_merge and (not parallel or len(ways_out) > 1):
            enters[node.name] = f"{node.name}_merge"
            nodes.append(_gateway(enters[node.name], "", node))
        nodes.append(node)
        if len(ways_out) > 1 and not node.is_gateway:
            leaves[node.name] = f"{node.name}_outcome"
            nodes.append(_gateway(leaves[node.name], "Uitkomst?", node))
    inside = [
        Edge(first, second)
        for name in diagram.by_name
        for first, second in ((enters[name], name), (name, leaves[name]))
        if first != second
    ]
    between = [
        replace(edge, source=leaves[edge.source], target=enters[edge.target])
        if len(diagram.outgoing[edge.source]) > 1
        else Edge(edge.source, enters[edge.target])
        for edge in diagram.edges
    ]
    return replace(diagram, nodes=tuple(nodes), edges=(*inside, *between))


def _gateway(name: str, label: str, node: Node) -> Node:
    return Node(name, label, node.lane, Element.GATEWAY, step=node.step)


def _with_lanes(diagram: Diagram) -> Diagram:
    """Who decides where a gateway or an end belongs: whoever came before it."""
    lanes = {node.name: node.lane for node in diagram.nodes}
    for _ in diagram.nodes:
        for edge in (*diagram.edges, *(Edge(edge.target, edge.source) for edge in reversed(diagram.edges))):
            lanes[edge.target] = lanes[edge.target] or lanes[edge.source]
    nodes = tuple(replace(node, lane=lanes[node.name] or diagram.title) for node in diagram.nodes)
    return replace(diagram, nodes=nodes, lanes=tuple(dict.fromkeys(node.lane for node in nodes)))


def onward(diagram: Diagram, names: Iterable[str]) -> Iterator[Node]:
    """The steps and ends that come straight after these, gateways passed over."""
    seen = set(names)
    todo = sorted(seen)
    while todo:
        for edge in diagram.outgoing[todo.pop(0)]:
            node = diagram.by_name[edge.target]
            if node.name not in seen:
                seen.add(node.name)
                if node.is_gateway:
                    todo.append(node.name)
                else:
                    yield node
