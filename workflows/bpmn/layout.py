"""Where everything comes on the page, in pixels.

First the columns, as close together as the nodes and lines in each row allow; then the words, beside what they belong
to; then the rows, as close together as the nodes, lines and words in each column allow.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from workflows.bpmn import tracks
from workflows.bpmn.compaction import Key, Thing, compact
from workflows.bpmn.geometry import Box, Label, Point
from workflows.bpmn.model import Diagram, Edge, Node
from workflows.bpmn.placing import place
from workflows.bpmn.routing import Axis, Route, Run, route
from workflows.bpmn.text import LANE, wrap
from workflows.bpmn.words import Words, ahead, width_beside

EVENT = (34.0, 34.0)
QUESTION = (38.0, 38.0)
NODE_AIR, LINE_AIR, WORDS_AIR, BORDER_AIR = 10.0, 5.0, 2.0, 5.0
BORDER = 10_000  # the track on which the border of a lane lies: after all others
ROOM_IN_LANE = 12.0


@dataclass(frozen=True, slots=True)
class Style:
    """`header` is the room that the names of the lanes take on the left; `merge` the size of a meeting of paths."""

    header: float
    merge: float
    task: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """`label` stands outside the shape; a task holds its own."""

    node: Node
    box: Box
    label: Label | None


@dataclass(frozen=True, slots=True)
class Line:
    edge: Edge
    points: tuple[Point, ...]
    label: Label | None
    returning: bool


@dataclass(frozen=True, slots=True)
class Band:
    lane: str
    box: Box


@dataclass(frozen=True, slots=True)
class Layout:
    diagram: Diagram
    bands: tuple[Band, ...]
    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]
    header: float
    width: float
    height: float


@lru_cache(maxsize=64)
def lay_out(diagram: Diagram, style: Style) -> Layout:
    """The same each time."""
    return _Drawing(diagram, style).layout()


class _Drawing:
    def __init__(self, diagram: Diagram, style: Style) -> None:
        self.diagram, self.style = diagram, style
        self.placement = place(diagram)
        self.routes = route(diagram, self.placement)
        self.track = tracks.assign(self.routes)
        self.columns = compact(self._across(), style.header + NODE_AIR)
        self.words = self._place_words()
        self.rows = compact(self._down(), 1.0)

    def layout(self) -> Layout:
        boxes = {node.name: self._box(node) for node in self.diagram.nodes}
        labels = {name: self._label(name) for name in self.words.placed}
        reach = [*boxes.values(), *(label.box for label in labels.values())]
        turns = [self.columns[self._key(way, run)] for way in self.routes for run in way.runs if run.axis is Axis.DOWN]
        width = max([box.right for box in reach] + turns) + ROOM_IN_LANE
        borders = [y for (_, number), y in sorted(self.rows.items()) if abs(number) == BORDER]
        return Layout(
            diagram=self.diagram,
            bands=tuple(
                Band(lane, Box(0, top, width, bottom - top))
                for lane, (top, bottom) in zip(self.placement.lanes, pairwise(borders), strict=True)
            ),
            shapes=tuple(Shape(node, boxes[node.name], labels.get(node.name)) for node in self.diagram.nodes),
            lines=tuple(
                Line(
                    way.edge, self._points(way, boxes), labels.get(way.edge.name), way.edge in self.placement.returning
                )
                for way in self.routes
            ),
            header=self.style.header,
            width=width,
            height=borders[-1] + 1,
        )

    def _size(self, node: Node) -> tuple[float, float]:
        if node.element.is_task:
            return self.style.task
        if node.is_gateway:
            return (self.style.merge, self.style.merge) if node.is_merge else QUESTION
        return EVENT

    def _key(self, way: Route, run: Run) -> Key:
        return run.line, self.track.get((way.net, run), 0)

    def _across(self) -> Iterator[Thing]:
        """What stands in each column, by the rows that it touches."""
        for name, cell in self.placement.cells.items():
            node, row = self.diagram.by_name[name], 2 * cell.row + 1
            half = self._size(node)[0] / 2
            yield Thing((2 * cell.column + 1, 0), row, row, NODE_AIR, half, half)
            if node.label and not node.element.is_task and not node.is_gateway:
                half = width_beside(node.label) / 2
                yield Thing((2 * cell.column + 1, 0), row, row, WORDS_AIR, half, half)
        for way in self.routes:
            for run in way.runs:
                if run.axis is Axis.DOWN:
                    yield Thing(self._key(way, run), run.low, run.high, LINE_AIR)
            first = way.runs[0]
            if way.edge.label and first.axis is Axis.ACROSS:
                reach = self._size(self.diagram.by_name[way.edge.source])[0] / 2 + ahead(way.edge.label)
                before, after = (0.0, reach) if first.end > first.start else (reach, 0.0)
                yield Thing((first.start, 0), first.line, first.line, WORDS_AIR, before, after)

    def _place_words(self) -> Words:
        words = Words()
        uprights = [
            (self.columns[self._key(way, run)], run) for way in self.routes for run in way.runs if run.axis is Axis.DOWN
        ]
        sides: defaultdict[str, set[str]] = defaultdict(set)
        for name, cell in self.placement.cells.items():
            width, height = self._size(self.diagram.by_name[name])
            box = Box(self.columns[2 * cell.column + 1, 0] - width / 2, -height / 2, width, height)
            words.stand(cell.row, box, task=self.diagram.by_name[name].element.is_task)
        for x, run in uprights:
            for half_row in range(run.low, run.high):
                words.pass_by(half_row // 2, x, upper=half_row % 2 == 0)
        for way in self.routes:
            first, last = way.runs[0], way.runs[-1]
            sides[way.edge.source].add(_side(first.axis, first.end - first.start))
            sides[way.edge.target].add(_side(last.axis, last.start - last.end))
        for own in (True, False):  # questions before the outcomes of steps, which speak for themselves
            for node in self.diagram.nodes:
                if node.label and not node.element.is_task and (node.name == node.step) is own:
                    cell = self.placement.cells[node.name]
                    at = self.columns[2 * cell.column + 1, 0], self._size(node)[1] / 2
                    words.beside_node(node, cell.row, at, sides[node.name], self.style.task[1] / 2)
            for way in self.routes if own else ():
                if way.edge.label:
                    cell = self.placement.cells[way.edge.source]
                    half = self._size(self.diagram.by_name[way.edge.source])[0] / 2
                    first = way.runs[0]
                    side = _side(first.axis, first.end - first.start)
                    words.beside_edge(way.edge, cell.row, (self.columns[2 * cell.column + 1, 0], half), side)
        return words

    def _down(self) -> Iterator[Thing]:
        """What stands in each row, by the pixels that it covers from left to right."""
        everywhere = {"low": -float("inf"), "high": float("inf"), "air": BORDER_AIR}
        yield Thing((0, -BORDER), **everywhere)
        for lane, rows in self.placement.lanes.items():
            yield Thing((2 * rows[-1] + 2, BORDER), **everywhere)
            half = LANE.height(wrap(lane, self.style.header - 12, LANE)) / 2 if self.style.header else 0.0
            yield Thing((2 * rows[0] + 1, 0), 0, self.style.header, BORDER_AIR, half, half)
        for row, box, solid in self.words.boxes():
            yield Thing((2 * row + 1, 0), box.x, box.right, NODE_AIR if solid else WORDS_AIR, -box.y, box.bottom)
        for way in self.routes:
            for number, run in enumerate(way.runs):
                if run.axis is Axis.ACROSS:
                    ends = self._end(way, number, -1), self._end(way, number, 1)
                    yield Thing(self._key(way, run), min(ends), max(ends), LINE_AIR)

    def _end(self, way: Route, number: int, direction: int) -> float:
        """Where a stretch across begins or ends: at the upright before or after it, or at a node."""
        if 0 <= number + direction < len(way.runs):
            return self.columns[self._key(way, way.runs[number + direction])]
        run = way.runs[number]
        return self.columns[run.start if direction < 0 else run.end, 0]

    def _box(self, node: Node) -> Box:
        cell = self.placement.cells[node.name]
        width, height = self._size(node)
        x, y = self.columns[2 * cell.column + 1, 0], self.rows[2 * cell.row + 1, 0]
        return Box(x - width / 2, y - height / 2, width, height)

    def _label(self, name: str) -> Label:
        row, label = self.words.placed[name]
        return label.moved_down(self.rows[2 * row + 1, 0])

    def _points(self, way: Route, boxes: dict[str, Box]) -> tuple[Point, ...]:
        first, last = way.runs[0], way.runs[-1]
        at = [(self.columns if run.axis is Axis.DOWN else self.rows)[self._key(way, run)] for run in way.runs]
        corners = [
            (here, there) if run.axis is Axis.DOWN else (there, here)
            for run, here, there in zip(way.runs, at, at[1:], strict=False)
        ]
        return (
            boxes[way.edge.source].side(_side(first.axis, first.end - first.start)),
            *corners,
            boxes[way.edge.target].side(_side(last.axis, last.start - last.end)),
        )


def _side(axis: Axis, way: int) -> str:
    if axis is Axis.ACROSS:
        return "right" if way > 0 else "left"
    return "bottom" if way > 0 else "top"
