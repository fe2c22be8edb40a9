"""Random procurements through the database: what the services froze is what a stand-alone script computes again.

One procurement is played to its consensus. From there each sample changes its weights, formulas, prices and validity,
agrees on other scores, and is undone.
"""

import json
import runpy
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from audit.services import acting
from cases.models import AwardCriterion, Case, Procurement, Tender, TenderLot
from cases.rules.assessment import Agreed
from cases.selectors import assessments
from cases.selectors import tenders as found
from cases.services.procurement import Weight
from cases.services.tenders import invalidate
from config.demo import buying, tendering
from config.demo.players import do, holder
from tests.database import ROOT
from tests.workflows import buy
from tests.workflows.visits import signed_in

pytestmark = pytest.mark.django_db
SCRIPT = runpy.run_path(str(ROOT / "docs/examples/rank.py"))
FORMULAS = ("relative", "linear", "band")
CRITERIA = (
    Weight(name="Plan van aanpak", kind="quality", weight=30, minimum=2),
    Weight(name="Team", kind="quality", weight=25), Weight(name="Borging", kind="quality", weight=5, max_score=7),
    Weight(name="Prijs", kind="price", weight=40),
)  # fmt: skip


@pytest.fixture(scope="module")
def compared(ground: None) -> int:
    case = buy.on_to("strategy", buy.started())
    do(
        holder(case, "strategy"), case, "strategy", "proposed", strategy=buying.strategy_for(case), criteria=CRITERIA
    )  # fmt: skip
    buy.on_to("opening", case)
    tendering.open_outside(case, count=6)
    buy.on_to("consensus", case)
    tendering.declare(case, holder(case, "consensus"))
    return case.pk


def shuffled(random: Random, case: Case) -> None:
    """Other weights, formulas, prices and tenders that count, in an act of their own."""
    cuts = sorted(random.sample(range(1, 100), 3))
    weights = [high - low for low, high in zip([0, *cuts], [*cuts, 100], strict=True)]
    prices = [Decimal(random.randint(0, 400_000)) / 100 for _ in range(4)]  # few, so that some are equal
    with acting(chain=case.chain, verb="test"):
        for criterion, weight in zip(AwardCriterion.objects.filter(procurement=case.pk), weights, strict=True):
            criterion.weight = weight
            if criterion.kind == AwardCriterion.Kind.PRICE:
                criterion.formula = random.choice(FORMULAS)
                if criterion.formula == "band":
                    criterion.floor = Decimal(random.randint(0, 150_000)) / 100
                    criterion.ceiling = criterion.floor + Decimal(random.randint(1, 300_000)) / 100
            else:
                criterion.minimum = random.choice((None, None, 1, 4))
            criterion.save()
        for offer in TenderLot.objects.filter(tender__procurement=case.pk):
            offer.price = random.choice(prices)
            offer.save()
        for tender in Tender.objects.filter(procurement=case.pk)[1:]:
            if random.random() < 0.25:
                invalidate(tender=tender, reason="Geen eigen verklaring.")


def agreed(random: Random, procurement: Procurement) -> list[Agreed]:
    """In some everybody is as good as the others, so that who asks the same price ends equal."""
    steps, alike = random.choice((1, 4, 100)), random.random() < 0.3
    given = []
    for each in assessments.qualities(procurement):
        points = [Decimal(random.randint(0, each.max_score * steps)) / steps for _ in range(20)]
        given += [
            Agreed(
                entry=offer.pk, criterion=str(each.pk), reason="Besproken.",
                points=Decimal(each.max_score) if alike else points[place],
            )
            for place, offer in enumerate(found.offers(procurement))
        ]  # fmt: skip
    return given


def sampled(seed: int, case: Case, client: Any) -> set[str]:
    """What kind of outcome it was; nothing of it is left."""
    random = Random(seed)
    with transaction.atomic():
        shuffled(random, case)
        procurement = Procurement.objects.get(pk=case.pk)
        do(holder(case, "consensus"), case, "consensus", "agreed", agreed=agreed(random, procurement))
        record = json.loads(client.get(reverse("assessment-record", args=[case.pk])).content)
        assert SCRIPT["differences"](record) == [], seed
        stored = {
            (str(row.offer_id), row.place, None if row.total is None else str(row.total), row.tied)
            for row in found.ranking(procurement)
        }
        computed = {
            (offer, place, None if total is None else f"{float(total):.2f}", tied)
            for lot in record["lots"] for offer, (place, total, tied) in SCRIPT["rank"](record, lot["id"]).items()
        }  # fmt: skip
        assert computed == stored, seed
        transaction.set_rollback(True)
    ties, out = any(row[3] for row in stored), any(row[1] is None for row in stored)
    formula = next(each["formula"] for each in record["criteria"] if each["kind"] == "price")
    return {formula, *(["tied"] if ties else []), *(["out"] if out else [])}


@pytest.mark.long
def test_what_is_stored_is_what_the_script_computes(compared: int, pytestconfig: pytest.Config) -> None:
    count = pytestconfig.getoption("--rankings") or (200 if pytestconfig.getoption("--thorough") else 10)
    case, client, seen = Case.objects.get(pk=compared), signed_in("helene"), set()
    for seed in range(count):
        seen |= sampled(seed, case, client)
    assert seen == {*FORMULAS, "tied", "out"}
