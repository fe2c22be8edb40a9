"""Traces of a net: random walks to its end, and such a walk with something dropped, swapped or put in."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from workflows.conformance.moves import Kind, Move
from workflows.conformance.net import END, START, Marking, Net

BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)
LONGEST = 60  # moves, before a walk makes for the end


def walk(net: Net, chance: Random) -> list[str]:
    """What is seen of one walk. After a while it withdraws rather than go round."""
    marking, seen = Marking({START}), list[str]()
    while marking != {END}:
        possible = [each for each in net.transitions if each.fires_in(marking)]
        patient = [each for each in possible if each.label not in ("withdraw", "suspend", "import_history")]
        rarely = chance.random() < 0.04 or len(seen) >= LONGEST or not patient
        each = chance.choice(possible if rarely else patient)
        marking = each.fired(marking)
        seen += [each.label] if each.label else []
    return seen


def mutated(trace: list[str], net: Net, chance: Random) -> list[str]:
    """One or two small changes; what comes of it may still fit."""
    changed = list(trace)
    for _ in range(chance.randint(1, 2)):
        place = chance.randrange(len(changed)) if changed else 0
        match chance.choice(["drop", "swap", "insert"]):
            case "drop" if len(changed) > 1:
                del changed[place]
            case "swap" if len(changed) > 1:
                other = chance.randrange(len(changed))
                changed[place], changed[other] = changed[other], changed[place]
            case _:
                changed.insert(place, chance.choice(sorted(net.labels)))
    return changed


def traces(net: Net, count: int, chance: Random) -> Iterator[list[str]]:
    """Half of them as walked, half mutated."""
    for number in range(count):
        trace = walk(net, chance)
        yield trace if number % 2 else mutated(trace, net, chance)


def as_moves(trace: list[str], net: Net) -> list[Move]:
    found = []
    for number, label in enumerate(trace, 1):
        name, _, outcome = label.partition("/")
        found.append(
            Move(Kind.STEP, name, outcome, number, BEGAN + timedelta(hours=number), net.version, name in net.beside)
        )
    return found
