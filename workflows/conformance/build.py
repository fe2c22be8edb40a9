"""A flow as a Petri net.

A place for each node where a case can be; a transition for each outcome of a step, seen under `<step>/<outcome>`. Steps
that several take at the same time are one: seen under their name, when the last was done. Rounds and ballots stay
within their step. Questions, joins and steps that a regeling lacks are passed unseen. Beside these tokens one says
whether the case goes on or is suspended; withdrawing takes whatever there is.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from workflows.conformance.net import END, START, Marking, Net, Transition
from workflows.nodes import Begin, By, Each, EachStep, Finish, Fork, Gate, Meet, Step

RUNNING, SUSPENDED, IMPORTED = "running", "suspended", "imported"
WITHDRAW, SUSPEND, RESUME, IMPORT = "withdraw", "suspend", "resume", "import_history"


class Unbuildable(ValueError):
    """A flow that is not made of blocks: a node in two branches, or a branch that does not come to its join."""


@dataclass(frozen=True, slots=True)
class _Branch:
    """A way between a split and its join, known by its first node."""

    name: str
    until: Any
    outer: "_Branch | None"

    @property
    def over(self) -> str:
        """Where it waits for the others."""
        return f"{self.until.name}.{self.name}"


@lru_cache(maxsize=256)
def net_of(flow_class: Any, lacks: frozenset[str] | None = None) -> Net:
    """`lacks`: the steps that the regeling of a case does not have, of those that it may lack; None: that is not known,
    and each of those may be taken or be passed by.
    """
    builder = _Builder(flow_class, lacks)
    return builder.net()


class _Builder:
    def __init__(self, flow_class: Any, lacks: frozenset[str] | None) -> None:
        self.flow_class, self.lacks = flow_class, lacks
        self.transitions: list[Transition] = []
        self.within: dict[str, _Branch | None] = {}
        self.waiting: list[Any] = []
        self.steps: set[str] = set()
        self.each: dict[str, str] = {}  # step that several take -> its split; "": no other branch

    def net(self) -> Net:
        nodes = sorted(self.flow_class.instance.nodes(), key=lambda node: list(vars(self.flow_class)).index(node.name))
        [begin] = [node for node in nodes if isinstance(node, Begin)]
        first = self._arrive(begin.first, None) | {RUNNING}
        self._add(begin.name, begin.name, {START}, first)
        self._add(IMPORT, IMPORT, {START}, {IMPORTED})
        self._add("imported.running", "", {IMPORTED}, first)
        self._add("imported.ended", "", {IMPORTED}, {END})
        while self.waiting:
            self._leave(self.waiting.pop(0))
        self._add(SUSPEND, SUSPEND, {RUNNING}, {SUSPENDED})
        self._add(RESUME, RESUME, {SUSPENDED}, {RUNNING})
        self._withdrawals()
        return self._net()

    def _net(self) -> Net:
        inside = {name: frozenset(self._beside(name, split)) for name, split in self.each.items()}
        flow = self.flow_class
        return Net(
            flow.code, flow.version, str(flow.process_title), tuple(self.transitions), frozenset(self.steps), inside
        )

    def _beside(self, name: str, split: str) -> set[str]:
        """The steps that may be taken between two of the same."""
        return {name} | {
            step for step in self.steps
            for branch in _outward(self.within.get(step)) if split and branch.until.name == split
        }  # fmt: skip

    def _arrive(self, node: Any, branch: _Branch | None) -> Marking:
        """The places that get a token when a case comes to a node."""
        match node:
            case Finish():
                return Marking({END})
            case Meet() if node.folded:
                return self._arrive(node.next, branch)
            case Meet():
                if branch is None or branch.until is not node:
                    raise Unbuildable(f"{node.name} is come to from outside its branches")
                return Marking({branch.over})
            case Each() if node.folded:
                self.each[node.step.name] = ""
                return self._arrive(node.step, branch)
            case Each() | Fork():
                return self._split(node, branch)
        if node.name not in self.within:
            self.within[node.name] = branch
            self.waiting.append(node)
            if isinstance(node, Step):
                self.steps.add(node.name)
        elif self.within[node.name] != branch:
            raise Unbuildable(f"{node.name} lies in two branches")
        return Marking({node.name})

    def _split(self, node: Any, branch: _Branch | None) -> Marking:
        ways = [_Branch(each.name, node.until, branch) for each in node.branches]
        places = [self._arrive(first, way) for first, way in zip(node.branches, ways, strict=True)]
        if not any(each.name == node.until.name for each in self.transitions):
            self._add(
                node.until.name, "", {way.over for way in ways}, self._arrive(node.until.next, branch)
            )  # fmt: skip
            if isinstance(node, Each):  # nobody to ask
                self.each[node.step.name] = node.until.name
                self._add(f"{node.name}.nobody", "", {node.step.name}, {ways[0].over})
        return Marking().union(*places)

    def _leave(self, node: Any) -> None:
        branch = self.within[node.name]
        match node:
            case Gate():
                self._add(f"{node.name}.yes", "", {node.name}, self._arrive(node.if_yes, branch))
                self._add(f"{node.name}.no", "", {node.name}, self._arrive(node.if_no, branch))
            case EachStep():
                [target] = {outcome.target for outcome in node.outcomes}
                # Who has an interest leaves their seat, also while the case is suspended.
                self._add(
                    node.name, node.name, {node.name}, self._arrive(target, branch), held=node.by is not By.SEAT
                )  # fmt: skip
            case Step():
                self._outcomes(node, branch)
            case _:
                raise Unbuildable(f"{node.name} is of a kind that has no place: {type(node).__name__}")

    def _outcomes(self, node: Any, branch: _Branch | None) -> None:
        if not node.skip or self.lacks is None or node.name not in self.lacks:
            for outcome in node.outcomes:
                label = f"{node.name}/{outcome.code}"
                self._add(label, label, {node.name}, self._arrive(outcome.target, branch), held=True)
        else:
            self.steps.discard(node.name)
        if node.skip and (self.lacks is None or node.name in self.lacks):
            target = node.outcome(node.skip).target
            self._add(f"{node.name}.skipped", "", {node.name}, self._arrive(target, branch))

    def _add(
        self, name: str, label: str, takes: set[str], puts: set[str] | Marking, *, held: bool = False
    ) -> None:  # fmt: skip
        """`held`: not while the case is suspended. Whatever ends it takes the token with which it goes on."""
        if END in puts and START not in takes and IMPORTED not in takes:
            takes = takes | {RUNNING}
        elif held:
            takes, puts = takes | {RUNNING}, puts | {RUNNING}
        self.transitions.append(Transition(name, label, Marking(takes), Marking(puts)))

    def _withdrawals(self) -> None:
        """From wherever a case may be: one for each marking, so that nothing is left behind."""
        reachable = sorted(map(sorted, self._net().reachable()))
        running = [each for each in reachable if {RUNNING, SUSPENDED} & set(each)]
        for number, marking in enumerate(running, 1):
            self.transitions.append(Transition(f"{WITHDRAW}.{number}", WITHDRAW, Marking(marking), Marking({END})))


def _outward(branch: _Branch | None) -> list[_Branch]:
    found = []
    while branch is not None:
        found.append(branch)
        branch = branch.outer
    return found
