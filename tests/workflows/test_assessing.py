"""From opened tenders to a ranking: declared interests, blind scores, explained differences, a record to recompute."""

import json
import re
import runpy
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from audit.models import Act
from cases.models import AgreedScore, Assessment, Case, Procurement, Ranking, Score, Tender
from cases.selectors import tenders as found
from config.demo import tendering
from config.demo.players import do, holder, open_task, who
from roles.authorize import NotAllowed
from roles.models import Appointment, Recusal
from tests.database import ROOT
from tests.workflows import buy, play
from tests.workflows.visits import signed_in
from workflows import tendering as doing
from workflows.models import CaseTask

pytestmark = pytest.mark.django_db
SCRIPT = runpy.run_path(str(ROOT / "docs/examples/rank.py"))
WORDS, POINTS = "Onmiskenbaar oordeel van één", Decimal("3.75")


@pytest.fixture(scope="module")
def opened(ground: None) -> int:
    return buy.brought_to("assessment").pk


@pytest.fixture
def case(opened: int) -> Case:
    return Case.objects.get(pk=opened)


@pytest.fixture(scope="module")
def untested(ground: None) -> int:
    return buy.brought_to("eligibility").pk


def procurement(case: Case) -> Procurement:
    return Procurement.objects.get(pk=case.pk)


def seats(case: Case) -> list[tuple[Appointment, CaseTask]]:
    tasks = CaseTask.objects.filter(case=case, finished=None, flow_task__endswith=".assessment").order_by("pk")
    return [(task.seat, task) for task in tasks.select_related("seat__person__user") if task.seat is not None]


def name(me: Appointment) -> str:
    assert me.person.user is not None
    return me.person.user.username


def assess_one(case: Case, me: Appointment) -> None:
    """By the page, as anybody does."""
    tendering.declare(case, me)
    task = next(task for seat, task in seats(case) if seat == me)
    fields: dict[str, Any] = {"outcome": "assessed", "hat": str(me.pk)}
    for offer in found.offers(procurement(case)):
        for each in procurement(case).criteria.filter(kind="quality"):
            fields[f"points_{offer.pk}_{each.pk}"] = str(POINTS).replace(".", ",")
            fields[f"reason_{offer.pk}_{each.pk}"] = WORDS
    response = signed_in(name(me)).post(reverse("task", args=[case.pk, task.pk]), fields | EMPTY_PAPERS)
    assert response.status_code == 302, response.content.decode()


EMPTY_PAPERS = {"papers-TOTAL_FORMS": "0", "papers-INITIAL_FORMS": "0"}
PAGES = ("case", "case-content", "case-decisions", "case-documents", "case-people", "case-history", "case-trail")


def everything(username: str, case: Case) -> Iterator[str]:
    """What somebody can see of a case: pages, exports, and the task of whose turn it is."""
    client = signed_in(username)
    for page in PAGES:
        yield client.get(reverse(page, args=[case.pk])).content.decode()
    for task in CaseTask.objects.filter(case=case):
        yield client.get(reverse("task", args=[case.pk, task.pk]), follow=True).content.decode()
    yield client.get(reverse("assessment-record", args=[case.pk])).content.decode()
    for of in ("taken", "opdrachten", "aan-zet"):
        response: Any = client.get(reverse("list-csv", args=[of]))
        yield b"".join(response).decode()


@pytest.mark.long
def test_nobody_sees_what_another_gave_before_all_have_handed_in(case: Case) -> None:
    (first, _), (second, _), (third, _) = seats(case)
    assess_one(case, first)
    tendering.declare(case, second)
    given = list(Score.objects.filter(assessor=first))
    assert given
    assert all(each.points == POINTS for each in given)
    for username in (name(second), name(third), "helene", "victor", "femke"):
        for shown in everything(username, case):
            assert WORDS not in shown, username
            assert not re.search(r"\b3[,.]75\b", shown), username
    act = Act.objects.get(chain=case.chain, outcome="assessed")
    assert act.data == {}
    assert act.motivation == ""
    assert len({each.blinding for each in given}) == len(given), "no digest of a row can be guessed"
    tendering.assess(case)
    assert play.open_steps(case) == ["consensus"]
    task = open_task(case, "consensus")
    assert WORDS in signed_in("femke").get(reverse("task", args=[case.pk, task.pk])).content.decode()


def test_who_has_an_interest_is_recused_and_the_others_go_on(case: Case) -> None:
    (first, _), (second, task), (third, _) = seats(case)
    path = reverse("declare-interest", args=[case.pk])
    client = signed_in(name(second))
    assert client.get(reverse("task", args=[case.pk, task.pk])).headers["Location"].startswith(path)
    assert "Mutsaersstichting" in client.get(path).content.decode()
    assert client.post(path, {"hat": str(second.pk), "conflicted": "yes"}).status_code == 422
    told = {"hat": str(second.pk), "conflicted": "yes", "interest": "Mijn zus werkt er."}
    assert client.post(path, told).status_code == 302
    assert Recusal.objects.filter(chain=case.chain, person=second.person_id).exists()
    assert [seat for seat, _ in seats(case)] == [first, third]
    with pytest.raises(NotAllowed):
        do(second, case, "assessment", "assessed", given=[])
    tendering.assess(case)
    assert play.open_steps(case) == ["consensus"]
    tendering.agree(case)
    act = Act.objects.get(chain=case.chain, outcome="agreed", step__endswith="/consensus")
    assert act.data["assessors"] == 2


def test_with_one_assessor_it_is_told_and_others_can_be_asked(case: Case) -> None:
    for me, _ in seats(case)[:2]:
        doing.declare(**who(me), case_id=case.pk, conflicted=True, interest="Commissaris bij een van hen.")
    tendering.assess(case)
    task = open_task(case, "consensus")
    page = signed_in("femke").get(reverse("task", args=[case.pk, task.pk])).content.decode()
    assert "Eén beoordelaar" in page
    other = Appointment.objects.filter(position=seats_position(case)).exclude(
        pk__in=procurement(case).team.values("appointment")
    )[0]
    do(holder(case, "consensus"), case, "consensus", "more_assessors", assessors=[other.pk])
    assert [seat for seat, _ in seats(case)] == [other]
    tendering.assess(case)
    tendering.agree(case)
    assert play.open_steps(case) == ["award_advice"]


def seats_position(case: Case) -> int:
    return int(procurement(case).team.filter(role="assessor")[0].appointment.position_id)


def test_a_document_of_a_tender_waits_for_a_declaration(case: Case) -> None:
    paper = Tender.objects.filter(procurement=case.pk)[0].papers.all()[0].document
    path = reverse("document", args=[case.pk, paper.pk, 1])
    (first, _), (second, _), _ = seats(case)
    assert signed_in(name(first)).get(path).headers["Location"] == reverse("declare-interest", args=[case.pk])
    tendering.declare(case, first)
    response: Any = signed_in(name(first)).get(path)
    assert b"".join(response).startswith(b"%PDF")
    doing.declare(**who(second), case_id=case.pk, conflicted=True, interest="Aandelen.")
    assert signed_in(name(second)).get(path).status_code == 302
    assert signed_in("linda").get(path).status_code == 404, "it is confidential besides"


def test_the_record_is_frozen_and_the_script_comes_to_the_same(case: Case) -> None:
    tendering.assess(case)
    path = reverse("assessment-record", args=[case.pk])
    assert signed_in("helene").get(path).status_code == 404
    tendering.agree(case)
    response = signed_in("helene").get(path)
    record = json.loads(response.content)
    assert SCRIPT["differences"](record) == []
    assert set(record["firms"].values()) == {str(each.firm) for each in Tender.objects.filter(procurement=case.pk)}
    stored = {(str(row.offer_id), row.place, str(row.total)) for row in found.ranking(procurement(case))}
    assert {(row["offer"], row["place"], row["total"]) for row in record["ranking"]} == stored
    act = Act.objects.get(chain=case.chain, outcome="agreed", step__endswith="/consensus")
    assert act.data["record"] == record["digest"] == Assessment.objects.get().digest
    for row in (
        Score.objects.first(),
        AgreedScore.objects.first(),
        Ranking.objects.first(),
        Assessment.objects.first(),
    ):
        assert row is not None
        with pytest.raises(DatabaseError), transaction.atomic():
            row.delete()
    assert signed_in("linda").get(path).status_code == 404


def test_a_difference_that_nobody_explains_is_refused(case: Case) -> None:
    tendering.assess(case)
    task = open_task(case, "consensus")
    me = holder(case, "consensus")
    fields: dict[str, Any] = {"outcome": "agreed", "hat": str(me.pk)} | EMPTY_PAPERS
    for offer in found.offers(procurement(case)):
        for each in procurement(case).criteria.filter(kind="quality"):
            fields[f"points_{offer.pk}_{each.pk}"] = "5"
    response = signed_in("femke").post(reverse("task", args=[case.pk, task.pk]), fields)
    assert response.status_code == 422
    assert "Leg vast hoe u hierop uitkwam." in response.content.decode()
    fields |= {key.replace("points_", "reason_"): "Besproken." for key in fields if key.startswith("points_")}
    response = signed_in("femke").post(reverse("task", args=[case.pk, task.pk]), fields)
    assert response.status_code == 302, response.content.decode()
    assert play.open_steps(case) == ["award_advice"]


def test_tenders_are_tested_on_a_page_and_an_invalid_one_has_a_reason(untested: int) -> None:
    case = Case.objects.get(pk=untested)
    me, client = holder(case, "eligibility"), signed_in("femke")
    path = reverse("task", args=[case.pk, open_task(case, "eligibility").pk])
    assert client.get(path).status_code == 302
    tendering.declare(case, me)
    assert "Mutsaersstichting" in client.get(path).content.decode()
    fields: dict[str, Any] = {"outcome": "checked", "hat": str(me.pk)} | EMPTY_PAPERS
    for each in Tender.objects.filter(procurement=case.pk):
        fields |= {f"t{each.pk}_declared": "on", f"t{each.pk}_suitable": "on", f"t{each.pk}_ground": "none"}
        fields[f"t{each.pk}_fair_price"] = "yes"
    bad = Tender.objects.filter(procurement=case.pk)[0]
    del fields[f"t{bad.pk}_declared"]
    fields[f"t{bad.pk}_consulted"] = "on"
    response = client.post(path, fields)
    assert response.status_code == 422
    assert "schrijf op waarom, of herstel" in response.content.decode()
    assert "voorsprong is weggenomen" in response.content.decode()
    fields |= {f"t{bad.pk}_invalid": "Geen eigen verklaring.", f"t{bad.pk}_measures": "Alles gedeeld."}
    response = client.post(path, fields)
    assert response.status_code == 302, response.content.decode()
    bad.refresh_from_db()
    assert (bad.state, str(bad.reason)) == ("invalid", "Geen eigen verklaring.")
    assert {each.tender_id for each in found.offers(procurement(case))} == {
        each.pk for each in Tender.objects.filter(procurement=case.pk).exclude(pk=bad.pk)
    }


def test_when_none_is_valid_the_market_may_be_asked_again(untested: int) -> None:
    case = Case.objects.get(pk=untested)
    me = holder(case, "eligibility")
    tendering.declare(case, me)
    invalid = tendering.FOUND_GOOD.__class__(
        declared=False, ground="mandatory", suitable=False, consulted=False, measures="", fair_price="no", note="",
        invalid="Veroordeeld wegens omkoping.",
    )  # fmt: skip
    do(me, case, "eligibility", "checked", tests={
        each.pk: invalid for each in Tender.objects.filter(procurement=case.pk)
    })  # fmt: skip
    assert play.open_steps(case) == ["no_tenders"]


@pytest.mark.long
def test_a_proces_verbaal_is_taken_over_on_a_page_and_a_wrong_hash_is_refused(ground: None) -> None:
    case = buy.brought_to("opening")
    me = tendering.openers(case)[0]
    client, path = signed_in(name(me)), reverse("task", args=[case.pk, open_task(case, "opening").pk])
    page = client.get(path).content.decode()
    assert "TenderNed" in page
    lot = procurement(case).lots.all()[0]
    pdf = b"%PDF-1.4 aanbod"
    fields: dict[str, Any] = {
        "outcome": "opened", "hat": str(me.pk), "tenders-TOTAL_FORMS": "2", "tenders-INITIAL_FORMS": "0",
        "tenders-0-firm": "Firma Een", "tenders-0-received_at": "2026-11-20T10:00",
        f"tenders-0-price_{lot.pk}": "1.250.000", "tenders-0-sha256": "ab" * 32,
    }  # fmt: skip

    def files() -> dict[str, Any]:
        return {
            "report": SimpleUploadedFile("pv.pdf", b"%PDF-1.4 proces-verbaal"),
            "tenders-0-file": SimpleUploadedFile("aanbod.pdf", pdf),
        }

    response = client.post(path, fields | files())
    assert response.status_code == 422
    assert "andere hash" in response.content.decode(), response.content.decode()
    fields["tenders-0-sha256"] = ""
    response = client.post(path, fields | files())
    assert response.status_code == 302, response.content.decode()
    [tender] = Tender.objects.filter(procurement=case.pk)
    assert str(tender.firm) == "Firma Een"
    act = Act.objects.get(chain=case.chain, outcome="opened")
    assert len(act.documents.split()) == 2
    assert act.data["report"] in act.documents
