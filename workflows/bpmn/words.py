"""Where the words go that stand beside a shape or a line. Heights are from the middle of the row until rows have a place."""

from collections import defaultdict
from collections.abc import Iterator

from workflows.bpmn.geometry import Box, Label
from workflows.bpmn.model import Edge, Node
from workflows.bpmn.text import LABEL, OUTCOME, Letters, wrap

NODE_ROOM, EDGE_ROOM = 92.0, 86.0
NEAR = 4.0


def ahead(label: str) -> float:
    """The length of line that words need which stand above it."""
    return OUTCOME.width(wrap(label, EDGE_ROOM, OUTCOME)) + 2 * NEAR


class Words:
    def __init__(self) -> None:
        self.solid: defaultdict[int, list[Box]] = defaultdict(list)
        self.lines: defaultdict[tuple[int, bool], set[float]] = defaultdict(set)
        self.placed: dict[str, tuple[int, Label]] = {}

    def stand(self, row: int, box: Box) -> None:
        """A shape stands there."""
        self.solid[row].append(box)

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
        options = [Box(x - width / 2, top, width, height) for top in ((above, below) if node.is_gateway else (below, above))]
        if {"top", "bottom"} <= sides:
            raised = min(above, -beyond - NEAR - height)
            options = [Box(x + NEAR, raised, width, height), Box(x - NEAR - width, raised, width, height)]
        elif ("top" if node.is_gateway else "bottom") in sides:
            options.reverse()
        self._put(node.name, row, lines, options)

    def beside_edge(self, edge: Edge, row: int, at: tuple[float, float], side: str) -> None:
        """Where the line leaves: above it when it goes ahead, right or left of it when it goes up or down."""
        lines = wrap(edge.label, EDGE_ROOM, OUTCOME)
        width, height = OUTCOME.width(lines), OUTCOME.height(lines)
        x, half = at
        right, left = x + NEAR + 1, x - NEAR - 1 - width
        top, bottom = -half - NEAR - height + 5, half + NEAR - 5
        options = {
            "right": [Box(x + half + NEAR, -height - 2, width, height)],
            "left": [Box(x - half - NEAR - width, -height - 2, width, height)],
            "top": [Box(right, top, width, height), Box(left, top, width, height)],
            "bottom": [Box(right, bottom, width, height), Box(left, bottom, width, height)],
        }[side]
        self._put(edge.name, row, lines, options)

    def _put(self, name: str, row: int, lines: tuple[str, ...], options: list[Box]) -> None:
        """The option that covers the fewest lines, then the one closest to its shape."""
        cleared = [self._cleared(row, box) for box in options]

        def price(box: Box) -> tuple[int, float]:
            covered = sum(box.x < x < box.right for x in self.lines[row, box.y < 0])
            return covered, abs(box.middle[1])

        self.placed[name] = row, Label(lines, min(cleared, key=price))

    def _cleared(self, row: int, box: Box) -> Box:
        """The same, away from the middle of the row until it covers nothing."""
        taken = [*self.solid[row], *(label.box for there, label in self.placed.values() if there == row)]
        while covered := [other for other in taken if box.overlap(other)]:
            top = min(other.y for other in covered) - box.height - 2 if box.y < 0 else max(o.bottom for o in covered) + 2
            box = Box(box.x, top, box.width, box.height)
        return box
