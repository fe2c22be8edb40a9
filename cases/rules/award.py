"""Who may win, and what has to be said of it: a ranking proposes, people decide, and say where they differ.

What is awarded is valued over the whole term, options included (Aanbestedingswet 2012 art. 2.15): a mandate is asked
about that, and not about one year of it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from cases.rules import procurement_law as law

LONGEST_YEARS = 10
REASONS = "Aanbestedingswet 2012 art. 2.130"


@dataclass(frozen=True, slots=True)
class Ranked:
    """A tender as the ranking has it; without a place it was excluded. `candidate` is whatever number it goes by."""

    lot: int
    candidate: int
    place: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """One winner of one lot, and why. A deviation says why somebody who stands higher does not win."""

    lot: int
    candidate: int
    annual_amount: Decimal
    reason: str
    deviation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """From when and for how long, the same for all winners."""

    starts_on: date
    years: int
    option_years: int = 0
    option_times: int = 0

    @property
    def in_all(self) -> int:
        return self.years + self.option_years * self.option_times

    def worth(self, annual_amount: Decimal) -> Decimal:
        return annual_amount * self.in_all


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and of which lot; 0: of all of it."""

    lot: int
    message: str


def passed_over(picks: Collection[Pick], ranked: Collection[Ranked], pick: Pick) -> list[Ranked]:
    """Who stands above a winner of the same lot and does not win it."""
    winning = {each.candidate for each in picks if each.lot == pick.lot}
    own = next((each.place for each in ranked if (each.lot, each.candidate) == (pick.lot, pick.candidate)), None)
    return [
        each
        for each in ranked
        if each.lot == pick.lot and each.place and own and each.place < own and each.candidate not in winning
    ]


def problems(
    picks: Sequence[Pick], ranked: Collection[Ranked], course: Course, *, lots: Collection[int]
) -> list[Problem]:
    """Everything that is wrong with an advice; `ranked` is empty where nothing was compared."""
    found: list[Problem] = []
    if not picks:
        found.append(Problem(0, "Kies bij ten minste één perceel wie wint, of trek de procedure in."))
    if course.years < 1 or course.in_all > LONGEST_YEARS:
        found.append(
            Problem(0, f"Looptijd en verlengingen zijn samen ten minste 1 en ten hoogste {LONGEST_YEARS} jaar.")
        )
    if bool(course.option_years) != bool(course.option_times):
        found.append(
            Problem(0, "Vul bij verlengingen zowel het aantal als de jaren per verlenging in, of geen van beide.")
        )
    for pick in picks:
        found += [Problem(pick.lot, message) for message in _of_pick(pick, picks, ranked, lots)]
    return found


def _of_pick(pick: Pick, picks: Sequence[Pick], ranked: Collection[Ranked], lots: Collection[int]) -> list[str]:
    found = []
    if pick.lot not in lots:
        found.append("Dit perceel hoort niet bij deze inkoop.")
    if pick.annual_amount <= 0:
        found.append("Vul van iedere winnaar het bedrag per jaar in.")
    if not pick.reason.strip():
        found.append("Schrijf op wat de kenmerken en voordelen van de winnaar zijn: wie verliest, leest dit.")
    if ranked:
        place = {(each.lot, each.candidate): each.place for each in ranked}.get((pick.lot, pick.candidate))
        if place is None:
            found.append("Wie is uitgesloten of niet heeft ingeschreven, kan dit perceel niet winnen.")
        elif passed_over(picks, ranked, pick) and not pick.deviation.strip():
            found.append("Er staat iemand hoger in de rangorde die niet wint. Motiveer de afwijking.")
    return found


def publication_due(agreed_on: date, *, bundled: bool) -> date:
    """The last day to announce what was awarded: so many days later; bundled, after the quarter (Aw 2.134)."""
    days = timedelta(days=law.term("award_notice", agreed_on).days)
    return (last_of_quarter(agreed_on) if bundled else agreed_on) + days


def last_of_quarter(day: date) -> date:
    first = 3 * ((day.month - 1) // 3) + 4
    year, month = (day.year, first) if first <= 12 else (day.year + 1, first - 12)
    return date(year, month, 1) - timedelta(days=1)
