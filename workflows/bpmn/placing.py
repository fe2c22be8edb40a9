"""Which cell of the grid each node gets: columns follow the process, rows belong to lanes.

A flow node stands together with the gateways that BPMN puts before and after it. A path that changes lane goes straight
up or down where it can, which keeps a process of many lanes narrow enough to read.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from workflows.bpmn.model import Diagram, Edge, Element, Node

ROWS = (0, 1, -1)  # of one lane, in order of preference; -1 lies above 0


@dataclass(frozen=True, slots=True)
class Cell:
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Placement:
    """`lanes` are the rows of each lane, from above; `returning` are the edges that go round again."""

    cells: dict[str, Cell]
    lanes: dict[str, range]
    columns: int
    returning: frozenset[Edge]

    @property
    def rows(self) -> int:
        return sum(len(rows) for rows in self.lanes.values())


def place(diagram: Diagram) -> Placement:
    walk = _walk(diagram)
    spots = _Spots(diagram, walk)
    for group in sorted(_groups(diagram), key=lambda group: walk.order[group[0].name]):
        spots.take(group)
    return spots.placement()


def _groups(diagram: Diagram) -> list[list[Node]]:
    """Each step with its gateways, in the order in which a case passes them."""
    groups = defaultdict(list)
    for node in diagram.nodes:
        groups[node.name if node.element is Element.START or node.apart else node.step].append(node)
    return list(groups.values())


@dataclass(frozen=True, slots=True)
class _Walk:
    """Every way through the process, ways out taken in the order in which the flow names them: the usual one first."""

    order: dict[str, int]
    usual: frozenset[Edge]
    returning: frozenset[Edge]


def _walk(diagram: Diagram) -> _Walk:
    order: dict[str, int] = {}
    usual, returning = set(), set()
    beginnings = [node.name for node in diagram.nodes if not diagram.incoming[node.name]]
    for beginning in (*beginnings, *diagram.by_name):
        if beginning in order:
            continue
        order[beginning] = len(order)
        path, ways_left = {beginning}, [(beginning, iter(diagram.outgoing[beginning]))]
        while ways_left:
            name, ways = ways_left[-1]
            edge = next(ways, None)
            if edge is None:
                ways_left.pop()
                path.discard(name)
            elif edge.target in path:
                returning.add(edge)
            elif edge.target not in order:
                order[edge.target] = len(order)
                usual.add(edge)
                path.add(edge.target)
                ways_left.append((edge.target, iter(diagram.outgoing[edge.target])))
    return _Walk(order, frozenset(usual), frozenset(returning))


class _Spots:
    """What stands where so far: lane, row within the lane, column."""

    def __init__(self, diagram: Diagram, walk: _Walk) -> None:
        self.diagram = diagram
        self.walk = walk
        self.lane_order = {lane: place for place, lane in enumerate(diagram.lanes)}
        self.spot: dict[str, tuple[str, int, int]] = {}
        self.taken: set[tuple[str, int, int]] = set()

    def take(self, group: list[Node]) -> None:
        lane = group[0].lane
        before = next((edge.source for edge in self.diagram.incoming[group[0].name] if edge in self.walk.usual), None)
        row, column = next(
            (row, column)
            for row, column in self._candidates(lane, before)
            if not any((lane, row, column + offset) in self.taken for offset in range(len(group)))
        )
        for offset, node in enumerate(group):
            self.spot[node.name] = lane, row, column + offset
            self.taken.add((lane, row, column + offset))
        if before:
            self.taken.update(self._between(self.spot[before], self.spot[group[0].name]))

    def _candidates(self, lane: str, before: str | None) -> Iterator[tuple[int, int]]:
        """Best first: ahead in the same row, beside it in the same column, and so on to the right."""
        there, row, column = self.spot[before] if before else (lane, 0, -1)
        if there == lane:
            yield row, column + 1
            yield from ((other, column) for other in ROWS if before and abs(other - row) == 1)
            column += 1
        else:
            straight = {*self._between((there, row, column), (lane, 0, column)), (lane, 0, column)}
            row, column = 0, column + (not straight.isdisjoint(self.taken))
        for further in count(column):
            yield from ((other, further) for other in sorted(ROWS, key=lambda other: abs(other - row)))

    def _between(self, spot: tuple[str, int, int], other: tuple[str, int, int]) -> Iterator[tuple[str, int, int]]:
        """The cells that a straight line between two spots passes; none when there is no straight line."""
        (lane, row, column), (other_lane, other_row, other_column) = spot, other
        if (lane, row) == (other_lane, other_row):
            yield from ((lane, row, passed) for passed in range(column + 1, other_column))
        elif lane != other_lane and column == other_column:
            if self.lane_order[lane] > self.lane_order[other_lane]:
                (lane, row), (other_lane, other_row) = (other_lane, other_row), (lane, row)
            yield from ((lane, below, column) for below in ROWS if below > row)
            yield from ((other_lane, above, column) for above in ROWS if above < other_row)
            for crossed in self.diagram.lanes[self.lane_order[lane] + 1 : self.lane_order[other_lane]]:
                yield from ((crossed, any_row, column) for any_row in ROWS)

    def placement(self) -> Placement:
        used = defaultdict(set)
        for lane, row, _ in self.spot.values():
            used[lane].add(row)
        numbers = {
            place: number
            for number, place in enumerate((lane, row) for lane in self.diagram.lanes for row in sorted(used[lane]))
        }
        return Placement(
            cells={name: Cell(numbers[lane, row], column) for name, (lane, row, column) in self.spot.items()},
            lanes={
                lane: range(numbers[lane, min(used[lane])], numbers[lane, max(used[lane])] + 1)
                for lane in self.diagram.lanes
            },
            columns=1 + max((column for _, _, column in self.spot.values()), default=0),
            returning=self.walk.returning,
        )
