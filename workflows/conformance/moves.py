"""What of the acts of a case moved it, as its net sees that: steps that ended, folded. Other acts move nothing.

A step that several take at the same time counts once, when the last of them was done. What a body does before it
decides (rounds, second ballots, a record that came back) stays within its step.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from workflows.conformance.build import IMPORT, RESUME, SUSPEND, WITHDRAW
from workflows.conformance.net import Net


class Done(Protocol):
    """An act, as far as this module looks at it."""

    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def verb(self) -> str: ...
    @property
    def step(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def data(self) -> dict[str, Any]: ...


class Kind(StrEnum):
    STEP = "step"  # seen in the net
    OVER = "over"  # to another version of the flow
    HELD = "held"  # an escalation stops a step
    FREE = "free"  # and lets it go


@dataclass(frozen=True, slots=True)
class Move:
    """`name` is a step, or what happened to the whole case; `version` the one that the case ran on, or went over to."""

    kind: Kind
    name: str
    outcome: str
    seq: int
    at: datetime
    version: int = 0
    several: bool = False  # the last of a step that several take

    @property
    def label(self) -> str:
        return self.name if self.several or not self.outcome else f"{self.name}/{self.outcome}"


ALWAYS = {"complete", "decide_urgently", "take_up", "confirm"}  # their outcome is how the step ended
EXHAUSTED = {"close_ballot", "record_meeting", "send_back", "declare_recusal", "deadline"}  # after the last ballot
NO_END = {"missed", "sent_back"}
WHOLE = {WITHDRAW, SUSPEND, RESUME, IMPORT}
VERSIONS = {"migrate_version", "undo_version"}
PAUSES = {SUSPEND, RESUME}
READ = ("ended", "exhausted", "held", "step", "to", "urgent")  # of what an act has beside its fields


def moves(acts: Iterable[Done], net_of: Callable[[int], Net], *, running: bool) -> list[Move]:
    """Of one case, in the order of its chain. `net_of`: the net of a version of its flow.

    Of a case that runs, the last of a step that several take may be still to come: that is left out.
    """
    return list(_folded([move for act in acts for move in _of(act)], net_of, running=running))


def _of(act: Done) -> Iterator[Move]:
    version, step = _step(act.step)
    data = act.data
    if act.verb in WHOLE:
        yield Move(Kind.STEP, act.verb, "", act.seq, act.at, version)
    elif act.verb in VERSIONS:
        yield Move(Kind.OVER, act.verb, "", act.seq, act.at, data["to"])
    elif act.verb == "escalate" and data.get("held"):
        yield Move(Kind.HELD, data["step"], "", act.seq, act.at)
    elif act.verb == "release_step":
        yield Move(Kind.FREE, data["step"], "", act.seq, act.at)
    elif step and ends(act):
        yield Move(Kind.STEP, step, act.outcome, act.seq, act.at, version)
    elif step and act.seq == 1:  # the act with which it began
        yield Move(Kind.STEP, step, "", act.seq, act.at, version)
    for ended in data.get("ended", ()):
        name, _, outcome = ended.partition("/")
        yield Move(Kind.STEP, name, outcome, act.seq, act.at)


def ends(act: Done) -> bool:
    """Whether it ended the step that it was done on; of a step that several take, one of them."""
    if act.verb in ALWAYS:  # that a body stood behind an urgent decision is confirmed when its step is over
        return bool(act.outcome) and not (act.verb == "confirm" and "urgent" in act.data)
    if act.verb not in EXHAUSTED or not act.outcome or act.outcome in NO_END:
        return False
    return act.verb == "deadline" or bool(act.data.get("exhausted"))


def _step(reference: str) -> tuple[int, str]:
    """Version and name of "commissioning/1/intake"; 0 where an act is about no step."""
    _, _, rest = reference.partition("/")
    version, _, name = rest.partition("/")
    return (int(version), name) if version.isdecimal() else (0, "")


def _folded(found: Sequence[Move], net_of: Callable[[int], Net], *, running: bool) -> Iterator[Move]:
    version = 0
    for place, move in enumerate(found):
        version = move.version or version
        together = net_of(version).beside.get(move.name) if version and move.kind is Kind.STEP else None
        if together is None:
            yield move
            continue
        following = (later for later in found[place + 1 :] if later.kind is Kind.STEP and later.name not in PAUSES)
        closes = next((later for later in following if later.name == move.name or later.name not in together), None)
        if (closes is None and not running) or (closes is not None and closes.name != move.name):
            yield Move(Kind.STEP, move.name, move.outcome, move.seq, move.at, move.version, several=True)
