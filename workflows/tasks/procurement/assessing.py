"""From the opening to the consensus, in the order of the flow."""

from collections.abc import Callable

from workflows.engine import Work


def noted(work: Work, outcome: str) -> None:
    """What was found is in the act."""


CHANGES: dict[str, Callable[..., None]] = {
    "opening": noted,
    "eligibility": noted,
    "assessment": noted,
    "consensus": noted,
}
