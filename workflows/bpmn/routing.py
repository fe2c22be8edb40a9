"""Along which lines of the grid each edge runs: never through a node, with few bends and few crossings.

The grid has a line through the middle of each column and row (odd numbers) and one in each gap beside them (even
numbers). A middle line carries one net at a time; a gap carries any number, on tracks beside each other that
`layout` makes room for. Edges that meet in one gateway are one net: they may run together.
"""

from collections import defaultdict
from dataclasses import dataclass
from enum import IntEnum
from heapq import heappop, heappush
from itertools import pairwise

from workflows.bpmn.model import Diagram, Edge
from workflows.bpmn.placing import Placement

STEP_ACROSS, STEP_DOWN, BEND, CROSSING, COMPANY = 1.6, 1.0, 2.0, 2.0, 0.3
MIDDLE = 0.25  # a line through the middle of empty cells keeps columns apart that could come closer
OCCUPIED = 40.0  # dearer than any way round
AGAINST_THE_STREAM = 5.0
UPRIGHT_START = 0.4  # a way out ahead is better than one to the side


class Axis(IntEnum):
    """Along x or along y."""

    ACROSS = 0
    DOWN = 1


Point = tuple[int, int]
Side = tuple[int, int]  # the step that leaves the node there: (1, 0) is its right side
SIDES: tuple[Side, ...] = ((1, 0), (0, 1), (0, -1), (-1, 0))


@dataclass(frozen=True, slots=True)
class Run:
    """A straight stretch: on which line, from where to where along it, in grid numbers."""

    axis: Axis
    line: int
    start: int
    end: int

    @property
    def low(self) -> int:
        return min(self.start, self.end)

    @property
    def high(self) -> int:
        return max(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Route:
    edge: Edge
    net: str
    runs: tuple[Run, ...]


def route(diagram: Diagram, placement: Placement) -> list[Route]:
    """In the order of the diagram's edges; the short and the straight choose first, those that go back last."""
    router = _Router(diagram, placement)

    def haste(edge: Edge) -> tuple[bool, int]:
        (x, y), (other_x, other_y) = router.at[edge.source], router.at[edge.target]
        distance = abs(x - other_x) + abs(y - other_y) + 2 * (x != other_x and y != other_y)
        return edge in placement.returning, distance

    routes = {edge: router.find(edge) for edge in sorted(diagram.edges, key=haste)}
    return [routes[edge] for edge in diagram.edges]


class _Router:
    def __init__(self, diagram: Diagram, placement: Placement) -> None:
        self.diagram = diagram
        self.right, self.bottom = 2 * placement.columns, 2 * placement.rows
        self.at: dict[str, Point] = {
            name: (2 * cell.column + 1, 2 * cell.row + 1) for name, cell in placement.cells.items()
        }
        self.nodes = set(self.at.values())
        self.passing: defaultdict[tuple[Point, Axis], set[str]] = defaultdict(set)
        self.doors: defaultdict[tuple[Point, Side], set[tuple[str, str]]] = defaultdict(set)

    def find(self, edge: Edge) -> Route:
        net = edge.target if len(self.diagram.incoming[edge.target]) > 1 else edge.name
        points = self._cheapest(edge, net)
        for before, after in pairwise(points):
            axis = Axis.ACROSS if before[1] == after[1] else Axis.DOWN
            self.passing[before, axis].add(net)
            self.passing[after, axis].add(net)
        self.doors[points[0], _step(points[0], points[1])].add(("out", edge.name))
        self.doors[points[-1], _step(points[-1], points[-2])].add(("in", net))
        return Route(edge, net, _runs(points))

    def _cheapest(self, edge: Edge, net: str) -> list[Point]:
        """Dijkstra over (place, direction), so that bends can cost."""
        start, goal = self.at[edge.source], self.at[edge.target]
        queue: list[tuple[float, int, Point, Side]] = []
        cost: dict[tuple[Point, Side], float] = {}
        came: dict[tuple[Point, Side], tuple[Point, Side]] = {}
        for rank, side in enumerate(SIDES):
            place = (start[0] + side[0], start[1] + side[1])
            price = (
                self._door(start, side, "out", edge.name)
                + self._ahead(start, goal, side)
                + self._step(start, side, net)
            )
            cost[place, side] = price
            heappush(queue, (price, rank, place, side))
        count = len(SIDES)
        while queue:
            spent, _, place, heading = heappop(queue)
            if spent > cost[place, heading]:
                continue
            if place == goal:
                return self._trace(start, (place, heading), came)
            if place in self.nodes:
                continue
            for side in SIDES:
                if side == (-heading[0], -heading[1]):
                    continue
                following = (place[0] + side[0], place[1] + side[1])
                if not (0 <= following[0] <= self.right and 0 <= following[1] <= self.bottom):
                    continue
                if following in self.nodes and following != goal:
                    continue
                price = spent + self._step(place, side, net)
                if side == heading:
                    price += CROSSING * len(self.passing[place, Axis.DOWN if side[1] == 0 else Axis.ACROSS] - {net})
                else:
                    price += BEND + self._corner(place, heading, side, net)
                if following == goal:
                    back = (-side[0], -side[1])
                    price += self._door(goal, back, "in", net) + self._behind(start, goal, back)
                if price < cost.get((following, side), float("inf")):
                    cost[following, side] = price
                    came[following, side] = (place, heading)
                    count += 1
                    heappush(queue, (price, count, following, side))
        raise AssertionError(f"no way from {edge.source} to {edge.target}")  # gaps lead everywhere

    def _step(self, place: Point, side: Side, net: str) -> float:
        """Running along a line that another net runs along: impossible to see apart on a middle line, fine in a gap."""
        axis = Axis.ACROSS if side[1] == 0 else Axis.DOWN
        following = (place[0] + side[0], place[1] + side[1])
        others = (self.passing[place, axis] & self.passing[following, axis]) - {net}
        middle = place[1 - axis] % 2 == 1
        price = len(others) * (OCCUPIED if middle else COMPANY) + MIDDLE * middle
        return price + (STEP_ACROSS if axis is Axis.ACROSS else STEP_DOWN)

    def _corner(self, place: Point, heading: Side, side: Side, net: str) -> float:
        """Two nets that end on one middle line at the same gap, coming from both sides, would lie over each other."""
        price = 0.0
        for direction in (heading, side):
            axis = Axis.ACROSS if direction[1] == 0 else Axis.DOWN
            if place[1 - axis] % 2 == 1:
                price += OCCUPIED / 4 * len(self.passing[place, axis] - {net})
        return price

    def _door(self, node: Point, side: Side, way: str, who: str) -> float:
        """A side is for going in or for coming out; edges may share it only going in together."""
        return sum(0.5 if (way, who) == used else OCCUPIED for used in self.doors[node, side])

    def _ahead(self, start: Point, goal: Point, side: Side) -> float:
        if side == (-1, 0):
            return AGAINST_THE_STREAM if goal[0] > start[0] else 0.0
        return 0.0 if side == (1, 0) else UPRIGHT_START

    def _behind(self, start: Point, goal: Point, side: Side) -> float:
        return AGAINST_THE_STREAM if side == (1, 0) else 0.0

    def _trace(
        self, start: Point, last: tuple[Point, Side], came: dict[tuple[Point, Side], tuple[Point, Side]]
    ) -> list[Point]:
        points = [last[0]]
        while last in came:
            last = came[last]
            points.append(last[0])
        return [start, *reversed(points)]


def _step(place: Point, other: Point) -> Side:
    return other[0] - place[0], other[1] - place[1]


def _runs(points: list[Point]) -> tuple[Run, ...]:
    runs: list[Run] = []
    for before, after in pairwise(points):
        axis = Axis.ACROSS if before[1] == after[1] else Axis.DOWN
        line, start, end = before[1 - axis], before[axis], after[axis]
        if runs and runs[-1].axis is axis:
            start = runs.pop().start
        runs.append(Run(axis, line, start, end))
    return tuple(runs)
