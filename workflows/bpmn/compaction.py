"""As close together as may be: lines get the lowest places at which nothing on them comes too near to anything else."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

LEEWAY = 24.0

Key = tuple[int, int]  # a line of the grid, and the track beside it


@dataclass(frozen=True, slots=True)
class Thing:
    """Something on a line: how far it reaches before and after the line, between which places along it."""

    line: Key
    low: float
    high: float
    air: float
    before: float = 0.0
    after: float = 0.0

    def beside(self, other: "Thing") -> bool:
        return self.low <= other.high and other.low <= self.high

    def distance(self, other: "Thing") -> float:
        """How far the line of a later thing must lie from that of this one."""
        return self.after + self.air + other.air + other.before


def compact(things: Iterable[Thing], floor: float) -> dict[Key, float]:
    """Where each line lies. Tracks, which have some choice, lie in the middle of it."""
    on: defaultdict[Key, list[Thing]] = defaultdict(list)
    for thing in things:
        on[thing.line].append(thing)
    pairs: defaultdict[Key, dict[Key, float]] = defaultdict(dict)
    for key, mine in on.items():
        for other in on:
            if other < key:
                distances = [early.distance(late) for early in on[other] for late in mine if early.beside(late)]
                if distances:
                    pairs[other][key] = max(distances)
    lowest: dict[Key, float] = {}
    for key in sorted(on):
        near = [lowest[other] + pairs[other][key] for other in lowest if key in pairs[other]]
        lowest[key] = max([floor + thing.before for thing in on[key]] + near)
    highest = dict(lowest)
    for key in sorted(on, reverse=True):
        if key[0] % 2 == 0:
            limits = [highest[other] - distance for other, distance in pairs[key].items()]
            highest[key] = min([lowest[key] + LEEWAY, *limits])
    return {key: (lowest[key] + highest[key]) / 2 for key in on}
