"""The process picture on a page, and the same in words. What a page needs of this package is here."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.utils.safestring import SafeString

from workflows.bpmn import progress, svg
from workflows.bpmn.adapter import diagram_of
from workflows.bpmn.layout import Style, lay_out
from workflows.bpmn.model import Diagram, Element

ON_PAGE = Style(header=86.0, merge=8.0, task=(100.0, 60.0))


def picture(
    flow_class: Any, done: Mapping[str, str], current: Collection[str], notes: Mapping[str, str],
    labels: Mapping[str, str] | None = None,
) -> SafeString:  # fmt: skip
    """An SVG. `done`: step -> code of its last outcome; `notes`: what stands with a current step, as "5 van 7".

    `labels`: what the regeling calls its steps.
    """
    diagram = named(flow_class, labels)
    return svg.draw(lay_out(diagram, ON_PAGE), progress.Progress(diagram, done, current, notes))


def steps_as_text(
    flow_class: Any, done: Mapping[str, str], current: Collection[str], notes: Mapping[str, str],
    labels: Mapping[str, str] | None = None,
) -> list[progress.StepText]:  # fmt: skip
    """The steps and ends in the order of the process, for the list beside the picture."""
    return progress.told(progress.Progress(named(flow_class, labels), done, current, notes))


def heatmap(
    flow_class: Any, heat: Mapping[str, int], notes: Mapping[str, str]
) -> tuple[SafeString, list[dict[str, str]]]:  # fmt: skip
    """An SVG of how long each step takes, and the same in words. `heat`: step -> 1 (short) to 4; `notes`: in days."""
    diagram = diagram_of(flow_class)
    drawn = svg.draw(lay_out(diagram, ON_PAGE), progress.Heat(diagram, {}, (), notes, heat))
    told = [
        {"label": node.label, "lane": node.lane, "state_label": "", "note": notes.get(node.name, "geen metingen")}
        for node in diagram.nodes
        if node.element.is_task or node.element is Element.TIMER
    ]
    return drawn, told


def named(flow_class: Any, labels: Mapping[str, str] | None) -> Diagram:
    """The flow in the words of a regeling."""
    return _renamed(flow_class, tuple(sorted((labels or {}).items())))


@lru_cache(maxsize=64)
def _renamed(flow_class: Any, labels: tuple[tuple[str, str], ...]) -> Diagram:
    diagram, words = diagram_of(flow_class), dict(labels)
    nodes = (replace(node, label=words.get(node.name, node.label)) for node in diagram.nodes)
    return replace(diagram, nodes=tuple(nodes))
