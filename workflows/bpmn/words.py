"""Where the words go that stand beside a shape or a line, counted from the middle of a row that has no place yet."""

from collections import defaultdict
from collections.abc import Iterator

from workflows.bpmn.geometry import Box, Label
from workflows.bpmn.model import Edge, Node
from workflows.bpmn.text import LABEL, OUTCOME, wrap

NODE_ROOM, EDGE_ROOM = 98.0, (104.0, 72.0)
NEAR = 4.0
TICK = 7.0  # what a finished task sticks out


def ahead(label: str) -> float:
    """The length of line that words need which stand above it."""
    return OUTCOME.width(wrap(label, EDGE_ROOM[0], OUTCOME)) + 2 * NEAR


def width_beside(label: str) -> float:
    """Of the words of an event."""
    return LABEL.width(wrap(label, NODE_ROOM, LABEL))


class Words:
    def __init__(self) -> None:
        self.solid: defaultdict[int, list[Box]] = defaultdict(list)
        self.ticks: defaultdict[int, list[Box]] = defaultdict(list)
        self.lines: defaultdict[tuple[int, bool], set[float]] = defaultdict(set)
        self.placed: dict[str, tuple[int, Label]] = {}

    def stand(self, row: int, box: Box, *, task: bool) -> None:
        """A shape stands there."""
        self.solid[row].append(box)
        if task:
            self.ticks[row].append(Box(box.right - TICK, box.y - TICK, 2 * TICK, 2 * TICK))

    def pass_by(self, row: int, x: float, *, upper: bool) -> None:
        """A line runs through the upper or the lower half of a row."""
        self.lines[row, upper].add(x)

    def boxes(self) -> Iterator[tuple[int, Box, bool]]:
        """All that has a place in a row, and whether it is a shape."""
        for row, boxes in self.solid.items():
            yield from ((row, box, True) for box in boxes)
        yield from ((row, label.box, False) for row, label in self.placed.values())

    def beside_node(self, node: Node, row: int, at: tuple[float, float], sides: set[str], beyond: float) -> None:
        """Events carry their words below, questions above; where lines leave on both sides, beside the line."""
        lines = wrap(node.label, NODE_ROOM, LABEL)
        width, height = LABEL.width(lines), LABEL.height(lines)
        x, half = at
        above, below = -half - NEAR + 1 - height, half + NEAR - 1
        tops = [above, below] if node.is_gateway else [below, above]
        if {"top", "bottom"} <= sides:
            top = min(above, -beyond - NEAR - height)
            boxes = [Box(left, top, width, height) for left in (x + NEAR, x - NEAR - width)]
        else:
            free = [top for top in tops if ("top" if top == above else "bottom") not in sides]
            boxes = [Box(x - width / 2, top, width, height) for top in free]
        self._put(node.name, row, [Label(lines, box) for box in boxes])

    def beside_edge(self, edge: Edge, row: int, at: tuple[float, float], side: str) -> None:
        """Where the line leaves: above it when it goes ahead, right or left of it when it goes up or down."""
        x, half = at
        options = []
        for room in EDGE_ROOM if side in ("top", "bottom") else EDGE_ROOM[:1]:
            lines = wrap(edge.label, room, OUTCOME)
            width, height = OUTCOME.width(lines), OUTCOME.height(lines)
            top = {"top": 1 - half - height, "bottom": half - 1}.get(side, -height - 2)
            lefts = {"right": [x + half + NEAR], "left": [x - half - NEAR - width]}
            for left in lefts.get(side, [x + NEAR + 1, x - NEAR - 1 - width]):
                options.append(Label(lines, Box(left, top, width, height)))
        self._put(edge.name, row, options)

    def _put(self, name: str, row: int, options: list[Label]) -> None:
        """The option that covers the fewest lines, then the one closest to its shape."""

        def price(label: Label) -> tuple[int, float]:
            box = label.box
            covered = sum(box.x < x < box.right for x in self.lines[row, box.y < 0])
            return covered, abs(box.middle[1])

        self.placed[name] = row, min((self._cleared(row, label) for label in options), key=price)

    def _cleared(self, row: int, label: Label) -> Label:
        """The same, away from the middle of the row until it covers nothing."""
        words = (other.box for there, other in self.placed.values() if there == row)
        taken = [*self.solid[row], *self.ticks[row], *words]
        while covered := [other for other in taken if label.box.overlap(other)]:
            box = label.box
            if box.y < 0:
                label = label.moved_down(min(other.y for other in covered) - box.height - 2 - box.y)
            else:
                label = label.moved_down(max(other.bottom for other in covered) + 2 - box.y)
        return label
