"""Noodtoegang as a table: when it may be taken, and who judges it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from roles.rules import emergency as rule
from roles.rules import segregation
from roles.rules.verdict import Granted, Refused

SOON = datetime(2026, 11, 23, 9, tzinfo=UTC)
WHY = "De accountant vraagt dit vandaag."


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({}, ""),
        ({"reason": "  spoed  "}, "waarom dit niet kan wachten"),
        ({"reason": ""}, "waarom dit niet kan wachten"),
        ({"hours": 0}, "1 tot en met 72 uur"),
        ({"hours": 72}, ""),
        ({"hours": 73}, "1 tot en met 72 uur"),
        ({"hours": 10**30}, "1 tot en met 72 uur"),
        ({"running_until": SOON}, "loopt nog"),
        ({"closed": False}, "niets gesloten"),
    ],
)
def test_when_it_may_be_taken(asked: dict[str, Any], refusal: str) -> None:
    given: dict[str, Any] = {"reason": WHY, "hours": 4, "running_until": None, "closed": True}
    verdict = rule.may_take(**(given | asked))
    assert refusal in verdict.reason if isinstance(verdict, Refused) else refusal == ""


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({}, ""),
        ({"by": 3}, "van een ander"),
        ({"running": False}, "al geëindigd"),
        ({"by": 3, "running": False}, "ander"),
    ],
)
def test_who_may_end_it(asked: dict[str, Any], refusal: str) -> None:
    given: dict[str, Any] = {"by": 2, "taker": 2, "running": True}
    verdict = rule.may_end(**(given | asked))
    assert refusal in verdict.reason if isinstance(verdict, Refused) else refusal == ""


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({}, ""),
        ({"reviewer": 2}, "zelf"),
        ({"ended": False}, "loopt nog"),
        ({"reviewed": True}, "al nagekeken"),
        ({"note": " "}, "waarop uw oordeel berust"),
    ],
)
def test_who_judges_it_and_when(asked: dict[str, Any], refusal: str) -> None:
    given: dict[str, Any] = {
        "reviewer": 1,
        "taker": 2,
        "ended": True,
        "reviewed": False,
        "note": "Het kon niet wachten.",
    }
    verdict = rule.may_review(**(given | asked))
    assert refusal in verdict.reason if isinstance(verdict, Refused) else refusal == ""


@pytest.mark.parametrize("capacity", ["owner", "client", "contractor", "adviser", "supervisor"])
def test_only_who_supervises_does_nothing_in_cases(capacity: str) -> None:
    assert isinstance(segregation.supervision(capacity=capacity), Granted) is (capacity != "supervisor")
