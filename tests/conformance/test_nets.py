"""Every flow as a net: sound, whatever its shape; and replays of it, which say where a case left its process."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conformance.flows import made, plans
from tests.conformance.walks import BEGAN, as_moves, mutated, walk
from workflows.conformance.build import net_of
from workflows.conformance.moves import Kind, Move
from workflows.conformance.net import END, START, Marking, Net, Transition, flaws
from workflows.conformance.replay import Result, What, replay
from workflows.flows import ALL
from workflows.flows.commissioning import CommissioningFlow
from workflows.flows.commissioning_2 import CommissioningFlow2
from workflows.flows.procurement import ProcurementFlow
from workflows.nodes import Step

NETS = [net_of(flow) for flow in ALL]


def played(net: Net, trace: list[str], *, running: bool = False) -> Result:
    return replay(as_moves(trace, net), lambda version: net, running=running, carried=lambda version, name: name)


@pytest.mark.parametrize("net", NETS, ids=lambda net: f"{net.code}-{net.version}")
def test_every_flow_is_a_sound_net(net: Net) -> None:
    assert list(flaws(net)) == []


@pytest.mark.parametrize("flow", ALL, ids=lambda flow: flow.__name__)
def test_every_outcome_of_every_step_is_seen_in_it(flow: Any) -> None:
    steps = [node for node in flow.instance.nodes() if isinstance(node, Step)]
    net = net_of(flow)
    for step in steps:
        own = {step.name} if step.name in net.beside else {f"{step.name}/{each.code}" for each in step.outcomes}
        assert own <= net.labels


@pytest.mark.long
@given(plan=plans())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_flow_is_a_sound_net_and_what_it_allows_fits(plan: Any) -> None:
    net = net_of(made(plan))
    assert list(flaws(net)) == []
    for seed in range(5):
        assert played(net, walk(net, Random(seed))).fits


@pytest.mark.long
@given(net=st.sampled_from(NETS), seed=st.integers(0, 10_000))
@settings(max_examples=150, deadline=None)
def test_what_a_net_allows_fits_and_what_is_changed_in_it_fits_as_markings_say(net: Net, seed: int) -> None:
    chance = Random(seed)
    trace = walk(net, chance)
    assert (played(net, trace).fitness, played(net, trace).fits) == (1.0, True)
    changed = mutated(trace, net, chance)
    result = played(net, changed)
    assert result.fits is _allowed(net, changed)
    assert 0 <= result.fitness <= 1
    assert result.fits or result.fitness < 1


@pytest.mark.parametrize("net", NETS, ids=lambda net: f"{net.code}-{net.version}")
def test_a_step_that_was_passed_by_is_told_once(net: Net) -> None:
    told = set()
    for seed in range(40):
        trace = walk(net, Random(seed))
        dropped = Random(seed).randrange(1, len(trace)) if len(trace) > 1 else 0
        told.add(len(played(net, [*trace[:dropped], *trace[dropped + 1 :]]).deviations))
    assert told <= {0, 1}
    assert 1 in told


def _allowed(net: Net, trace: list[str]) -> bool:
    """By looking at every way there is."""

    def quiet(markings: set[Marking]) -> set[Marking]:
        found, waiting = set(markings), list(markings)
        while waiting:
            here = waiting.pop()
            fresh = {each.fired(here) for each in net.transitions if not each.label and each.fires_in(here)} - found
            found |= fresh
            waiting += fresh
        return found

    now = quiet({Marking({START})})
    for label in trace:
        now = quiet(
            {
                each.fired(here)
                for here in now
                for each in net.transitions
                if each.label == label and each.fires_in(here)
            }
        )
    return Marking({END}) in now


STRAIGHT = [
    "submit", "municipal_alignment", "intake/complete", "approach/proposed", "rmt_validation/positive",
    "pho_decision/grant", "acceptance/accept",
]  # fmt: skip


ALIGNED = ("alignment_question", "intake")  # where a case is once everybody answered: nobody sees what they said


UNLIKE = Net(
    "unlike", 7, "Anders",
    (
        Transition("submit", "submit", Marking({START}), Marking({"rmt_validation", "running"})),
        Transition("rmt", "rmt_validation/positive", Marking({"rmt_validation", "running"}), Marking({END})),
    ),
    steps=Marking({"rmt_validation"}),
)  # fmt: skip


def without(label: str) -> list[str]:
    return [each for each in STRAIGHT if each != label]


@pytest.mark.parametrize(
    ("trace", "what", "label", "missing", "due"),
    [
        (without("intake/complete"), What.NOT_DUE, "approach/proposed", ("approach",), ALIGNED),
        (["submit", "submit", *STRAIGHT[1:]], What.NOT_DUE, "submit", ("start",), ("municipal_alignment",)),
        ([*STRAIGHT[:3], "intake/guessed", *STRAIGHT[3:]], What.UNKNOWN, "intake/guessed", (), ("approach",)),
        ([*STRAIGHT[:2], "suspend", *STRAIGHT[2:]], What.NOT_DUE, "intake/complete", ("running",), ALIGNED),
        (STRAIGHT[:3], What.UNFINISHED, "", (), ("approach",)),
    ],
)  # fmt: skip
def test_a_deviation_says_which_step_and_what_lacked(
    trace: list[str], what: What, label: str, missing: tuple[str, ...], due: tuple[str, ...]
) -> None:
    found = played(net_of(CommissioningFlow2), trace).deviations[0]
    assert (found.what, found.label, found.missing) == (what, label, missing)
    assert found.due == due


@pytest.mark.parametrize(
    "trace",
    [
        STRAIGHT,
        [*STRAIGHT[:3], "withdraw"],
        [*STRAIGHT[:3], "suspend", "resume", *STRAIGHT[3:]],
        [*STRAIGHT[:3], "suspend", "withdraw"],
        [*STRAIGHT[:6], "db_decision/agree", "college_consent", STRAIGHT[6]],
        [*STRAIGHT[:6], "college_consent", "db_decision/needs_budget", "ab_decision/agree", STRAIGHT[6]],
        ["import_history"],
        ["import_history", *STRAIGHT[1:]],
    ],
)
def test_what_stops_a_case_from_outside_is_no_deviation(trace: list[str]) -> None:
    assert played(net_of(CommissioningFlow2), trace).deviations == ()


@pytest.mark.parametrize(
    "trace",
    [
        [*STRAIGHT[:3], STRAIGHT[2], *STRAIGHT[3:]],
        [*STRAIGHT[:2], STRAIGHT[3], STRAIGHT[2], *STRAIGHT[4:]],
        [*STRAIGHT[:2], "intake/guessed", *STRAIGHT[3:]],
        [*STRAIGHT[:2], "acceptance/accept", *STRAIGHT[2:]],
        [*STRAIGHT[:2], "suspend", *STRAIGHT[2:]],
        [*STRAIGHT[:5], STRAIGHT[6]],
    ],
    ids=[
        "twice",
        "turned round",
        "an outcome that is not there",
        "far too early",
        "while suspended",
        "the last but one",
    ],
)
def test_what_follows_from_a_deviation_is_not_told_again(trace: list[str]) -> None:
    result = played(net_of(CommissioningFlow2), trace)
    assert len(result.deviations) == 1
    assert result.fitness < 1


def test_two_deviations_are_told_as_two() -> None:
    trace = [*STRAIGHT[:2], *STRAIGHT[3:5], STRAIGHT[6]]
    assert [each.label for each in played(net_of(CommissioningFlow2), trace).deviations] == [
        "approach/proposed", "acceptance/accept",
    ]  # fmt: skip


def test_a_step_that_the_regeling_has_may_not_be_passed_by() -> None:
    short = without("rmt_validation/positive")
    assert played(net_of(CommissioningFlow2), short).fits  # nobody knows of which regeling
    assert played(net_of(CommissioningFlow2, frozenset({"rmt_validation", "adopt_approach"})), short).fits
    [found] = played(net_of(CommissioningFlow2, frozenset({"adopt_approach"})), short).deviations
    assert (found.what, found.missing) == (What.NOT_DUE, ("pho_decision",))
    assert found.due == ("local_decision", "partner_consent", "rmt_validation")


def test_branches_of_a_fork_go_in_any_order_and_each_once() -> None:
    net, start = net_of(ProcurementFlow), ["start_procurement", "team/composed"]
    three = ["knowledge/gathered", "legal_advice/advised", "market_exploration/known"]
    assert played(net, [*start, *three, "strategy/proposed"], running=True).fits
    [found] = played(net, [*start, *three[:2], "strategy/proposed"], running=True).deviations
    assert found.missing == ("strategy",)
    assert not played(net, [*start, three[0], *three, "strategy/proposed"], running=True).fits


def _over(trace: list[str], to: int) -> list[Move]:
    """Part on the first version, then another."""
    moves = as_moves(trace, net_of(CommissioningFlow))
    return [*moves, Move(Kind.OVER, "migrate_version", "", 50, moves[-1].at, to)]


def _across(moves: list[Move], running: bool) -> Result:
    nets: Callable[[int], Net] = {1: net_of(CommissioningFlow), 2: net_of(CommissioningFlow2)}.__getitem__
    return replay(moves, nets, running=running, carried=lambda version, name: name)


def test_a_case_goes_on_in_another_version_where_it_stood() -> None:
    onward = as_moves(STRAIGHT[3:], net_of(CommissioningFlow2))
    assert _across([*_over(STRAIGHT[:3], 2), *onward], running=False).fits
    [found] = _across([*_over(STRAIGHT[:3], 2), *onward[1:]], running=False).deviations
    assert (found.what, found.missing) == (What.NOT_DUE, ("rmt_validation",))


def test_a_version_without_a_place_for_a_case_is_told_and_what_follows_from_it_is_not() -> None:
    onward = as_moves(STRAIGHT[4:], net_of(CommissioningFlow2))
    moves = [*as_moves(STRAIGHT[:2], net_of(CommissioningFlow2)), Move(Kind.OVER, "migrate_version", "", 50, BEGAN, 7)]
    nets: Callable[[int], Net] = {2: net_of(CommissioningFlow2), 7: UNLIKE}.__getitem__
    result = replay([*moves, *onward[:1]], nets, running=False, carried=lambda version, name: name)
    assert [each.what for each in result.deviations] == [What.VERSION]


def test_a_case_that_came_to_its_end_and_runs_deviates() -> None:
    assert [each.what for each in played(net_of(CommissioningFlow2), ["submit", "withdraw"], running=True).deviations] \
        == [What.BEYOND]  # fmt: skip


@pytest.mark.parametrize(
    ("transitions", "flaw"),
    [
        ([("a", {START}, {"p", "q"}), ("b", {"p"}, {END})], "ends while ['q'] still hold a token"),
        ([("a", {START}, {"p"}), ("b", {"p", "q"}, {END})], "b can never happen"),
        ([("a", {START}, {"p"}), ("b", {"p"}, {"p"})], "cannot end from ['p']"),
        ([("a", {START}, {"p", "q"}), ("b", {"p"}, {"q"}), ("c", {"q"}, {END})], "b puts a second token in ['q']"),
    ],
)
def test_what_is_not_sound_is_found(transitions: list[tuple[str, set[str], set[str]]], flaw: str) -> None:
    net = Net(
        "x", 1, "X", tuple(Transition(name, name, Marking(takes), Marking(puts)) for name, takes, puts in transitions)
    )
    assert flaw in list(flaws(net))
