"""Loops are bounded: after so many rounds a case goes on, stops, or is escalated (domain §5: at most three)."""

from roles.rules.verdict import Granted, Refused, Verdict

MOST_RETURNS = 3
MOST_BALLOTS = 3


def may_return(*, taken: int, label: str) -> Verdict:
    """Whether a case may go back once more along an outcome that was taken so often."""
    if taken < MOST_RETURNS:
        return Granted()
    return Refused(
        f"De uitkomst ‘{label}’ is in deze zaak al {MOST_RETURNS} keer gekozen. Kies een andere uitkomst, of escaleer.",
        "Procesbeschrijving opdrachtverstrekking: hoogstens drie rondes",
    )
