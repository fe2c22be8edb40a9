"""Who does which step and what it is called, frozen when a case starts: a later change of the regeling moves none."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from audit import clock
from cases.models import Case, Scale
from escalation.selectors import frozen_terms
from roles.models import Body, Position, Scheme, StepBinding
from workflows.models import CaseProcess
from workflows.names import name_in
from workflows.nodes import By, Step


class Unbound(LookupError):
    """The regeling says nobody does a step of this flow: a mistake in its set-up."""


def freeze(*, case: Case, flow_class: Any, submitter: int) -> dict[str, Any]:
    """Step name -> position id; for a step of each municipality, organisation id -> position id.

    None: this regeling does not have the step, or the case can never come there (it has no municipality of its own).
    """
    bound = _bound(case, flow_class)
    return {node.name: _position(case, node, bound.get(node.name), submitter) for node in _steps(flow_class)}


def labels(*, case: Case, flow_class: Any) -> dict[str, str]:
    """Step name -> what the regeling calls it, where it has a word of its own."""
    return {step: binding.label for step, binding in _bound(case, flow_class).items() if binding.label}


@dataclass(frozen=True, slots=True)
class Renewed:
    """Bindings, labels and terms for another version; `unbound` are the steps to which the regeling binds nobody."""

    bindings: dict[str, Any]
    labels: dict[str, str]
    terms: dict[str, Any]
    unbound: list[str]


def renew(process: CaseProcess, flow_class: Any) -> Renewed:
    """For a running case in another version: what was frozen stays, what is new to it is bound as of today.

    Names that only the earlier version has stay too: who had a part in the case keeps what they may read of it.
    """
    case, frozen = process.case, process.bindings
    before = {name_in(flow_class, name): name for name in sorted(frozen, key=lambda x: name_in(flow_class, x) == x)}
    bound, kept, unbound = _bound(case, flow_class), dict(frozen), []
    for node in _steps(flow_class):
        was = before.get(node.name, "")
        if getattr(getattr(process.flow_class, was, None), "by", None) is node.by:
            kept[node.name] = frozen[was]
            continue
        try:
            kept[node.name] = _position(case, node, bound.get(node.name), case.submitted_by.position_id)
        except Unbound:
            unbound.append(node.name)
    named = {step: binding.label for step, binding in bound.items() if binding.label}
    named |= {name_in(flow_class, name): label for name, label in process.labels.items()}
    terms = frozen_terms(case.scheme_id, flow_class.code, clock.today())
    terms |= {name_in(flow_class, name): term for name, term in process.terms.items()}
    return Renewed(kept, named, terms, unbound)


def inherited(parent: CaseProcess, flow_class: Any, *, submitter: int) -> tuple[dict[str, Any], dict[str, str]]:
    """Bindings and labels of a case under another: who did a step there does the one that is `done_as` it here."""
    same = {node.name: flow_class.done_as.get(node.name, node.name) for node in _steps(flow_class)}
    bindings = {name: parent.bindings.get(there) for name, there in same.items()}
    bindings |= {node.name: submitter for node in _steps(flow_class) if node.by is By.SUBMITTER}
    return bindings, {name: parent.labels[name] for name in same if name in parent.labels}


def may_start(*, scheme: Scheme, flow_class: Any, step: str = "submit") -> set[int]:
    """The positions that may submit, by the name of the step with which the flow begins."""
    found: set[int] = set()
    for binding in StepBinding.objects.filter(scheme=scheme, flow=flow_class.code, step=step):
        found.update(_positions(binding).values_list("pk", flat=True))
    return found


def _steps(flow_class: Any) -> Iterable[Step]:
    return (node for node in flow_class.instance.nodes() if isinstance(node, Step) and node.task_type == "HUMAN")


def _bound(case: Case, flow_class: Any) -> dict[str, StepBinding]:
    """The binding of each step: the one of the domain of the case goes before the one of all domains."""
    bindings = StepBinding.objects.filter(scheme=case.scheme_id, flow=flow_class.code, domain__in=("", case.domain))
    return {binding.step: binding for binding in bindings.order_by("domain", "-id")}


def _position(case: Case, node: Step, binding: StepBinding | None, submitter: int) -> Any:
    if node.by is By.SUBMITTER:
        return submitter
    if node.by is By.SEAT:
        return None  # named in the case itself, by its team
    if binding is None:
        if node.skip:
            return None
        raise Unbound(f"{case.scheme.code} binds nobody to {node.flow_class.code}/{node.name}")
    positions = _positions(binding)
    if node.by is By.ORGANISATION:
        return {str(position.body.organisation_id): position.pk for position in positions.select_related("body")}
    if node.by is By.HOME:
        home = positions.filter(body__organisation=case.organisation_id).values_list("pk", flat=True).first()
        if home is None and case.scale == Scale.LOCAL:
            raise Unbound(f"{case.organisation} has nobody for {node.flow_class.code}/{node.name}")
        return home
    return positions.get().pk


def _positions(binding: StepBinding) -> Any:
    if binding.body_id is not None:
        return Position.objects.filter(body=binding.body_id, role=binding.role_id)
    return Position.objects.filter(
        role=binding.role_id, body__scheme=binding.scheme_id, body__kind=Body.Kind.MUNICIPALITY
    )
