"""Reading what is closed when it cannot wait (noodtoegang): how long, why, and who judges it. Plain Python."""

from datetime import datetime

from roles.rules.verdict import Granted, Refused, Verdict

RULE = "Noodtoegang: met een reden, voor bepaalde tijd, en achteraf door een tweede persoon nagekeken"
MOST_HOURS = 72
REVIEWED_WITHIN = 5  # working days after it ended
LEAST_WORDS = 20  # signs: "spoed" alone is no reason


def may_take(*, reason: str, hours: int, running_until: datetime | None, closed: bool) -> Verdict:
    """Somebody asks to read one case. `closed`: is there anything in it that they cannot read already?"""
    if len(reason.strip()) < LEAST_WORDS:
        return Refused("Schrijf op waarom dit niet kan wachten. De tweede persoon leest het.", RULE)
    if not 1 <= hours <= MOST_HOURS:
        return Refused(f"Kies een tijd van 1 tot en met {MOST_HOURS} uur.", RULE)
    if running_until is not None:
        return Refused("Uw noodtoegang tot deze zaak loopt nog; u hoeft haar niet opnieuw te nemen.", RULE)
    if not closed:
        return Refused("In deze zaak is voor u niets gesloten. U hebt geen noodtoegang nodig.", RULE)
    return Granted()


def may_end(*, by: int, taker: int, running: bool) -> Verdict:
    """Before its time, by who took it: what is no longer needed need not stay open. It is judged all the same."""
    if by != taker:
        return Refused("Deze noodtoegang is van een ander. Alleen wie haar nam, beëindigt haar.", RULE)
    if not running:
        return Refused("Deze noodtoegang is al geëindigd.", RULE)
    return Granted()


def may_review(*, reviewer: int, taker: int, ended: bool, reviewed: bool, note: str) -> Verdict:
    """Afterwards, once, by somebody else, in words."""
    if reviewer == taker:
        return Refused("U nam deze noodtoegang zelf. Een ander kijkt haar na.", RULE)
    if reviewed:
        return Refused("Deze noodtoegang is al nagekeken.", RULE)
    if not ended:
        return Refused("Deze noodtoegang loopt nog. U kijkt haar na als zij is geëindigd.", RULE)
    if not note.strip():
        return Refused("Schrijf op waarop uw oordeel berust.", RULE)
    return Granted()
