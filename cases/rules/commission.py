"""What makes a commission fit to be submitted; plain Python, so that pages, imports and the demo ask the same."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

MOST_EUROS = Decimal(1_000_000_000)
LONGEST_YEARS = 10
FARTHEST_YEARS_AHEAD = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, at which field, in the words that the user reads."""

    field: str
    message: str


def problems(
    *,
    shares: Mapping[int, Decimal],
    participants: Collection[int],
    own_organisation: int | None,
    start_date: date,
    years: int,
    criteria: int,
    today: date,
) -> list[Problem]:
    """Everything that is wrong with a regional commission. Shares are euros per year by municipality."""
    found = []
    if strangers := set(shares) - set(participants):
        found.append(Problem("shares", f"Kies alleen gemeenten die aan de module deelnemen ({len(strangers)} niet)."))
    if len(shares) < 2:
        found.append(Problem("shares", "Een regionale opdracht heeft minstens twee deelnemende gemeenten."))
    if own_organisation is not None and own_organisation not in shares:
        found.append(Problem("shares", "Uw eigen gemeente doet mee aan een opdracht die u indient."))
    if any(amount < 0 for amount in shares.values()):
        found.append(Problem("shares", "Een aandeel is nul of meer."))
    total = sum(shares.values(), Decimal(0))
    if total <= 0:
        found.append(Problem("shares", "Vul bij minstens één gemeente een aandeel in."))
    elif total > MOST_EUROS:
        found.append(Problem("shares", "De raming is hoger dan 1 miljard euro per jaar; controleer de bedragen."))
    if start_date < today:
        found.append(Problem("start_date", "De gewenste startdatum ligt in het verleden."))
    elif start_date.year > today.year + FARTHEST_YEARS_AHEAD:
        found.append(Problem("start_date", f"De startdatum ligt meer dan {FARTHEST_YEARS_AHEAD} jaar vooruit."))
    if not 1 <= years <= LONGEST_YEARS:
        found.append(Problem("years", f"De looptijd is 1 tot en met {LONGEST_YEARS} jaar."))
    if criteria < 1:
        found.append(Problem("criteria", "Noem minstens één evaluatiekader: daaraan wordt straks gemeten."))
    return found
