"""A timeline of one year, drawn as far as that goes without a screen: where each day lies, and what lies on a row."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

LEFT, WIDTH, ROW, HEAD = 260, 720, 34, 28  # of the drawing, in its own units


@dataclass(frozen=True, slots=True)
class Bar:
    """From a day up to and including another; `tone` says what kind of time it is."""

    first: date
    last: date
    label: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A day on which something happens, or is to; `planned` is drawn hollow."""

    day: date
    label: str
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what it is about, and where that is to be found."""

    label: str
    note: str
    url: str
    bars: Sequence[Bar] = ()
    marks: Sequence[Mark] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A row with the places of everything on it; what lies outside the year is cut off, or left out."""

    line: Line
    y: int
    bars: list[tuple[Bar, float, float]]
    marks: list[tuple[Mark, float]]

    @property
    def label(self) -> str:
        """As much as fits."""
        return self.line.label if len(self.line.label) <= 34 else self.line.label[:33].rstrip() + "…"

    @property
    def words(self) -> str:
        """All of it, for who does not see the drawing."""
        told = [f"{bar.label} {bar.first:%d-%m-%Y} tot en met {bar.last:%d-%m-%Y}" for bar, _, _ in self.bars]
        told += [f"{mark.label} {mark.day:%d-%m-%Y}" for mark, _ in self.marks]
        return f"{self.line.label}: {', '.join(told) or 'niets in dit jaar'}"


def drawn(lines: Iterable[Line], year: int) -> list[Drawn]:
    """Each on a row of its own, in the given order."""
    return [_draw(line, place, year) for place, line in enumerate(lines)]


def _draw(line: Line, place: int, year: int) -> Drawn:
    begins, ends = date(year, 1, 1), date(year, 12, 31)
    bars = [
        (bar, x(max(bar.first, begins)), max(x(min(bar.last, ends), whole=True) - x(max(bar.first, begins)), 2.0))
        for bar in line.bars
        if bar.first <= ends and bar.last >= begins and bar.first <= bar.last
    ]
    marks = [(mark, x(mark.day)) for mark in line.marks if begins <= mark.day <= ends]
    return Drawn(line, HEAD + place * ROW, bars, marks)


def x(day: date, *, whole: bool = False) -> float:
    """Where a day begins, or ends."""
    days = 366 if monthrange(day.year, 2)[1] == 29 else 365
    passed = day.timetuple().tm_yday - 1 + (1 if whole else 0)
    return round(LEFT + WIDTH * passed / days, 1)


def months(year: int) -> list[tuple[date, float]]:
    """The first of each, with its place."""
    return [(first, x(first)) for first in (date(year, month, 1) for month in range(1, 13))]
