"""Playing what moved a case on the net of the version that it ran on: token-based, exact where questions are unseen.

All markings in which the case may be are followed at once, so that what fits is never called a deviation. Where an act
fits in none of them the missing tokens are put there, and it goes on. What follows from that is not told again: from
there on it may be that the act counted, that a step before it was passed by, or that the act changed nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial

from workflows.conformance.moves import Kind, Move
from workflows.conformance.net import END, START, Marking, Net, Transition

Counts = tuple[int, int]  # tokens consumed and produced on the way
State = dict[Marking, Counts]


class What(StrEnum):
    """How a case may deviate from its process."""

    NOT_DUE = "not_due"  # a step was taken that was not its turn
    UNKNOWN = "unknown"  # or that the version does not know
    HELD = "held"  # or that an escalation had stopped
    VERSION = "version"  # it went to a version that has no place for where it stood
    UNFINISHED = "unfinished"  # it ended before its end
    BEYOND = "beyond"  # it came to its end and runs


@dataclass(frozen=True, slots=True)
class Deviation:
    """`missing`: the places that lacked a token; `due`: the steps whose turn it was; `remaining`: what stayed."""

    what: What
    label: str
    seq: int
    at: datetime | None
    missing: tuple[str, ...] = ()
    remaining: tuple[str, ...] = ()
    due: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    fitness: float
    deviations: tuple[Deviation, ...]
    variant: tuple[str, ...]

    @property
    def fits(self) -> bool:
        return not self.deviations


@dataclass
class _Case:
    net: Net
    state: State
    missing: int = 0
    lost: int = 0  # tokens put where one was already
    end_told: bool = False  # that an act ended it whose turn it was not
    found: list[Deviation] = field(default_factory=list)
    held: set[str] = field(default_factory=set)


def replay(
    moves: Iterable[Move], net_of: Callable[[int], Net], *, running: bool, carried: Callable[[int, str], str]
) -> Result:
    """`carried`: what a version calls a step that an earlier one named so (`workflows.names`)."""
    moves = list(moves)
    first = next((move.version for move in moves if move.kind is Kind.STEP and move.version), 1)
    case = _Case(net_of(first), {Marking({START}): (0, 1)})
    for move in moves:
        if move.kind is Kind.OVER:
            _over(case, net_of(move.version), move, partial(carried, move.version))
        elif move.kind is Kind.STEP:
            _step(case, move)
        elif move.kind is Kind.HELD:
            case.held.add(move.name)
        else:
            case.held.discard(move.name)
    consumed, produced, remaining = _end(case, running=running)
    fitness = 1 - case.missing / max(consumed, 1) / 2 - remaining / max(produced, 1) / 2
    variant = tuple(move.label for move in moves if move.kind is Kind.STEP)
    return Result(max(fitness, 0.0) if case.found else 1.0, tuple(case.found), variant)


def closure(net: Net, state: Mapping[Marking, Counts]) -> State:
    """Everywhere that it may be by transitions that nobody sees."""
    found, waiting = dict(state), list(state)
    for marking in waiting:
        consumed, produced = found[marking]
        for onward, each in net.silently(marking):
            if onward not in found:
                found[onward] = consumed + len(each.takes), produced + len(each.puts)
                waiting.append(onward)
    return found


def _step(case: _Case, move: Move) -> None:
    if move.name in case.held and not move.several:
        case.found.append(Deviation(What.HELD, move.label, move.seq, move.at))
    possible = closure(case.net, case.state)
    ways = case.net.labelled(move.label)
    onward: State = {}
    for marking, counts in possible.items():
        for each in ways:
            if each.fires_in(marking):
                onward.setdefault(each.fired(marking), _counted(counts, each))
    if onward:
        case.state = onward
        return
    due = _due(case.net, possible)
    if not ways:
        case.missing += 1
        case.found.append(Deviation(What.UNKNOWN, move.label, move.seq, move.at, due=due))
        case.state = _anyhow(case.net, possible, move.name) or case.state
        return
    marking, each = min(  # of what lacks least, where the case was before anything that nobody sees
        ((marking, each) for marking in possible for each in ways),
        key=lambda pair: (len(pair[1].takes - pair[0]), possible[pair[0]][0], sorted(pair[0]), pair[1].name),
    )
    missing = each.takes - marking
    doubled = each.puts & (marking - each.takes)
    case.missing += len(missing)
    case.end_told |= END in each.puts
    case.lost += len(doubled)
    case.found.append(
        Deviation(What.NOT_DUE, move.label, move.seq, move.at, missing=tuple(sorted(missing)), due=due)
    )  # fmt: skip
    counted = {each.fired(marking): _counted(possible[marking], each)}
    case.state = possible | _after_one(case.net, possible, ways) | counted


def _after_one(net: Net, possible: State, ways: Iterable[Transition]) -> State:
    """Where it comes when one step was passed by."""
    found: State = {}
    for marking in possible:
        passed = {each.fired(marking): _counted(possible[marking], each) for each in net.seen_in(marking)}
        for there, counts in closure(net, passed).items():
            found |= {each.fired(there): _counted(counts, each) for each in ways if each.fires_in(there)}
    return found


def _anyhow(net: Net, possible: State, step: str) -> State:
    """Where a step that was due may have led, when nobody knows the outcome that it was given."""
    ways = [each for each in net.transitions if step in net.steps and each.label.startswith(f"{step}/")]
    return {
        each.fired(marking): _counted(counts, each)
        for marking, counts in possible.items() for each in ways if each.fires_in(marking)
    }  # fmt: skip


def _over(case: _Case, target: Net, move: Move, name_there: Callable[[str], str]) -> None:
    """To wherever the other version has the same steps open, and no other; its other branches have nothing to do."""
    possible = closure(case.net, case.state)
    asked = {
        frozenset(name_there(place) for place in marking & case.net.steps) | (marking & WHOLE_CASE): counts
        for marking, counts in possible.items()
        if marking & case.net.steps
    }
    found: State = {}
    for marking in target.reachable():
        counts = asked.get((marking & target.steps) | (marking & WHOLE_CASE))
        if counts is not None:
            found[marking] = counts
    if not found:
        due = _due(case.net, possible)
        case.found.append(Deviation(What.VERSION, str(target.version), move.seq, move.at, due=due))
        case.missing += 1
        found = _anywhere(target, case.state)
    case.net, case.state = target, found


WHOLE_CASE = Marking({"running", "suspended"})


def _anywhere(net: Net, before: State) -> State:
    """What is done next says where it stands there: that it had no place was told."""
    whole, counts = {marking & WHOLE_CASE for marking in before}, max(before.values())
    return {marking: counts for marking in net.reachable() if marking & WHOLE_CASE in whole} or before


def _end(case: _Case, *, running: bool) -> tuple[int, int, int]:
    """Tokens consumed, produced, and left behind; of a case that runs nothing is.

    Beside an end a sound net holds only what stayed there because of an act that was told.
    """
    possible = closure(case.net, case.state)
    at_end = Marking({END})
    ended = possible.get(at_end)
    if running:
        if all(END in marking for marking in possible):
            case.found.append(Deviation(What.BEYOND, "", 0, None))
        consumed, produced = max(possible.values())
        return consumed + 1, produced, case.lost
    if ended is None:
        marking = min(possible, key=lambda each: (END not in each, len(each - at_end), sorted(each)))
        left = tuple(sorted(marking - at_end))
        if END not in marking:
            case.missing += 1
            if not case.end_told:
                due = _due(case.net, {marking: (0, 0)})
                case.found.append(Deviation(What.UNFINISHED, "", 0, None, remaining=left, due=due))
        consumed, produced = possible[marking]
        return consumed + 1, produced, len(left) + case.lost
    return ended[0] + 1, ended[1], case.lost


def _due(net: Net, possible: Iterable[Marking]) -> tuple[str, ...]:
    """The steps that waited."""
    return tuple(sorted({place for marking in possible for place in marking & net.steps}))


def _counted(counts: Counts, each: Transition) -> Counts:
    return counts[0] + len(each.takes), counts[1] + len(each.puts)
