"""A layout as SVG: without a script or a style, so that theme, dark mode and content security policy hold.

Classes carry the looks (ui/process-picture.css).
"""

from collections.abc import Iterable
from itertools import pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from workflows.bpmn.geometry import Box, Label, Point
from workflows.bpmn.layout import Band, Layout, Line, Shape
from workflows.bpmn.model import Doer, Element, Node
from workflows.bpmn.progress import Heat, Progress, State
from workflows.bpmn.text import LABEL, LANE, OUTCOME, Letters, wrap

CORNER = 7.0
ARROW = "M0 0-9-4.2-9 4.2Z"
TURNS = {(1, 0): 0, (0, 1): 90, (-1, 0): 180, (0, -1): 270}
PERSON = "M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2.5 14.5c0-3 2.4-4.8 5.5-4.8s5.5 1.8 5.5 4.8"
PEOPLE = (
    "M9 7.4a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2ZM4.2 14c0-2.8 2-4.4 4.8-4.4s4.8 1.6 4.8 4.4"
    "M14.6 7.6a2 2 0 1 0-.9-3.8M15.8 9.7c1.5.4 2.4 1.6 2.4 3.4M3.4 7.6a2 2 0 1 1 .9-3.8M2.2 9.7C.7 10.1-.2 11.3-.2 13.1"
)


def draw(layout: Layout, progress: Progress) -> SafeString:
    drawing = _Drawing(layout, progress)
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="process-picture" role="img" aria-label="{}" width="{}"'
        ' height="{}" viewBox="0 0 {} {}">{}{}{}</svg>',
        drawing.told(),
        *map(_n, (layout.width, layout.height, layout.width, layout.height)),
        _joined(_band(band, layout) for band in layout.bands),
        _joined(drawing.line(line) for line in sorted(layout.lines, key=lambda line: progress.took(line.edge))),
        _joined(drawing.shape(shape) for shape in layout.shapes),
    )


class _Drawing:
    def __init__(self, layout: Layout, progress: Progress) -> None:
        self.layout = layout
        self.progress = progress
        self.states = progress.states()

    def told(self) -> str:
        nodes = self.layout.diagram.nodes
        now = [f"{node.label} ({node.lane})" for node in nodes if self.states[node.name] is State.CURRENT]
        where = f", {State.CURRENT.words}: {' en '.join(now)}" if now else ""
        return f"Procesplaat {self.layout.diagram.title}{where}"

    def line(self, line: Line) -> SafeString:
        into_meeting = _is_meeting(self.layout.diagram.by_name[line.edge.target])
        return format_html(
            '<g class="edge{}{}"><path d="{}"/>{}{}</g>',
            " is-done" if self.progress.took(line.edge) else "",
            " is-return" if line.returning else "",
            _rounded(line.points),
            "" if into_meeting else _arrow(*line.points[-2:]),
            _words(line.label, OUTCOME) if line.label else "",
        )

    def shape(self, shape: Shape) -> SafeString:
        node, box = shape.node, shape.box
        state, note = self.states[node.name], self.progress.notes.get(node.name, "")
        parts = [*_figure(node, box)]
        if shape.label and (node.name == node.step or node.element is Element.START):
            parts.append(_words(shape.label, LABEL))
        if state is State.DONE and node.element.is_task:
            parts.append(_tick(box))
        heat = self.progress.heat.get(node.name) if isinstance(self.progress, Heat) else None
        if note and (state is State.CURRENT or heat):
            parts.append(_note(note, box))
        told = ", ".join(filter(None, ("" if isinstance(self.progress, Heat) else state.words, note)))
        title = f"{node.label or 'Samenkomst'} ({node.lane}){': ' if told else ''}{told}"
        look = f" is-heat-{heat}" if heat else "" if state is State.OPEN else f" is-{state}"
        return format_html(
            '<g class="node{}" data-step="{}"><title>{}</title>{}</g>', look, node.name, title, _joined(parts)
        )


def _is_meeting(node: Node) -> bool:
    """On a page paths meet in a dot: a gateway without a question says nothing to who does not know BPMN."""
    return node.is_merge


def _band(band: Band, layout: Layout) -> SafeString:
    box, name = band.box, Box(0.5, band.box.y, layout.header, band.box.height)
    return format_html(
        '<g class="lane">{}{}{}</g>',
        _rect(Box(0.5, box.y, box.width - 1, box.height), "lane-space"),
        _rect(name, "lane-name"),
        _words(_centred(wrap(band.lane, name.width - 12, LANE), name, LANE), LANE),
    )


def _figure(node: Node, box: Box) -> Iterable[SafeString]:
    x, y = box.middle
    half = box.width / 2
    if node.element.is_task:
        several = "" if node.doer is Doer.ONE else f"M{_n(x - 4)} {_n(box.bottom - 9)}v6m4-6v6m4-6v6"
        lines = wrap(node.label, box.width - 8, LABEL)
        yield _rect(box, "shape", 8)
        yield _icon(PEOPLE if node.doer is Doer.BODY else PERSON, Box(box.x + 5, box.y + 4, 16, 16))
        yield format_html('<path class="icon" d="{}"/>', several) if several else SafeString("")
        yield _words(_centred(lines, box, LABEL).moved_down(2), LABEL)
    elif _is_meeting(node):
        yield format_html('<circle class="meeting" cx="{}" cy="{}" r="{}"/>', *map(_n, (x, y, half)))
    elif node.is_gateway:
        corners = map(_n, (x, box.y, half, half, -half, half, -half, -half))
        yield format_html('<path class="shape" d="M{} {}l{} {} {} {} {} {}Z"/>', *corners)
        if node.element is Element.PARALLEL:
            yield format_html('<path class="icon icon-choice" d="M{} {}h14m-7-7v14"/>', _n(x - 7), _n(y))
        else:
            yield format_html('<path class="icon icon-choice" d="M{} {}l10 10m0-10-10 10"/>', _n(x - 5), _n(y - 5))
    else:
        css = "shape is-end" if node.element is Element.END else "shape"
        yield format_html('<circle class="{}" cx="{}" cy="{}" r="{}"/>', css, *map(_n, (x, y, half)))
        if node.element is Element.TIMER:
            clock = map(_n, (x, y, half - 4, x, y))
            yield format_html(
                '<circle class="icon" cx="{}" cy="{}" r="{}"/><path class="icon" d="M{} {}v-7m0 7 5 3"/>', *clock
            )


def _icon(path: str, box: Box) -> SafeString:
    return format_html('<path class="icon" d="{}" transform="translate({} {}) scale(.8)"/>', path, _n(box.x), _n(box.y))


def _tick(box: Box) -> SafeString:
    return format_html(
        '<g class="tick"><circle cx="{}" cy="{}" r="9"/><path d="M{} {}l3 3 5.5-6"/></g>',
        *map(_n, (box.right - 3, box.y + 3, box.right - 7.2, box.y + 3.2)),
    )


def _note(note: str, box: Box) -> SafeString:
    width = OUTCOME.width((note,)) + 14
    tag = Box(box.middle[0] - width / 2, box.bottom - 6, width, 18)
    return format_html('<g class="note">{}{}</g>', _rect(tag, "", 9), _words(_centred((note,), tag, OUTCOME), OUTCOME))


def _rounded(points: tuple[Point, ...]) -> str:
    path = [f"M{_at(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        room = min(CORNER, *(max(map(abs, _difference(*pair))) / 2 for pair in pairwise((before, corner, after))))
        path.append(f"L{_at(_towards(corner, before, room))}Q{_at(corner)} {_at(_towards(corner, after, room))}")
    path.append(f"L{_at(points[-1])}")
    return "".join(path)


def _arrow(start: Point, end: Point) -> SafeString:
    turn = TURNS[_direction(start, end)]
    return format_html('<path class="arrow" d="{}" transform="translate({}) rotate({})"/>', ARROW, _at(end), turn)


def _difference(start: Point, end: Point) -> Point:
    return end[0] - start[0], end[1] - start[1]


def _direction(start: Point, end: Point) -> tuple[int, int]:
    across, down = _difference(start, end)
    return (across > 0) - (across < 0), (down > 0) - (down < 0)


def _towards(start: Point, end: Point, distance: float) -> Point:
    across, down = _direction(start, end)
    return start[0] + across * distance, start[1] + down * distance


def _rect(box: Box, css: str, radius: float = 0) -> SafeString:
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="{}"/>',
        css,
        *map(_n, (box.x, box.y, box.width, box.height, radius)),
    )


def _centred(lines: tuple[str, ...], box: Box, letters: Letters) -> Label:
    height = letters.height(lines)
    return Label(lines, Box(box.x, box.middle[1] - height / 2, box.width, height))


def _words(label: Label, letters: Letters) -> SafeString:
    x = _n(label.box.middle[0])
    rows = (
        (x, _n(label.box.y + letters.size * (0.87 + place * letters.leading)), line)
        for place, line in enumerate(label.lines)
    )
    return format_html('<text class="label">{}</text>', format_html_join("", '<tspan x="{}" y="{}">{}</tspan>', rows))


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _at(point: Point) -> str:
    return f"{_n(point[0])} {_n(point[1])}"


def _n(number: float) -> str:
    """No thousands separator, and no more digits than a screen shows."""
    return f"{number:.1f}".removesuffix(".0")
