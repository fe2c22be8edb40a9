"""The picture of the flow version that a case ran on, as far as the case went, for paper."""

from dataclasses import dataclass

from workflows.bpmn.picture import picture, steps_as_text
from workflows.bpmn.progress import StepText
from workflows.exporting.shapes import Record, Task
from workflows.flows import versions_of
from workflows.names import name_in
from workflows.nodes import Step

# What ui/css/process.css says on a screen, in ink.
INK = """<style>
text { font-family: "Libertinus Serif"; }
.lane-space { fill: none; stroke: #c4c4c4; } .lane-name { fill: #f2f2f2; stroke: #c4c4c4; }
.label { fill: #1a1a1a; text-anchor: middle; font-size: 14px; } .lane .label { font-weight: bold; }
.edge .label { font-size: 13px; fill: #404040; paint-order: stroke; stroke: #ffffff; stroke-width: 3px; }
.shape { fill: #ffffff; stroke: #595959; stroke-width: 1.5px; } .shape.is-end { stroke-width: 3.5px; }
.icon { fill: none; stroke: #595959; stroke-width: 1.4px; } .icon-choice { stroke-width: 2.2px; }
.edge > path { fill: none; stroke: #595959; stroke-width: 1.5px; } .edge > .arrow { fill: #595959; stroke: none; }
.meeting { fill: #595959; }
.edge.is-done > path { stroke: #1d6b3a; stroke-width: 2.2px; } .edge.is-done > .arrow { fill: #1d6b3a; stroke: none; }
.is-done > .meeting { fill: #1d6b3a; } .is-done > .shape { fill: #e4f3e9; stroke: #1d6b3a; }
.tick circle { fill: #1d6b3a; } .tick path { fill: none; stroke: #ffffff; stroke-width: 2px; }
.is-current > .shape { fill: #e3edf9; stroke: #154273; stroke-width: 3px; }
.is-next > .shape { stroke: #154273; stroke-dasharray: 5 3.5; }
.is-skipped > .shape { fill: none; stroke: #c4c4c4; stroke-dasharray: 2 4; }
.note rect { fill: #154273; } .note .label { fill: #ffffff; font-size: 13px; font-weight: bold; }
</style>"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The picture, the same in a sentence (for who listens), and its steps as a list."""

    svg: str
    words: str
    steps: list[StepText]


def drawn(record: Record) -> Drawn:
    flow = next(each for each in versions_of(record.flow) if each.version == record.version)
    steps = [task for task in record.tasks if not task.part]
    done = {name_in(flow, task.step): task.outcome for task in _in_order(steps)}
    waiting = {name_in(flow, task.step) for task in steps if task.finished is None}
    current = {name for name in waiting if isinstance(getattr(flow, name, None), Step)}
    asked = (flow, done, current, dict[str, str](), dict(record.labels))
    listed = steps_as_text(*asked)
    svg = str(picture(*asked))
    start = svg.index(">") + 1
    return Drawn(svg[:start] + INK + svg[start:], _in_words(record, listed), listed)


def _in_order(steps: list[Task]) -> list[Task]:
    finished = [(task.finished, task.id, task) for task in steps if task.finished]
    return [task for *_, task in sorted(finished, key=lambda each: each[:2])]


def _in_words(record: Record, steps: list[StepText]) -> str:
    told = ", ".join(f"{step.label}: {step.state_label}" for step in steps)
    return f"Procesplaat {record.process_title}, versie {record.version}. {told}."
