"""A figure by which a contract is followed: whether it meets its norm, and how it looks as a line (domain §5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from roles.rules.verdict import Granted, Refused, Verdict

AGREEMENT = "KPI's van de regeling"
FARTHEST = Decimal(10) ** 9


class Direction(StrEnum):
    """On which side of its norm a value should lie."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"


def breaches(value: Decimal, norm: Decimal, direction: str) -> bool:
    """A value that is the norm meets it."""
    return value < norm if direction == Direction.AT_LEAST else value > norm


def may_measure(*, value: Decimal, period: date, starts_on: date, ends_on: date, today: date) -> Verdict:
    """A value of a month in which the contract ran, that is over or under way."""
    if abs(value) > FARTHEST:
        return Refused("Deze waarde is te groot; controleer haar.", AGREEMENT)
    if period > today:
        return Refused("Deze maand moet nog beginnen.", AGREEMENT)
    if not starts_on.replace(day=1) <= period <= ends_on:
        return Refused("In deze maand liep het contract niet.", AGREEMENT)
    return Granted()


@dataclass(frozen=True, slots=True)
class Line:
    """Points of a small graph, in units of its own box; `norm` is the height of the norm, `last` the last point."""

    points: str
    norm: float
    last: tuple[float, float]


def line(values: Sequence[Decimal], norm: Decimal, *, width: int = 160, height: int = 40, margin: int = 4) -> Line:
    """From left to right, as wide as the box; values and norm share its height."""
    low, high = min(*values, norm), max(*values, norm)
    span = (high - low) or Decimal(1)
    step = (width - 2 * margin) / max(len(values) - 1, 1)

    def height_of(value: Decimal) -> float:
        return round(height - margin - float((value - low) / span) * (height - 2 * margin), 1)

    places = [(round(margin + step * at, 1), height_of(value)) for at, value in enumerate(values)]
    return Line(" ".join(f"{x},{y}" for x, y in places), height_of(norm), places[-1])
