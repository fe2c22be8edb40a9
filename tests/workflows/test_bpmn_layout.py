"""Whatever the flow: boxes stand apart, lines run from box to box and through none, words cover no box."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings

from tests.bpmn.flows import diagrams
from workflows.bpmn.geometry import Box, Point
from workflows.bpmn.layout import Layout, lay_out
from workflows.bpmn.model import Diagram, explicit
from workflows.bpmn.picture import ON_PAGE
from workflows.bpmn.xml import IN_A_FILE

BREATH = 4.0


def inside(box: Box, start: Point, end: Point) -> bool:
    """Whether a level or upright line runs through the inside of a box."""
    (x, other_x), (y, other_y) = sorted((start[0], end[0])), sorted((start[1], end[1]))
    return x < box.right - 0.01 and other_x > box.x + 0.01 and y < box.bottom - 0.01 and other_y > box.y + 0.01


def on_the_rim(box: Box, point: Point) -> bool:
    return any(pytest.approx(point) == box.side(side) for side in ("left", "right", "top", "bottom"))


def judge(layout: Layout) -> None:
    boxes = {shape.node.name: shape.box for shape in layout.shapes}
    bands = {band.lane: band.box for band in layout.bands}
    for box, other in combinations(boxes.values(), 2):
        roomy = Box(box.x - BREATH, box.y - BREATH, box.width + 2 * BREATH, box.height + 2 * BREATH)
        assert roomy.overlap(other) == 0
    for shape in layout.shapes:
        assert shape.box.overlap(bands[shape.node.lane]) == pytest.approx(shape.box.width * shape.box.height)
        assert shape.label is None or all(shape.label.box.overlap(box) == 0 for box in boxes.values())
    for line in layout.lines:
        assert on_the_rim(boxes[line.edge.source], line.points[0])
        assert on_the_rim(boxes[line.edge.target], line.points[-1])
        assert all(0 <= x <= layout.width and 0 <= y <= layout.height for x, y in line.points)
        for start, end in pairwise(line.points):
            assert start[0] == pytest.approx(end[0]) or start[1] == pytest.approx(end[1])
            assert not any(inside(box, start, end) for box in boxes.values())
        assert line.label is None or all(line.label.box.overlap(box) == 0 for box in boxes.values())


@pytest.mark.long
@given(flow=diagrams())
@settings(max_examples=150, deadline=None)
def test_any_flow_is_laid_out_without_boxes_and_lines_in_each_others_way(flow: Diagram) -> None:
    diagram = explicit(flow)
    for style in (ON_PAGE, IN_A_FILE):
        judge(lay_out(diagram, style))


@given(flow=diagrams())
@settings(max_examples=20, deadline=None)
def test_a_flow_is_laid_out_the_same_each_time(flow: Diagram) -> None:
    assert lay_out.__wrapped__(explicit(flow), ON_PAGE) == lay_out.__wrapped__(explicit(flow), ON_PAGE)
