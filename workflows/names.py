"""Names of flows and steps as rows keep them, and what they mean today.

A row says `workflows/flows.commissioning.CommissioningFlow.intake`. Two tables let a name change without rewriting
rows. `ALIASES`, here, is for a reference that moved: a flow's module or class, or a step of a version in use. A flow's
own `aliases` are for a later version: each name that an earlier version gave to a step that is called otherwise in it.
"""

from typing import Any

from viewflow.workflow.fields import (
    FlowReferenceField,
    TaskReferenceField,
    get_flow_ref,
    get_task_ref,
    import_flow_by_ref,
    import_task_by_ref,
)

# As it stands in rows -> as it is called now: a whole flow, or one step of one.
ALIASES: dict[str, str] = {}


def current(reference: str) -> str:
    """The reference that the program answers to; the same where nothing was renamed."""
    flow, _, step = ALIASES.get(reference, reference).rpartition(".")
    moved = f"{ALIASES.get(flow, flow)}.{step}"
    return ALIASES.get(moved, moved)


def flow_of(reference: str) -> Any:
    """The flow class that a row names. Raises what an import raises."""
    return import_flow_by_ref(ALIASES.get(reference, reference))


def step_of(reference: str) -> Any:
    """The node that a row names. viewflow answers with an "obsolete" one for a step that its flow does not have."""
    return import_task_by_ref(current(reference))


def rows_of(flow_class: Any) -> list[str]:
    """Every way in which rows may name this flow."""
    reference = get_flow_ref(flow_class)
    return [reference, *(was for was, now in ALIASES.items() if now == reference)]


def rows_of_step(node: Any) -> list[str]:
    """Every way in which rows may name this step of this version."""
    reference = get_task_ref(node)
    names = [node.name, *(was.rpartition(".")[2] for was, now in ALIASES.items() if now == reference)]
    return [f"{flow}.{name}" for flow in rows_of(node.flow_class) for name in names]


def name_in(flow_class: Any, name: str) -> str:
    """What a version of a flow calls the step that it, or an earlier version, called this."""
    known: str = getattr(flow_class, "aliases", {}).get(name, name)
    return known


def name_of(flow_class: Any, reference: str) -> str:
    """What a version calls the step that a row names, whichever version the row dates from."""
    return name_in(flow_class, current(reference).rpartition(".")[2])


class FlowReference(FlowReferenceField):
    """The flow that a case runs on."""

    def to_python(self, value: Any) -> Any:
        return flow_of(value) if isinstance(value, str) and value else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else super().from_db_value(ALIASES.get(value, value), expression, connection)


class StepReference(TaskReferenceField):
    """The step that a task is an instance of."""

    def to_python(self, value: Any) -> Any:
        return step_of(value) if isinstance(value, str) and value else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else super().from_db_value(current(value), expression, connection)
