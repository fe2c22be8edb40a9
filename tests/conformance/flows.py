"""Flows of any shape: blocks within blocks of steps, questions, splits and ways back, as a flow of ours may be."""

from dataclasses import dataclass
from itertools import count
from types import new_class
from typing import Any

from hypothesis import strategies as st
from viewflow import this
from viewflow.workflow import flow

from escalation.rules.terms import Term
from workflows.lock import CASE_LOCK
from workflows.models import CaseProcess, CaseTask
from workflows.nodes import Begin, Each, EachStep, Finish, Fork, Gate, Meet, Step


@dataclass(frozen=True)
class Plan:
    """`kind` says what a block is; what it holds are blocks one after another, for each of its ways."""

    kind: str
    ways: tuple[tuple["Plan", ...], ...] = ()


LEAVES = st.sampled_from(["step", "loop", "skip", "each"]).map(Plan)


def plans() -> st.SearchStrategy[tuple[Plan, ...]]:
    def nested(inside: st.SearchStrategy[Plan]) -> st.SearchStrategy[Plan]:
        way = st.lists(inside, min_size=1, max_size=3).map(tuple)
        some = st.lists(way, min_size=2, max_size=3).map(tuple)
        return st.builds(Plan, st.sampled_from(["fork", "beside"]), some) | st.builds(
            Plan, st.just("gate"), st.tuples(way, way)
        )

    return st.lists(st.recursive(LEAVES, nested, max_leaves=7), min_size=1, max_size=4).map(tuple)


class _Writer:
    def __init__(self) -> None:
        self.nodes: dict[str, Any] = {}
        self.numbers = count(1)

    def name(self, kind: str) -> str:
        return f"{kind}_{next(self.numbers)}"

    def sequence(self, blocks: tuple[Plan, ...], then: str) -> str:
        """The name of its first node."""
        for block in reversed(blocks):
            then = self.block(block, then)
        return then

    def block(self, block: Plan, then: str) -> str:
        name = self.name(block.kind)
        match block.kind:
            case "step" | "loop" | "skip":
                step = Step(**WORDS, skip="on" if block.kind == "skip" else "").On("on", "Verder", getattr(this, then))
                self.nodes[name] = step.On("again", "Nog eens", getattr(this, name), back=True) \
                    if block.kind == "loop" else step  # fmt: skip
            case "gate":
                yes, no = (self.sequence(way, then) for way in block.ways)
                self.nodes[name] = Gate("Ja?", bool).Yes(getattr(this, yes)).No(getattr(this, no))
            case "each":
                self.several(name, then)
            case "beside":
                self.several(name, then, block.ways[0])
            case _:
                join = self.join(then)
                ways = [getattr(this, self.sequence(way, join)) for way in block.ways]
                self.nodes[name] = Fork().Into(*ways, until=getattr(this, join))
        return name

    def several(self, name: str, then: str, beside: tuple[Plan, ...] = ()) -> None:
        join, step = self.join(then), self.name("several")
        self.nodes[step] = EachStep(**WORDS).On("done", "Gedaan", getattr(this, join))
        split = Each(list).Do(getattr(this, step))
        if beside:
            split.Beside(getattr(this, self.sequence(beside, join)), until=getattr(this, join))
        self.nodes[name] = split

    def join(self, then: str) -> str:
        name = self.name("join")
        self.nodes[name] = Meet().Then(getattr(this, then))
        return name


WORDS: dict[str, Any] = {"label": "Stap", "lane": "MGR", "phase": "phase", "duty": "prepare", "term": Term(5)}


def made(blocks: tuple[Plan, ...]) -> Any:
    """A flow class of these blocks."""
    writer = _Writer()
    first = writer.sequence(blocks, "finished")
    begin = Begin(label="Begin", lane="MGR", phase="phase", duty="prepare").To(getattr(this, first))
    nodes = {"begin": begin, **writer.nodes, "finished": Finish("Klaar", state="granted", lane="MGR")}
    about = {
        "code": "sample", "version": 1, "process_title": "Voorbeeld", "process_class": CaseProcess,
        "task_class": CaseTask, "lock_impl": CASE_LOCK, "phases": {"phase": "Fase"}, "__module__": __name__,
    }  # fmt: skip
    return new_class("SampleFlow", (flow.Flow,), exec_body=lambda body: body.update(about | nodes))
