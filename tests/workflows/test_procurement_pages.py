"""The pages of a procurement: each form up to the closing of the market, its refusals, the list of all."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit import clock
from cases.models import Case, Lot, Procurement, TeamMember
from config.demo import buying, tendering
from config.demo.paper import pdf
from config.demo.players import holder, who
from tests.workflows import buy, play
from tests.workflows.browser import at, said, send, url
from workflows import procurements, services

pytestmark = pytest.mark.django_db


def does(case: Case, step: str, changes: dict[str, Any], *, name: str = "femke") -> Any:
    return send(at(name), url(case, step), changes)


@pytest.fixture
def case() -> Case:
    return buy.started()


@pytest.mark.long
def test_every_form_up_to_the_closing_is_filled_in_by_hand(case: Case) -> None:
    femke = play.hat("femke")
    assessors = [each.pk for each in buying.assessors_for(case)]
    openers = [each.pk for each in tendering.openers(case)][:4]
    team = {"lead": femke.pk, "buying": [femke.pk], "assessor": assessors, "opener": openers}
    assert does(case, "team", team | {"assessor": assessors[:1]}).status_code == 422
    assert does(case, "team", team).status_code == 302
    assert TeamMember.objects.filter(procurement_id=case.pk).count() == 7 + len(assessors)  # the one lawyer stood in it
    for step, found in {
        "knowledge": {"found": "Genoeg."},
        "market_exploration": {"found": "Ruim.", "consulted": ""},
    }.items():
        assert does(case, step, found).status_code == 302
    assert does(case, "legal_advice", {"advice": "SAS past."}, name="naomi").status_code == 302

    lots = list(Lot.objects.filter(scheme=case.scheme, domain="youth")[:2])
    strategy: dict[str, Any] = {
        "strategy": "Per perceel.", "instrument": "contract", "procedure": "multiple", "funding": "effort",
        "estimate": "1.000.000", "cpv": "85000000-9", f"lot-{lots[0].pk}": "600.000", f"lot-{lots[1].pk}": "400.000",
        "criteria-TOTAL_FORMS": "2", "criteria-0-name": "Plan", "criteria-0-kind": "quality", "criteria-0-weight": "60",
        "criteria-1-name": "Prijs", "criteria-1-kind": "price", "criteria-1-weight": "30",
    }  # fmt: skip
    refused = does(case, "strategy", strategy)
    assert refused.status_code == 422
    assert "Europese drempel" in said(refused)
    assert "samen 90%" in said(refused)
    strategy |= {"procedure": "social", "criteria-1-weight": "40", "criteria-0-minimum": "5"}
    strategy |= {"criteria-1-formula": "band", "criteria-1-floor": "900.000", "criteria-1-ceiling": "800.000"}
    assert "laagste en de hoogste prijs van de bandbreedte" in said(does(case, "strategy", strategy))
    strategy["criteria-1-ceiling"] = "1.100.000"
    assert does(case, "strategy", strategy).status_code == 302
    procurement = Procurement.objects.get(pk=case.pk)
    assert [row.amount for row in procurement.lots.all()] == [600_000, 400_000]
    assert [row.weight for row in procurement.criteria.all()] == [60, 40]
    assert [row.bounds for row in procurement.criteria.all()] == [
        "minder dan 5 telt niet mee", "bandbreedte van € 900.000,00 tot en met € 1.100.000,00",
    ]  # fmt: skip

    buy.on_to("papers", case)
    sheet = pdf("Leidraad", "internal")
    paper = {"papers-TOTAL_FORMS": "1", "papers-0-title": "Leidraad", "papers-0-classification": "internal"}
    upload = SimpleUploadedFile("leidraad.pdf", sheet.content.read(), content_type="application/pdf")
    assert does(case, "papers", paper | {"papers-0-file": upload}).status_code == 302
    assert does(case, "legal_check", {"outcome": "back_to_papers"}, name="naomi").status_code == 422
    assert does(case, "legal_check", {"outcome": "approved"}, name="naomi").status_code == 302
    soon = (clock.now() + timedelta(days=3)).strftime("%Y-%m-%dT12:00")
    refused = does(case, "release", {"outcome": "released", "reference": "TN 1", "closing_at": soon}, name="helene")
    assert "ten minste 20 hele dagen" in said(refused)
    form = {"outcome": "released", "reference": "TN 1", "platform": "TenderNed"}
    assert does(case, "release", form, name="helene").status_code == 302
    changed = {"outcome": "changed", "note": "Perceel 2 vervalt.", "closing_at": soon}
    assert does(case, "clarification", changed).status_code == 422
    assert does(case, "clarification", {"outcome": "answered", "note": "Alles beantwoord."}).status_code == 302
    assert play.open_steps(case) == ["closing"]
    page = said(at("femke").get(reverse("case", args=[case.pk])))
    for words in (
        "Aan de markt verteld",
        "TN 1",
        "Gunningscriteria",
        "minder dan 5 telt niet mee",
        "Projectteam",
        "Verkenning",
        "€ 600.000",
    ):
        assert words in page, words


def test_the_strategy_form_shows_the_law_of_the_day(case: Case) -> None:
    buy.on_to("strategy", case)
    page = said(at("femke").get(url(case, "strategy")))
    for words in ("€ 750.000", "€ 216.000", "45 dagen, wettelijk", "Aw 2.71 lid 1", "31 december 2027"):
        assert words in page, words


def test_one_more_row_is_no_answer_yet(case: Case) -> None:
    buy.on_to("strategy", case)
    response = does(case, "strategy", {"criteria-add": ""})
    assert response.status_code == 200
    assert play.open_steps(case) == ["strategy"]


@pytest.mark.long
def test_a_commission_shows_what_hangs_under_it_and_starts_anew_what_was_withdrawn(case: Case) -> None:
    commission = case.parent
    assert commission is not None
    page = at("femke").get(reverse("case", args=[commission.pk]))
    assert case.number in said(page)
    start = reverse("start-procurement", args=[commission.pk])
    assert start not in page.content.decode()
    refused = send(at("femke"), start, {})
    assert case.number in said(refused)
    services.withdraw(**who(holder(case, "team")), case_id=case.pk, reason="Later.")
    assert start in at("femke").get(reverse("case", args=[commission.pk])).content.decode()
    assert start not in at("marleen").get(reverse("case", args=[commission.pk])).content.decode()
    assert send(at("femke"), start, {}).status_code == 302
    assert procurements.procurements(commission).count() == 1


@pytest.mark.long
def test_the_list_is_filtered_within_ones_rights(case: Case) -> None:
    listed = reverse("procurements")
    buy.on_to("strategy_advice", case)
    for query, there in {
        "": True, "?procedure=social": True, "?procedure=open": False, "?stand=lopend": True,
        "?stand=contracted": False, "?domein=youth": True, "?domein=support": False, "?fase=strategy": True,
    }.items():  # fmt: skip
        assert (case.number in said(at("femke").get(listed + query))) is there, query
    assert case.number not in said(at("bea").get(listed))
    assert case.number not in said(at("mallory").get(listed))


@pytest.mark.long
def test_the_list_asks_no_more_for_more_rows(case: Case) -> None:
    client, listed = at("femke"), reverse("procurements")
    client.get(listed)
    with CaptureQueriesContext(connection) as one:
        client.get(listed)
    other = buy.started(title="Dyslexiezorg 2028")
    with CaptureQueriesContext(connection) as two:
        page = said(client.get(listed))
    assert other.number in page
    assert len(two) == len(one)
