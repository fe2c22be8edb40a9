"""Which of the parallel tracks in a gap each stretch of line gets, so that lines cross as little as they can."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import permutations

from workflows.bpmn.routing import Axis, Route, Run

EXACT_UP_TO = 6
LYING_OVER_EACH_OTHER = 50


@dataclass(slots=True)
class Stretch:
    """One net in one gap. `legs` are where it turns away, and to which side: -1 to lower numbers, +1 to higher."""

    net: str
    low: int
    high: int
    legs: set[tuple[int, int]]

    def meets(self, other: "Stretch") -> bool:
        return self.low <= other.high and other.low <= self.high


def assign(routes: Iterable[Route]) -> dict[tuple[str, Run], int]:
    """The track of each net's run through a gap, counted from the left or from above."""
    gaps: defaultdict[tuple[Axis, int], list[Stretch]] = defaultdict(list)
    runs: list[tuple[str, Run]] = []
    for route in routes:
        for place, run in enumerate(route.runs):
            if run.line % 2 == 0:
                gaps[run.axis, run.line].append(_stretch(route, place))
                runs.append((route.net, run))
    numbers = {gap: _numbers(_ordered(_joined(stretches))) for gap, stretches in gaps.items()}
    return {
        (net, run): next(
            number
            for stretch, number in numbers[run.axis, run.line]
            if stretch.net == net and stretch.low <= run.low and run.high <= stretch.high
        )
        for net, run in runs
    }


def _stretch(route: Route, place: int) -> Stretch:
    run = route.runs[place]
    legs = set()
    if place > 0:
        legs.add((run.start, 1 if route.runs[place - 1].start > run.line else -1))
    if place + 1 < len(route.runs):
        legs.add((run.end, 1 if route.runs[place + 1].end > run.line else -1))
    return Stretch(route.net, run.low, run.high, legs)


def _joined(stretches: list[Stretch]) -> list[Stretch]:
    """Of one net, what overlaps is one line."""
    joined: list[Stretch] = []
    for stretch in sorted(stretches, key=lambda s: (s.net, s.low, s.high)):
        if joined and joined[-1].net == stretch.net and joined[-1].meets(stretch):
            joined[-1].high = max(joined[-1].high, stretch.high)
            joined[-1].legs |= stretch.legs
        else:
            joined.append(Stretch(stretch.net, stretch.low, stretch.high, set(stretch.legs)))
    return joined


def _ordered(stretches: list[Stretch]) -> list[Stretch]:
    """From low to high, with the fewest crossings: tried out for a few, put in one by one for more."""
    prices = {(id(a), id(b)): _crossings(a, b) for a in stretches for b in stretches if a is not b}

    def price(order: Iterable[Stretch]) -> int:
        order = list(order)
        return sum(prices[id(a), id(b)] for place, a in enumerate(order) for b in order[place + 1 :])

    if len(stretches) <= EXACT_UP_TO:
        return list(min(permutations(stretches), key=price))
    order: list[Stretch] = []
    for stretch in stretches:
        order = min(([*order[:place], stretch, *order[place:]] for place in range(len(order) + 1)), key=price)
    return order


def _crossings(low: Stretch, high: Stretch) -> int:
    """How often two stretches cross when one runs on the lower side of the other."""
    if low.net == high.net or not low.meets(high):
        return 0
    crossed = sum(way > 0 and high.low <= at <= high.high for at, way in low.legs)
    crossed += sum(way < 0 and low.low <= at <= low.high for at, way in high.legs)
    covering = any(at % 2 and way > 0 and (at, -1) in high.legs for at, way in low.legs)
    return crossed + LYING_OVER_EACH_OTHER * covering


def _numbers(order: list[Stretch]) -> list[tuple[Stretch, int]]:
    numbered: list[tuple[Stretch, int]] = []
    for stretch in order:
        below = [number for other, number in numbered if other.net != stretch.net and other.meets(stretch)]
        numbered.append((stretch, 1 + max(below, default=-1)))
    return numbered
