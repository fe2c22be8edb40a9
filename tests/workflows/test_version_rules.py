"""What may go on in another version, as tables of examples: nothing here needs a database."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from workflows.rules.versions import BODY, JOIN, Place, Version, Waiting, plan

HUMAN = "HUMAN"


def step(name: str, label: str = "", **options: Any) -> Place:
    usual: dict[str, Any] = {"kind": HUMAN, "by": "scheme", "outcomes": {"done": "Klaar"}, "term": "10 werkdagen"}
    return Place(name, label or name.capitalize(), **(usual | options))


def version(number: int, *places: Place, aliases: Mapping[str, str] | None = None) -> Version:
    return Version("sample", number, {place.name: place for place in places}, aliases or {})


ASK = step("ask", "Vragen", by="organisation", split="each", branch="ask")
DECIDE = step("decide", "Besluit", kind=BODY, outcomes={"grant": "Verlenen", "refuse": "Weigeren"})
MEET = Place("meet", "samenkomst na Vragen", JOIN, split="each", branch="ask")
ONE = version(1, step("intake"), ASK, Place("each", "", "PARALLEL_GATEWAY"), MEET, DECIDE)


def two(*changed: Place, without: str = "", aliases: Mapping[str, str] | None = None) -> Version:
    places = {name: place for name, place in ONE.places.items() if name != without}
    return version(2, *({**places, **{place.name: place for place in changed}}).values(), aliases=aliases)


ASKED = Waiting("ask", split="each")

# What differs, what is open, and why it cannot go along.
CANNOT: dict[str, tuple[Version, Waiting, str, str]] = {
    "the step is gone": (two(without="intake"), Waiting("intake"), "vanished", "‘Intake’ staat open en bestaat niet"),
    "another kind": (two(step("intake", kind=BODY)), Waiting("intake"), "kind", "een ander soort stap"),
    "another kind of doer": (two(step("intake", by="submitter")), Waiting("intake"), "doer", "een ander soort rol"),
    "what is voted on is no outcome": (
        two(replace(DECIDE, outcomes={"refuse": "Weigeren"})), Waiting("decide", proposal="grant"), "proposal",
        "‘Verlenen’ is daar in versie 2 geen uitkomst",
    ),
    "the splitting is gone": (two(without="each"), ASKED, "split", "een splitsing die versie 2 niet kent"),
    "outside its splitting": (two(replace(ASK, split="")), ASKED, "split", "niet meer bij de splitsing"),
    "in another splitting": (
        two(replace(ASK, split="other"), Place("other", "", "PARALLEL_GATEWAY")), ASKED, "split",
        "niet meer bij de splitsing",
    ),
    "its join closes another": (
        two(replace(MEET, split="other"), Place("other", "", "PARALLEL_GATEWAY")), Waiting("meet"), "split",
        "‘samenkomst na Vragen’ hoort in versie 2 niet meer",
    ),
    "beside others that were not asked": (
        two(replace(DECIDE, split="each", branch="decide")), Waiting("decide"), "split",
        "loopt in versie 2 gelijk op met ‘Vragen’",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CANNOT)
def test_what_cannot_go_along_is_said(what: str) -> None:
    there, waiting, code, words = CANNOT[what]
    found = plan(ONE, there, [waiting])
    assert not found.possible
    assert [each.code for each in found.obstacles] == [code]
    assert words in found.obstacles[0].words


@pytest.mark.parametrize("waiting", [Waiting("intake"), ASKED, Waiting("meet"), Waiting("decide", proposal="grant")])
def test_what_is_the_same_goes_along_without_a_word(waiting: Waiting) -> None:
    found = plan(ONE, two(), [waiting])
    assert found.possible
    assert found.steps == {waiting.step: waiting.step}
    assert not found.remarks


def test_a_renamed_step_goes_along_under_its_new_name() -> None:
    found = plan(ONE, two(step("assessment"), without="intake", aliases={"intake": "assessment"}), [Waiting("intake")])
    assert found.possible
    assert found.steps == {"intake": "assessment"}
    assert [each.words for each in found.remarks] == ["‘Intake’ heet daar ‘Assessment’."]


def test_a_splitting_may_be_renamed_with_what_is_in_it() -> None:
    moved = [replace(ASK, split="everybody"), replace(MEET, split="everybody"), Place("everybody", "", "GATEWAY")]
    found = plan(ONE, two(*moved, without="each", aliases={"each": "everybody"}), [ASKED, Waiting("meet")])
    assert found.possible


def test_who_is_let_in_needs_no_token_of_the_splitting() -> None:
    there = two(replace(DECIDE, split="each", branch="decide"))
    assert plan(ONE, there, [Waiting("decide", admitted=True)]).possible


def test_a_vote_that_is_over_asks_nothing_of_the_outcomes() -> None:
    found = plan(ONE, two(replace(DECIDE, outcomes={"refuse": "Weigeren", "defer": "Aanhouden"})), [Waiting("decide")])
    assert found.possible
    assert [each.words for each in found.remarks] == [
        "‘Besluit’ kan daar ook eindigen als ‘Aanhouden’.", "‘Besluit’ kan daar niet meer eindigen als ‘Verlenen’.",
    ]  # fmt: skip


def test_another_term_is_said_and_stops_nothing() -> None:
    found = plan(ONE, two(step("intake", term="15 werkdagen")), [Waiting("intake")])
    assert found.possible
    assert [each.words for each in found.remarks] == [
        "‘Intake’ heeft daar 15 werkdagen, nu 10 werkdagen; de lopende termijn blijft."
    ]


def test_what_the_regeling_does_not_bind_and_what_the_case_lacks_are_said() -> None:
    found = plan(ONE, two(), [Waiting("intake")], unbound=["decide"], missing=["De zorgvorm ontbreekt."])
    assert [(each.code, each.words) for each in found.obstacles] == [
        ("unbound", "De regeling wijst voor stap ‘Besluit’ niemand aan."), ("missing", "De zorgvorm ontbreekt."),
    ]  # fmt: skip


def test_the_same_of_many_tasks_is_said_once() -> None:
    found = plan(ONE, two(without="each"), [ASKED, replace(ASKED, proposal="x"), ASKED])
    assert len([each for each in found.obstacles if each.code == "split"]) == 1
