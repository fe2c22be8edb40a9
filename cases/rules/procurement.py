"""What a procurement must be made of, whatever the law of the day says: its team, lots and criteria. Plain Python."""

from collections.abc import Collection, Sequence
from decimal import Decimal

from roles.rules.money import euros
from roles.rules.verdict import Granted, Refused

PROCESS = "Procesbeschrijving inkoop"
FEWEST_ASSESSORS = 2
FEWEST_OPENERS = 4
PRICE, BAND = "price", "band"
WEIGHED = "Aw 2.115"
COMPARED = ("contract", "concession")  # instruments by which somebody is chosen among others


def team_is_fit(members: Sequence[tuple[str, int]]) -> Granted | Refused:
    """Pairs of a role and an appointment: one leads, assessors can differ, and enough can open.

    The openers may come later than the team, but before it goes to the market; none at all is for a regeling that
    tenders on a platform outside.
    """
    by_role: dict[str, set[int]] = {}
    for role, appointment in members:
        by_role.setdefault(role, set()).add(appointment)
    if len(by_role.get("lead", ())) != 1:
        return Refused("Wijs één projectleider aan.", PROCESS)
    if len(by_role.get("assessor", ())) < FEWEST_ASSESSORS:
        return Refused(f"Wijs ten minste {FEWEST_ASSESSORS} beoordelaars aan: zij beoordelen ieder voor zich.", PROCESS)
    if 0 < len(by_role.get("opener", ())) < FEWEST_OPENERS:
        return Refused(
            f"Wijs ten minste {FEWEST_OPENERS} openers aan, of geen als een platform van buiten opent.", PROCESS
        )
    return Granted()


def lots_add_up(estimate: Decimal, lots: Collection[Decimal]) -> Granted | Refused:
    """All lots count for the estimate, also what is bought later (Aw 2.18)."""
    if lots and sum(lots, Decimal(0)) != estimate:
        return Refused(
            f"De percelen zijn samen {euros(sum(lots, Decimal(0)))}, de raming is {euros(estimate)}. Maak ze gelijk.",
            "Aw 2.18",
        )
    return Granted()


def criterion_is_fit(
    kind: str, *, formula: str, floor: Decimal | None, ceiling: Decimal | None, minimum: int | None, highest: int
) -> Granted | Refused:
    """What belongs to a price and what to a quality; and a band has two ends (docs/ranking.md)."""
    if kind != PRICE:
        if floor is not None or ceiling is not None:
            return Refused("Een bandbreedte hoort bij een prijs. Laat de bedragen leeg.", WEIGHED)
        if minimum is not None and not 0 < minimum <= highest:
            return Refused(f"De laagste score die meetelt ligt tussen 1 en {highest}.", WEIGHED)
        return Granted()
    if minimum is not None:
        return Refused("Een prijs heeft geen laagste score. Laat die leeg.", WEIGHED)
    if formula == BAND and (floor is None or ceiling is None or floor >= ceiling):
        return Refused("Geef de laagste en de hoogste prijs van de bandbreedte.", WEIGHED)
    if formula != BAND and (floor is not None or ceiling is not None):
        return Refused("Deze prijsformule kent geen bandbreedte. Laat de bedragen leeg.", WEIGHED)
    return Granted()


def criteria_are_fit(instrument: str, criteria: Sequence[tuple[str, int]]) -> Granted | Refused:
    """Pairs of a kind and a weight in per cent. Where tenders are compared, everybody knows beforehand by what."""
    if instrument not in COMPARED:
        return Granted() if not criteria else Refused("Hier wordt niets vergeleken: laat de criteria weg.", WEIGHED)
    total = sum(weight for _, weight in criteria)
    if total != 100:
        return Refused(f"De gewichten van de gunningscriteria zijn samen {total}%. Maak er 100% van.", WEIGHED)
    return Granted()
