"""The process picture on a page, and the same in words. What a page needs of this package is here."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.safestring import SafeString

from workflows.bpmn import progress, svg
from workflows.bpmn.adapter import diagram_of
from workflows.bpmn.layout import Style, lay_out

ON_PAGE = Style(header=86.0, merge=8.0, task=(100.0, 60.0))


def picture(flow_class: Any, done: Mapping[str, str], current: Collection[str], notes: Mapping[str, str]) -> SafeString:
    """An SVG. `done`: step -> code of its last outcome; `notes`: what stands with a current step, as "5 van 7"."""
    diagram = diagram_of(flow_class)
    return svg.draw(lay_out(diagram, ON_PAGE), progress.Progress(diagram, done, current, notes))


def steps_as_text(
    flow_class: Any, done: Mapping[str, str], current: Collection[str], notes: Mapping[str, str]
) -> list[progress.StepText]:
    """The steps and ends in the order of the process, for the list beside the picture."""
    return progress.told(progress.Progress(diagram_of(flow_class), done, current, notes))
