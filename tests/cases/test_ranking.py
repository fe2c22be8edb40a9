"""The ranking: the examples of docs/ranking.md, and 200 procurements that docs/examples/rank.py computes again."""

import json
import runpy
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from cases.rules import assessment
from cases.rules.assessment import Agreed, Entry, Given, Lot, Sheet
from cases.rules.ranking import Criterion, Formula, Offer, Standing, rank
from roles.rules.verdict import Granted, Refused
from tests.database import ROOT

SCRIPT = runpy.run_path(str(ROOT / "docs/examples/rank.py"))

PLAN = Criterion("plan", Decimal(60))
PRICE = Criterion("price", Decimal(40), by_price=True)


def offer(tender: str, plan: str, price: str) -> Offer:
    return Offer(tender, Decimal(price), {"plan": Decimal(plan)})


def outcome(standings: list[Standing]) -> dict[str, tuple[int | None, str | None, bool]]:
    return {each.tender: (each.place, None if each.total is None else str(each.total), each.tied) for each in standings}


BY_HAND = [offer("A", "8", "100000"), offer("B", "6", "90000"), offer("C", "7", "120000")]
HAND = {"A": (1, "84.00", False), "B": (2, "76.00", False), "C": (3, "72.00", False)}


def test_the_first_example() -> None:
    assert outcome(rank([PLAN, PRICE], BY_HAND)) == HAND


def test_who_is_excluded_sets_no_norm() -> None:
    strict = Criterion("plan", Decimal(60), minimum=Decimal(5))
    low = offer("D", "4", "30000")
    assert outcome(rank([strict, PRICE], [*BY_HAND, low])) == HAND | {"D": (None, None, False)}
    counted = outcome(rank([PLAN, PRICE], [*BY_HAND, low]))
    assert counted["D"] == (1, "64.00", False)
    assert counted["A"] == (2, "60.00", False)


def test_a_third_and_a_tie() -> None:
    criteria = [
        Criterion("plan", Decimal(50), highest=Decimal(3)),
        Criterion("price", Decimal(50), by_price=True, formula=Formula.LINEAR),
    ]
    offers = [offer("A", "2", "300"), offer("B", "3", "400"), offer("C", "2", "300")]
    assert outcome(rank(criteria, offers)) == {
        "A": (2, "83.33", True),
        "B": (1, "83.35", False),
        "C": (2, "83.33", True),
    }


@pytest.mark.parametrize(
    ("price", "total"), [("80", "100.00"), ("90", "75.00"), ("120", "0.00"), ("70", "100.00"), ("121", None)]
)
def test_a_band(price: str, total: str | None) -> None:
    band = Criterion(
        "price", Decimal(100), by_price=True, formula=Formula.BAND, floor=Decimal(80), ceiling=Decimal(120)
    )
    [found] = rank([band], [Offer("A", Decimal(price))])
    assert (None if found.total is None else str(found.total)) == total


def test_a_price_of_nought_wins_and_divides_nothing() -> None:
    for formula in (Formula.RELATIVE, Formula.LINEAR):
        price = Criterion("price", Decimal(100), by_price=True, formula=formula)
        found = rank([price], [Offer("A", Decimal(0)), Offer("B", Decimal(5))])
        assert outcome(found) == {"A": (1, "100.00", False), "B": (2, "0.00", False)}


@pytest.mark.parametrize(
    "criteria",
    [
        [PLAN],
        [PLAN, Criterion("price", Decimal(40), by_price=True, formula=Formula.BAND)],
        [Criterion("a", Decimal(110)), Criterion("b", Decimal(-10))],
    ],
)
def test_criteria_that_order_nothing_are_refused(criteria: list[Criterion]) -> None:
    with pytest.raises(ValueError, match=r"wegingen|bandbreedte|weging"):
        rank(criteria, [])


def random_sheet(random: Random) -> Sheet:
    """Any procurement: lots, tenders, some invalid, criteria of every kind, assessors who differ."""
    weights = sorted(random.sample(range(1, 100), random.randint(1, 4)))
    parts = [Decimal(b - a) for a, b in zip([0, *weights], [*weights, 100], strict=True)]
    criteria = [_criterion(random, str(at), part, by_price=at == 0) for at, part in enumerate(parts)]
    lots = [Lot(id=number, code=f"perceel-{number}") for number in range(1, random.randint(2, 4))]
    entries, number = [], 0
    for lot in lots:
        for tender in range(1, random.randint(2, 7)):
            number += 1
            entries.append(Entry(
                id=number, lot=lot.id, tender=tender, valid=random.random() > 0.15,
                price=Decimal(random.choice([100_00, 120_00, random.randint(1, 500_000_00)])) / 100,
            ))  # fmt: skip
    given, agreed = [], []
    for entry in entries:
        for each in criteria[1:]:
            if entry.valid:
                own = [_points(random, each.highest) for _ in range(random.randint(1, 4))]
                given += [
                    Given(entry=entry.id, criterion=each.code, assessor=at + 1, points=one)
                    for at, one in enumerate(own)
                ]
                agreed.append(
                    Agreed(entry=entry.id, criterion=each.code, points=random.choice(own), reason="Besproken.")
                )
    return Sheet(
        case="INK-2026-0001", number=1, round=1, criteria=criteria, lots=lots, entries=entries, given=given,
        agreed=agreed,
    )  # fmt: skip


def _criterion(random: Random, code: str, weight: Decimal, *, by_price: bool) -> Criterion:
    highest = Decimal(random.choice([3, 5, 7, 10, 100]))
    minimum = Decimal(random.choice([1, 2])) if not by_price and random.random() < 0.3 else None
    return Criterion(
        code, weight, highest=highest, by_price=by_price, formula=random.choice(list(Formula)), floor=Decimal(50),
        ceiling=Decimal(random.choice([130, 300_000, 6_000_000])), minimum=minimum,
    )  # fmt: skip


def _points(random: Random, highest: Decimal) -> Decimal:
    return Decimal(random.randint(0, int(highest) * 4)) / 4


def exported(sheet: Sheet) -> dict[str, Any]:
    """As somebody downloads it."""
    content: dict[str, Any] = json.loads(json.dumps(assessment.record(sheet, assessment.standings(sheet))))
    return content


@pytest.mark.long
def test_the_script_comes_to_the_same_for_200_random_procurements() -> None:
    random, seen = Random(20261122), set()
    for _ in range(200):
        sheet = random_sheet(random)
        assert isinstance(assessment.complete(sheet), Granted)
        record = exported(sheet)
        assert SCRIPT["differences"](record) == []
        seen |= {(row["tied"], bool(row["excluded"])) for row in record["ranking"]}
    assert seen == {(False, False), (True, False), (False, True)}, "ties and exclusions were among them"


def test_the_script_notices_a_record_that_was_changed(tmp_path: Path) -> None:
    record = exported(random_sheet(Random(3)))
    file = tmp_path / "beoordeling.json"
    file.write_text(json.dumps(record))
    run = [sys.executable, "-I", str(ROOT / "docs/examples/rank.py"), str(file)]
    assert subprocess.run(run, capture_output=True, check=True).stdout.decode().endswith("in het verslag.\n")
    row = next(row for row in record["ranking"] if row["total"] is not None)
    row["total"] = str(Decimal(row["total"]) + Decimal("0.01"))
    file.write_text(json.dumps(record))
    assert subprocess.run(run, capture_output=True, check=False).returncode == 1


def test_differences_are_explained() -> None:
    sheet = random_sheet(Random(1))
    told = assessment.complete(sheet)
    assert isinstance(told, Granted)
    silent = [Agreed(entry=each.entry, criterion=each.criterion, points=each.points) for each in sheet.agreed]
    spread = [assessment.spread(sheet, each.entry, each.criterion) for each in sheet.agreed]
    assert any(low != high for low, high in spread)
    refused = assessment.complete(Sheet(**{**_fields(sheet), "agreed": silent}))
    assert isinstance(refused, Refused)
    assert "hoe u tot de gezamenlijke score" in refused.reason
    missing = assessment.complete(Sheet(**{**_fields(sheet), "agreed": sheet.agreed[1:]}))
    assert isinstance(missing, Refused)


def _fields(sheet: Sheet) -> dict[str, Any]:
    return {name: getattr(sheet, name) for name in Sheet.__slots__}
