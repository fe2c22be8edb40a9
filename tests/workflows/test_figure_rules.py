"""What counts in which figure, and how long phases took against their plan."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from workflows.rules.figures import NOW, Counted, Key, Passage, Row, Turn, facts, lead_times
from workflows.rules.timeline import LEFT, WIDTH, Bar, Line, Mark, drawn, x


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 6, day, hour, tzinfo=UTC)


def step(began: int, ended: int | None, planned: int = 5, phase: str = "intake") -> Passage:
    return Passage(phase, at(began), None if ended is None else at(ended), planned)


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ([], []),
        ([step(1, 4)], [("intake", 3, 5, date(2026, 6, 4))]),
        ([step(1, None)], []),
        ([step(1, 4), step(4, None)], []),
        # One after another adds up; what goes on together counts once, as the longest.
        ([step(1, 4), step(4, 9, 10)], [("intake", 8, 15, date(2026, 6, 9))]),
        ([step(1, 4), step(1, 3, 10)], [("intake", 3, 10, date(2026, 6, 4))]),
        ([step(1, 9), step(3, 5)], [("intake", 8, 10, date(2026, 6, 9))]),
        # A second round after a while elsewhere: the time between is not of this phase.
        ([step(1, 3), step(10, 12)], [("intake", 4, 10, date(2026, 6, 12))]),
        ([step(1, 3), step(3, 5, phase="advice")], [
            ("intake", 2, 5, date(2026, 6, 3)), ("advice", 2, 5, date(2026, 6, 5)),
        ]),
    ],
)  # fmt: skip
def test_a_phase_takes_the_time_in_which_a_step_of_it_went_on(steps: list[Passage], found: list[object]) -> None:
    assert lead_times(steps) == found


def test_the_last_day_of_a_phase_is_one_of_the_netherlands() -> None:
    midnight = Passage("intake", at(1), datetime(2026, 6, 30, 22, 30, tzinfo=UTC), 5)
    assert lead_times([midnight])[0][3] == date(2026, 7, 1)


def test_what_runs_and_what_ended_count_in_their_own_way() -> None:
    running = Counted(
        kind="contract", state="open", running=True, opened=date(2026, 1, 5), amount=1000, domain="youth",
        turns=[Turn("contract/expiry_decision", date(2026, 6, 1), 7)], late=["contract/expiry_decision"],
        ends_on=date(2027, 12, 31), flags=[("double-hat", date(2026, 6, 2))],
    )  # fmt: skip
    since = date(2026, 6, 1).toordinal()
    assert set(facts(running)) == {
        Row(Key.RUNNING, "contract", NOW, 1000), Row(Key.WAITS, "contract/expiry_decision", NOW, since),
        Row(Key.ON, "7", NOW, since), Row(Key.LATE, "contract/expiry_decision"),
        Row(Key.EXPIRING, "youth", date(2027, 12, 1), 1000), Row(Key.FLAG, "double-hat", date(2026, 6, 1)),
    }  # fmt: skip
    ended = Counted(
        kind="evaluation", state="evaluated", running=False, opened=date(2026, 1, 5), closed=date(2026, 3, 6),
        findings=[("yes", 500)], ends_on=date(2027, 12, 31), late=["x"],
    )  # fmt: skip
    assert set(facts(ended)) == {
        Row(Key.ENDED, "evaluation/evaluated", date(2026, 3, 1), 60), Row(Key.ADDED, "yes", date(2026, 3, 1), 500),
    }  # fmt: skip
    assert set(facts(replace(ended, taken_over=True))) == {Row(Key.ADDED, "yes", date(2026, 3, 1), 500)}


def test_a_year_is_drawn_from_its_first_day_to_its_last_and_no_further() -> None:
    line = Line("Inkoop", "", "", [Bar(date(2025, 5, 1), date(2027, 5, 1), "Contract")],
                [Mark(date(2026, 12, 31), "einde"), Mark(date(2027, 1, 1), "later")])  # fmt: skip
    [row] = drawn([line], 2026)
    assert row.bars == [(line.bars[0], LEFT, WIDTH)]
    assert [mark.label for mark, _ in row.marks] == ["einde"]
    assert drawn([Line("Leeg", "", "", [Bar(date(2025, 1, 1), date(2025, 2, 1), "Weg")])], 2026)[0].bars == []
    assert (x(date(2028, 2, 29)), x(date(2028, 12, 31), whole=True)) == (
        round(LEFT + WIDTH * 59 / 366, 1),
        LEFT + WIDTH,
    )
