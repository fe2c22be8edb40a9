"""Planned procurements: which moments fit one another, and when a new one has to begin (domain §5.9). Plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from cases.rules.commission import Problem
from roles.rules.verdict import Granted, Refused, Verdict

PROCESS = "Procesbeschrijving"
FARTHEST_YEARS = 15

# In order: the name of a moment, and what it is called.
MOMENTS: Mapping[str, str] = {
    "prepare_on": "start van de voorbereiding", "market_on": "gang naar de markt", "award_on": "gunning",
    "starts_on": "ingang van het contract",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """When a procurement is to be where."""

    prepare_on: date
    market_on: date
    award_on: date
    starts_on: date

    def on(self, name: str) -> date:
        found: date = getattr(self, name)
        return found


def problems(moments: Moments, *, today: date) -> list[Problem]:
    """What does not fit, by the field that it is about."""
    found = [
        Problem(after, f"De {MOMENTS[after]} kan niet vóór de {MOMENTS[before]} liggen.")
        for before, after in pairwise(MOMENTS)
        if moments.on(after) < moments.on(before)
    ]
    if moments.starts_on < today:
        found.append(Problem("starts_on", "Kies een dag vanaf vandaag; een contract dat al loopt, staat er vanzelf."))
    if moments.starts_on.year > today.year + FARTHEST_YEARS:
        found.append(Problem("starts_on", f"Plan niet verder vooruit dan {FARTHEST_YEARS} jaar."))
    return found


def may_change(*, planned: bool) -> Verdict:
    """What was taken up in a commission, or dropped, stays as it was planned: it is what it is compared with."""
    if planned:
        return Granted()
    return Refused("Deze geplande inkoop is al opgepakt of vervallen en verandert niet meer.", PROCESS)


def may_leave_unadvised(*, asked: bool) -> Verdict:
    """Who asks for advice gets it (domain §5.9: asked or unasked)."""
    if asked:
        return Refused("Er is om advies gevraagd. Geef het, ook als het kort is.", PROCESS)
    return Granted()
