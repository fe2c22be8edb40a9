"""The flows, one a file. Each version of a flow stays a module of its own for as long as cases run on it."""

from typing import Any

from workflows.flows.addendum import AddendumFlow
from workflows.flows.amendment import AmendmentFlow
from workflows.flows.amendment_2 import AmendmentFlow2
from workflows.flows.commissioning import CommissioningFlow
from workflows.flows.commissioning_2 import CommissioningFlow2
from workflows.flows.contract import ContractFlow
from workflows.flows.contract_review import ContractReviewFlow
from workflows.flows.enquiry import EnquiryFlow
from workflows.flows.escalation import EscalationFlow
from workflows.flows.evaluation import EvaluationFlow
from workflows.flows.policy_signal import PolicySignalFlow
from workflows.flows.procurement import ProcurementFlow
from workflows.flows.requalification import RequalificationFlow
from workflows.names import name_in

ALL: list[Any] = [
    CommissioningFlow, CommissioningFlow2, AmendmentFlow, AmendmentFlow2, EscalationFlow, ProcurementFlow,
    EvaluationFlow, PolicySignalFlow, ContractFlow, ContractReviewFlow, AddendumFlow, RequalificationFlow, EnquiryFlow,
]  # fmt: skip


def current(code: str) -> Any:
    """The newest version of a flow: what new cases run on. Raises LookupError for a flow that there is not."""
    versions = versions_of(code)
    if not versions:
        raise LookupError(code)
    return versions[-1]


def versions_of(code: str) -> list[Any]:
    """The versions of a flow, the oldest first."""
    return sorted((flow for flow in ALL if flow.code == code), key=lambda flow: flow.version)


def step_called(flow_class: Any, name: str, outcome: str = "") -> Any:
    """The step of this name, with this outcome, in a version of a flow or in the newest before it that had one.

    A case that went on in another version has steps behind it that its flow may not know any more. None: never there.
    """
    for each in reversed(versions_of(flow_class.code)):
        step = getattr(each, name_in(each, name), None)
        fits = step is not None and (not outcome or outcome in [known.code for known in step.outcomes])
        if each.version <= flow_class.version and fits:
            return step
    return None


def flow_at(step: str) -> Any:
    """The version that "commissioning/1/intake" names, as acts do; none where an act is about no step."""
    code, _, rest = step.partition("/")
    return next((flow for flow in ALL if flow.code == code and str(flow.version) == rest.partition("/")[0]), None)
