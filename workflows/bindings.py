"""Who does which step, frozen when a case starts: a later change of the regeling moves no open task."""

from typing import Any

from roles.models import Body, Position, Scheme, StepBinding
from workflows.nodes import By, Step


class Unbound(LookupError):
    """The regeling says nobody does a step of this flow: a mistake in its set-up."""


def freeze(*, scheme: Scheme, flow_class: Any, submitter: int) -> dict[str, Any]:
    """Step name -> position id; for a step of each municipality, organisation id -> position id."""
    return {
        node.name: _position(scheme, flow_class.code, node, submitter)
        for node in flow_class.instance.nodes()
        if isinstance(node, Step) and node.task_type == "HUMAN"
    }


def may_start(*, scheme: Scheme, flow_class: Any) -> set[int]:
    """The positions that may submit."""
    found: set[int] = set()
    for binding in StepBinding.objects.filter(scheme=scheme, flow=flow_class.code, step="submit"):
        found.update(_positions(binding).values_list("pk", flat=True))
    return found


def _position(scheme: Scheme, flow: str, node: Step, submitter: int) -> Any:
    if node.by is By.SUBMITTER:
        return submitter
    binding = StepBinding.objects.filter(scheme=scheme, flow=flow, step=node.name).first()
    if binding is None:
        raise Unbound(f"{scheme.code} binds nobody to {flow}/{node.name}")
    positions = _positions(binding)
    if node.by is By.ORGANISATION:
        return {str(position.body.organisation_id): position.pk for position in positions.select_related("body")}
    return positions.get().pk


def _positions(binding: StepBinding) -> Any:
    if binding.body_id is not None:
        return Position.objects.filter(body=binding.body_id, role=binding.role_id)
    return Position.objects.filter(
        role=binding.role_id, body__scheme=binding.scheme_id, body__kind=Body.Kind.MUNICIPALITY
    )
