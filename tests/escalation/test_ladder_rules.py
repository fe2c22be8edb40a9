"""The ladder as a table: who is asked on each level, what comes next, and what is refused."""

from datetime import date

import pytest

from escalation.rules.ladder import (
    Away,
    Bound,
    below,
    choose,
    may_hold,
    may_lower,
    may_open,
    may_promise,
    next_level,
    staffed,
)
from roles.rules.verdict import Granted, Refused

PHO, PFO_YOUTH, DB, DEPUTY, EMPTY = 1, 2, 3, 4, 5
ANNA, BOB, CHARLIE = 11, 12, 13
HOLDERS = {PHO: {ANNA}, PFO_YOUTH: {ANNA}, DB: {BOB}, DEPUTY: {BOB, CHARLIE}, EMPTY: set[int]()}
NOBODY = Away()


@pytest.mark.parametrize(
    ("lines", "category", "domain", "away", "judges", "chosen"),
    [
        ([Bound(PHO)], "content", "youth", NOBODY, True, PHO),
        ([Bound(PHO), Bound(DB, "operations")], "operations", "youth", NOBODY, True, DB),
        ([Bound(PHO), Bound(DB, "operations")], "content", "youth", NOBODY, True, PHO),
        ([Bound(PHO), Bound(PFO_YOUTH, domain="youth")], "content", "youth", NOBODY, True, PFO_YOUTH),
        ([Bound(PFO_YOUTH, domain="youth")], "content", "support", NOBODY, True, None),
        ([Bound(PFO_YOUTH, domain="youth"), Bound(DB, "operations")], "operations", "youth", NOBODY, True, DB),
        ([], "content", "youth", NOBODY, True, None),
        ([Bound(DB)], "content", "youth", Away(about=BOB), False, None),
        ([Bound(DB)], "content", "youth", Away(reporter=BOB), True, None),
        ([Bound(DB)], "content", "youth", Away(reporter=BOB), False, DB),
        ([Bound(DEPUTY)], "content", "youth", Away(about=BOB), True, DEPUTY),
        ([Bound(DEPUTY)], "content", "youth", Away(about=BOB, reporter=CHARLIE), True, None),
        ([Bound(DB), Bound(DEPUTY)], "content", "youth", Away(about=BOB), True, DEPUTY),
        ([Bound(DB, "operations"), Bound(PHO)], "operations", "youth", Away(about=BOB), True, PHO),
        ([Bound(EMPTY)], "content", "youth", Away(about=BOB), True, EMPTY),
    ],
)
def test_the_narrowest_line_that_still_has_somebody_is_chosen(
    lines: list[Bound], category: str, domain: str, away: Away, judges: bool, chosen: int | None
) -> None:
    found = choose(lines, category=category, domain=domain, holders=HOLDERS, away=away, judges=judges)
    assert found == chosen


STEPS = {1: ("one",), 2: ("two",), 3: ("body", "role"), 4: ("board",), 5: ("end",)}


@pytest.mark.parametrize(
    ("bindings", "levels"),
    [
        ({"one": 1, "two": 1, "body": 1, "board": 1, "end": 1}, [1, 2, 3, 4, 5]),
        ({"one": None, "two": 1, "role": 1, "end": 1}, [2, 3, 5]),
        ({"end": 1}, [5]),
    ],
)
def test_a_level_without_anybody_is_skipped(bindings: dict[str, int | None], levels: list[int]) -> None:
    assert staffed(bindings, STEPS) == levels


@pytest.mark.parametrize(
    ("levels", "here", "up", "down"),
    [([1, 2, 3, 4, 5], 1, 2, None), ([1, 3, 5], 3, 5, 1), ([2, 5], 2, 5, None), ([1, 2, 5], 5, None, 2)],
)
def test_it_goes_past_what_is_not_there(levels: list[int], here: int, up: int | None, down: int | None) -> None:
    assert (next_level(levels, here), below(levels, here)) == (up, down)
    assert isinstance(may_lower(levels, here), Refused) == (down is None)


@pytest.mark.parametrize(
    ("day", "fits"),
    [(date(2026, 5, 1), True), (date(2026, 4, 30), False), (date(2027, 5, 2), True), (date(2027, 5, 3), False)],
)
def test_a_measure_is_done_within_a_year(day: date, fits: bool) -> None:
    assert isinstance(may_promise(due_on=day, today=date(2026, 5, 1)), Granted) == fits


@pytest.mark.parametrize(
    ("open_step", "held", "about", "word"),
    [(True, False, False, ""), (False, False, False, "nog wacht"), (True, True, False, "al stil"),
     (True, False, True, "vertrouwelijk"), (False, True, True, "vertrouwelijk")],
)  # fmt: skip
def test_what_may_be_stopped(open_step: bool, held: bool, about: bool, word: str) -> None:
    verdict = may_hold(open_step=open_step, held=held, about=about)
    assert (word in verdict.reason) if isinstance(verdict, Refused) else not word


@pytest.mark.parametrize(
    ("taking_part", "is_escalation", "running", "word"),
    [(True, False, "", ""), (False, False, "", "een rol heeft"), (True, True, "", "volgend niveau"),
     (True, False, "ESC-2026-0001", "ESC-2026-0001")],
)  # fmt: skip
def test_who_may_escalate_what(taking_part: bool, is_escalation: bool, running: str, word: str) -> None:
    verdict = may_open(taking_part=taking_part, is_escalation=is_escalation, running=running)
    assert (word in verdict.reason) if isinstance(verdict, Refused) else not word
