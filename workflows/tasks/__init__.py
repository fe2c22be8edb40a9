"""What each step of each flow changes in its case, by the names that the flow gives them."""

from collections.abc import Callable

from workflows.tasks import (
    addendum,
    amendment,
    commissioning,
    contract,
    contract_review,
    enquiry,
    escalation,
    evaluation,
    policy_signal,
    procurement,
    requalification,
)

CHANGES: dict[str, dict[str, Callable[..., None]]] = {
    "commissioning": commissioning.CHANGES,
    "amendment": amendment.CHANGES,
    "escalation": escalation.CHANGES,
    "evaluation": evaluation.CHANGES,
    "policy_signal": policy_signal.CHANGES,
    "procurement": procurement.CHANGES,
    "addendum": addendum.CHANGES,
    "contract": contract.CHANGES,
    "contract_review": contract_review.CHANGES,
    "enquiry": enquiry.CHANGES,
    "requalification": requalification.CHANGES,
}
DECISIONS: dict[str, dict[str, Callable[..., None]]] = {
    "commissioning": commissioning.DECISIONS,
    "amendment": amendment.DECISIONS,
    "escalation": escalation.DECISIONS,
    "evaluation": evaluation.DECISIONS,
    "policy_signal": policy_signal.DECISIONS,
    "procurement": procurement.DECISIONS,
    "addendum": addendum.DECISIONS,
    "contract": contract.DECISIONS,
}
