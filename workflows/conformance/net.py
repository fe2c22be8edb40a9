"""A Petri net in which no place ever holds two tokens, and whether it is sound. Plain Python.

Sound: from wherever it may come it can come to its end, nothing is left behind there, and each transition can happen.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

Marking = frozenset[str]  # the places that hold a token

START, END = "start", "end"
MOST_MARKINGS = 50_000


class TooLarge(ValueError):
    """A net whose markings are too many to look at."""


@dataclass(frozen=True, slots=True)
class Transition:
    """Takes a token from each of some places and puts one in each of others. Without a label nobody sees it happen."""

    name: str
    label: str
    takes: Marking
    puts: Marking

    def fires_in(self, marking: Marking) -> bool:
        return self.takes <= marking

    def fired(self, marking: Marking) -> Marking:
        return (marking - self.takes) | self.puts


@dataclass(frozen=True, eq=False)
class Net:
    """`steps`: the places where a case waits for somebody, or for a date; `beside`: of each step that several take at
    the same time, the steps that may come between them.
    """

    code: str
    version: int
    title: str
    transitions: tuple[Transition, ...]
    steps: frozenset[str] = frozenset()
    beside: dict[str, frozenset[str]] = field(default_factory=dict)
    _by_label: dict[str, tuple[Transition, ...]] = field(default_factory=dict, init=False, repr=False)
    _onward: dict[Marking, tuple[tuple[Marking, Transition], ...]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        for each in self.transitions:
            self._by_label[each.label] = (*self._by_label.get(each.label, ()), each)

    @property
    def places(self) -> list[str]:
        """In the order of the process."""
        found = dict.fromkeys([START])
        for each in self.transitions:
            found |= dict.fromkeys([*sorted(each.takes), *sorted(each.puts)])
        return [name for name in found if name != END] + [END]

    @property
    def labels(self) -> set[str]:
        return {label for label in self._by_label if label}

    def labelled(self, label: str) -> tuple[Transition, ...]:
        return self._by_label.get(label, ())

    def silently(self, marking: Marking) -> tuple[tuple[Marking, Transition], ...]:
        """Where it comes in one transition that nobody sees."""
        if marking not in self._onward:
            unseen = [each for each in self.labelled("") if each.fires_in(marking)]
            self._onward[marking] = tuple((each.fired(marking), each) for each in unseen)
        return self._onward[marking]

    def seen_in(self, marking: Marking) -> list[Transition]:
        """What can happen there and is seen."""
        return [each for each in self.transitions if each.label and each.fires_in(marking)]

    def reachable(self) -> dict[Marking, list[Transition]]:
        """Every marking that it may come to, with what can happen there. Raises TooLarge."""
        found: dict[Marking, list[Transition]] = {}
        waiting = [Marking({START})]
        while waiting:
            marking = waiting.pop()
            if marking in found:
                continue
            if len(found) == MOST_MARKINGS:
                raise TooLarge(f"{self.code}/{self.version}: more than {MOST_MARKINGS} markings")
            found[marking] = [each for each in self.transitions if each.fires_in(marking)]
            waiting += [each.fired(marking) for each in found[marking]]
        return found


def flaws(net: Net) -> Iterator[str]:
    """Why a net is not sound; nothing where it is."""
    reachable = net.reachable()
    happens: set[str] = set()
    before: dict[Marking, list[Marking]] = {}
    for marking, possible in reachable.items():
        if END in marking and marking != {END}:
            yield f"ends while {sorted(marking - {END})} still hold a token"
        for each in possible:
            happens.add(each.name)
            before.setdefault(each.fired(marking), []).append(marking)
            if doubled := each.puts & (marking - each.takes):
                yield f"{each.name} puts a second token in {sorted(doubled)}"
    for each in net.transitions:
        if each.name not in happens:
            yield f"{each.name} can never happen"
    completing, waiting = set[Marking](), [Marking({END})]
    while waiting:
        marking = waiting.pop()
        if marking not in completing:
            completing.add(marking)
            waiting += before.get(marking, [])
    for marking in reachable.keys() - completing:
        yield f"cannot end from {sorted(marking)}"
