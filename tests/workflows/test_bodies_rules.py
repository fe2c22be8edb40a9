"""Who advises on a case does not decide it: found in what a regeling binds."""

import pytest

from workflows.rules.bodies import Bound, Place, advising_and_deciding

ADVICE, OTHER_ADVICE = Place("commissioning", "advice"), Place("amendment", "advice")
DECISION = Place("commissioning", "decision")

CASES: list[tuple[str, list[Bound], int]] = [
    ("two bodies", [Bound(ADVICE, "RMT"), Bound(DECISION, "PHO")], 0),
    ("one body", [Bound(ADVICE, "PHO"), Bound(DECISION, "PHO")], 1),
    ("one body, in another flow", [Bound(OTHER_ADVICE, "PHO"), Bound(DECISION, "PHO")], 0),
    ("one body, in one domain", [Bound(ADVICE, "PFO", "youth"), Bound(DECISION, "PFO")], 1),
    ("one body, each in another domain", [Bound(ADVICE, "PFO", "youth"), Bound(DECISION, "PFO", "support")], 0),
    (
        "the binding of a domain goes before",
        [Bound(ADVICE, "PFO", "youth"), Bound(DECISION, "PFO"), Bound(DECISION, "Raad", "youth")],
        0,
    ),
    ("one of two that may", [Bound(ADVICE, "RMT"), Bound(ADVICE, "PHO"), Bound(DECISION, "PHO")], 1),
    (
        "told once, whatever the domains",
        [Bound(ADVICE, "PHO"), Bound(DECISION, "PHO", "youth"), Bound(DECISION, "PHO")],
        1,
    ),
]


@pytest.mark.parametrize(("what", "bound", "wrong"), CASES)
def test_no_body_decides_on_its_own_advice(what: str, bound: list[Bound], wrong: int) -> None:
    found = advising_and_deciding(
        bound, advising={ADVICE, OTHER_ADVICE}, deciding={DECISION}, domains=["youth", "support"]
    )
    assert len(found) == wrong, what
