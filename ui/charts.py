"""Bars: how much of each, and how much was planned. Drawn by <c-bars>, without a script, and legible as a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

FULL = 1000  # how wide the longest is


@dataclass(frozen=True, slots=True)
class Bar:
    """One of them. `shown` is its value in words, and `url` where what it counts is to be found."""

    label: str
    value: float
    shown: str
    url: str = ""
    plan: float | None = None
    plan_shown: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """How long it is, and where its plan lies; over: longer than planned."""

    bar: Bar
    width: int
    mark: int | None

    @property
    def over(self) -> bool:
        return self.bar.plan is not None and self.bar.value > self.bar.plan


@dataclass(frozen=True)
class Chart:
    """`what` heads the column of labels in the table, `unit` that of the values."""

    title: str
    what: str
    unit: str
    bars: Sequence[Bar]
    most: int | None = None  # that are drawn; the table has all of them

    @property
    def drawn(self) -> list[Drawn]:
        return self.rows[: self.most]

    @property
    def left_out(self) -> int:
        return len(self.rows) - len(self.drawn)

    @property
    def planned(self) -> bool:
        return any(bar.plan is not None for bar in self.bars)

    @property
    def noted(self) -> bool:
        return any(bar.note for bar in self.bars)

    @cached_property
    def rows(self) -> list[Drawn]:
        longest = max([0.0, *(max(bar.value, bar.plan or 0) for bar in self.bars)]) or 1.0
        return [
            Drawn(bar, round(FULL * max(bar.value, 0) / longest), None if bar.plan is None else round(
                (FULL - 4) * bar.plan / longest
            ))
            for bar in self.bars
        ]  # fmt: skip
