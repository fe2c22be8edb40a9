"""What each step of each flow changes in its case, by the names that the flow gives them."""

from collections.abc import Callable

from workflows.tasks import amendment, commissioning, escalation, evaluation, procurement

CHANGES: dict[str, dict[str, Callable[..., None]]] = {
    "commissioning": commissioning.CHANGES,
    "amendment": amendment.CHANGES,
    "escalation": escalation.CHANGES,
    "evaluation": evaluation.CHANGES,
    "procurement": procurement.CHANGES,
}
DECISIONS: dict[str, dict[str, Callable[..., None]]] = {
    "commissioning": commissioning.DECISIONS,
    "amendment": amendment.DECISIONS,
    "escalation": escalation.DECISIONS,
    "evaluation": evaluation.DECISIONS,
    "procurement": procurement.DECISIONS,
}
