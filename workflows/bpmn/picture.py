"""The process picture on a page: an SVG without a script or a style, and the same as a list of words.

Classes carry the looks (ui/process-picture.css), so that dark mode, a theme and the content security policy hold.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import hypot
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from workflows.bpmn.adapter import diagram_of
from workflows.bpmn.geometry import Box, Label, Point
from workflows.bpmn.layout import Band, Layout, Line, Shape, Style, lay_out
from workflows.bpmn.model import Diagram, Doer, Element, Node, onward
from workflows.bpmn.text import LABEL, LANE, OUTCOME, Letters, wrap

ON_PAGE = Style(header=86.0, merge=8.0)
CORNER = 7.0
ARROW = "M0 0-9-4.2-9 4.2Z"
ICONS = {
    Doer.ONE: "M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2.5 14.5c0-3 2.4-4.8 5.5-4.8s5.5 1.8 5.5 4.8",
    Doer.BODY: (
        "M8 7.4a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2ZM3.2 14c0-2.8 2-4.4 4.8-4.4s4.8 1.6 4.8 4.4"
        "M14 7.6a2 2 0 1 0-1-3.8M15 9.4c1.9.3 3 1.6 3 3.6M2 7.6a2 2 0 1 1 1-3.8M1 9.4c-1.9.3-3 1.6-3 3.6"
    ),
}


class State(StrEnum):
    DONE = "done"
    CURRENT = "current"
    NEXT = "next"
    OPEN = "open"


WORDS = {State.DONE: "afgerond", State.CURRENT: "huidige stap", State.NEXT: "volgt hierna", State.OPEN: "nog niet aan de orde"}


@dataclass(frozen=True, slots=True)
class StepText:
    """One line of the list beside the picture."""

    name: str
    label: str
    lane: str
    state: State
    state_label: str
    note: str


def picture(flow_class: Any, done: Collection[str], current: Collection[str], notes: Mapping[str, str]) -> SafeString:
    """`done` and `current` are names of steps; a note ("5 van 7") stands with its step."""
    diagram = diagram_of(flow_class)
    return draw(lay_out(diagram, ON_PAGE), _states(diagram, done, current), notes)


def steps_as_text(
    flow_class: Any, done: Collection[str], current: Collection[str], notes: Mapping[str, str]
) -> list[StepText]:
    """The steps and ends in the order of the process."""
    diagram = diagram_of(flow_class)
    states = _states(diagram, done, current)
    return [
        StepText(node.name, node.label, node.lane, states[node.name], WORDS[states[node.name]], notes.get(node.name, ""))
        for node in diagram.nodes
        if not node.is_gateway and node.element is not Element.START
    ]


def _states(diagram: Diagram, done: Collection[str], current: Collection[str]) -> dict[str, State]:
    """Of every node; one that BPMN adds to a step is done when a case went on through it."""
    following = {node.name for node in onward(diagram, current)}
    states = {}
    for node in diagram.nodes:
        if node.name in current:
            states[node.name] = State.CURRENT
        elif node.name in done:
            states[node.name] = State.DONE
        elif node.name in following:
            states[node.name] = State.NEXT
        else:
            states[node.name] = State.OPEN
    reached = {name for name, state in states.items() if state in (State.DONE, State.CURRENT)}
    for node in diagram.nodes:
        if node.element is Element.START and reached:
            states[node.name] = State.DONE
        elif node.is_gateway and _passed(diagram, node, reached):
            states[node.name] = State.DONE
    return states


def _passed(diagram: Diagram, gateway: Node, reached: set[str]) -> bool:
    if gateway.step in reached and gateway.name.endswith("_merge"):
        return True
    return gateway.step in reached and any(node.name in reached for node in onward(diagram, [gateway.name]))


def draw(layout: Layout, states: Mapping[str, State], notes: Mapping[str, str]) -> SafeString:
    now = [shape.node for shape in layout.shapes if states[shape.node.name] is State.CURRENT]
    told = f"Procesplaat {layout.diagram.title}"
    if now:
        told += ". Huidige stap: " + ", ".join(f"{node.label} ({node.lane})" for node in now)
    lines = sorted(layout.lines, key=lambda line: _taken(line, states))
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="process-picture" role="img" aria-label="{}" width="{}" height="{}"'
        ' viewBox="0 0 {} {}">{}{}{}{}</svg>',
        told,
        _n(layout.width),
        _n(layout.height),
        _n(layout.width),
        _n(layout.height),
        format_html_join("", "{}", ((_band(band),) for band in layout.bands)),
        format_html_join("", "{}", ((_line(line, _taken(line, states)),) for line in lines)),
        format_html_join("", "{}", ((_shape(shape, states, notes),) for shape in layout.shapes)),
        format_html_join(
            "", "{}", ((_words(line.label, OUTCOME, "label label-edge"),) for line in layout.lines if line.label)
        ),
    )


def _band(band: Band) -> SafeString:
    box = band.box
    label = _centred(wrap(band.lane, ON_PAGE.header - 12, LANE), Box(0, box.y, ON_PAGE.header, box.height), LANE)
    return format_html(
        '<g class="lane"><rect x="{}" y="{}" width="{}" height="{}"/><rect class="lane-name" x="{}" y="{}" width="{}"'
        ' height="{}"/>{}</g>',
        *map(_n, (0.5, box.y, box.width - 1, box.height, 0.5, box.y, ON_PAGE.header, box.height)),
        _words(label, LANE, "label label-lane"),
    )


def _taken(line: Line, states: Mapping[str, State]) -> bool:
    """Whether the case went along it, as far as finished steps tell; ways back do not tell."""
    reached = (State.DONE, State.CURRENT)
    return not line.returning and states[line.edge.source] is State.DONE and states[line.edge.target] in reached


def _line(line: Line, taken: bool) -> SafeString:
    (x, y), (end_x, end_y) = line.points[-2:]
    turn = {(1, 0): 0, (0, 1): 90, (-1, 0): 180, (0, -1): 270}[(_sign(end_x - x), _sign(end_y - y))]
    return format_html(
        '<g class="edge{}{}"><path d="{}"/><path class="arrow" d="{}" transform="translate({} {}) rotate({})"/></g>',
        " is-done" if taken else "",
        " is-return" if line.returning else "",
        _rounded(line.points),
        ARROW,
        _n(end_x),
        _n(end_y),
        turn,
    )


def _rounded(points: tuple[Point, ...]) -> str:
    path = [f"M{_n(points[0][0])} {_n(points[0][1])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        room = min(CORNER, hypot(corner[0] - before[0], corner[1] - before[1]) / 2, hypot(after[0] - corner[0], after[1] - corner[1]) / 2)
        enter, leave = _towards(corner, before, room), _towards(corner, after, room)
        path.append(f"L{_n(enter[0])} {_n(enter[1])}Q{_n(corner[0])} {_n(corner[1])} {_n(leave[0])} {_n(leave[1])}")
    path.append(f"L{_n(points[-1][0])} {_n(points[-1][1])}")
    return "".join(path)


def _towards(start: Point, end: Point, distance: float) -> Point:
    return (
        start[0] + _sign(end[0] - start[0]) * distance,
        start[1] + _sign(end[1] - start[1]) * distance,
    )


def _shape(shape: Shape, states: Mapping[str, State], notes: Mapping[str, str]) -> SafeString:
    node, box, state = shape.node, shape.box, states[shape.node.name]
    x, y = box.middle
    parts: list[SafeString] = []
    if node.element.is_task:
        parts.append(_rect(box, "shape", 8))
        parts.append(_icon(node, box))
        parts.append(_words(_centred(wrap(node.label, box.width - 12, LABEL), box, LABEL), LABEL, "label"))
    elif node.is_gateway:
        half = box.width / 2
        css = "shape" if node.label else "meeting"
        parts.append(format_html('<path class="{}" d="M{} {}l{} {} {} {} {} {}Z"/>', css, *map(_n, (x, box.y, half, half, -half, half, -half, -half))))
        if node.label:
            parts.append(format_html('<path class="icon icon-x" d="M{} {}l10 10m0-10-10 10"/>', _n(x - 5), _n(y - 5)))
    else:
        parts.append(format_html('<circle class="shape{}" cx="{}" cy="{}" r="{}"/>', " is-end" if node.element is Element.END else "", _n(x), _n(y), _n(box.width / 2)))
        if node.element is Element.TIMER:
            parts.append(format_html('<circle class="icon" cx="{0}" cy="{1}" r="{2}"/><path class="icon" d="M{0} {1}v-7m0 7 5 3"/>', _n(x), _n(y), _n(box.width / 2 - 4)))
    if shape.label and node.name == node.step or node.element is Element.START:
        parts.append(_words(shape.label, LABEL, "label"))
    if state is State.DONE and node.element.is_task:
        parts.append(format_html('<g class="tick"><circle cx="{}" cy="{}" r="9"/><path d="M{} {}l3 3 5.5-6"/></g>', *map(_n, (box.right - 3, box.y + 3, box.right - 7.2, box.y + 3.2))))
    note = notes.get(node.name, "")
    if note and state is State.CURRENT:
        parts.append(_note(note, box))
    return format_html(
        '<g class="node{}" data-step="{}"><title>{}</title>{}</g>',
        "" if state is State.OPEN else f" is-{state}",
        node.name,
        _title(node, state, note),
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def _title(node: Node, state: State, note: str) -> str:
    parts = [f"{node.label or 'Samenkomst'} ({node.lane})", WORDS[state], note]
    return ", ".join(filter(None, parts))


def _icon(node: Node, box: Box) -> SafeString:
    if node.doer is Doer.EACH:
        person = ICONS[Doer.ONE]
        x, y = box.middle[0], box.bottom - 10
        bars = format_html('<path class="icon" d="M{} {}v7m4-7v7m4-7v7"/>', _n(x - 4), _n(y))
    else:
        person, bars = ICONS[node.doer], SafeString("")
    return format_html(
        '<path class="icon" d="{}" transform="translate({} {}) scale(.82)"/>{}', person, _n(box.x + 6), _n(box.y + 4), bars
    )


def _note(note: str, box: Box) -> SafeString:
    width = OUTCOME.width((note,)) + 14
    tag = Box(box.middle[0] - width / 2, box.bottom - 9, width, 18)
    return format_html(
        '<g class="note">{}{}</g>', _rect(tag, "", 9), _words(_centred((note,), tag, OUTCOME), OUTCOME, "label")
    )


def _rect(box: Box, css: str, radius: float) -> SafeString:
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="{}"/>',
        css,
        *map(_n, (box.x, box.y, box.width, box.height, radius)),
    )


def _centred(lines: tuple[str, ...], box: Box, letters: Letters) -> Label:
    height = letters.height(lines)
    return Label(lines, Box(box.x, box.middle[1] - height / 2, box.width, height))


def _words(label: Label | None, letters: Letters, css: str) -> SafeString:
    if label is None:
        return SafeString("")
    x = _n(label.box.middle[0])
    rows = ((x, _n(label.box.y + letters.size * (0.87 + place * letters.leading)), line) for place, line in enumerate(label.lines))
    return format_html(
        '<text class="{}">{}</text>', css, format_html_join("", '<tspan x="{}" y="{}">{}</tspan>', rows)
    )


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def _n(number: float) -> str:
    """Never with a thousands separator or more digits than a screen shows."""
    return f"{number:.1f}".removesuffix(".0")
