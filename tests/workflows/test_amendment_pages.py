"""Proposing a wijziging and taking it to its end, by the pages."""

from decimal import Decimal

import pytest
from django.urls import reverse

from cases.models import Case
from tests.client import Client
from tests.workflows import play
from tests.workflows.browser import at, of_municipality, said, send, shown, url
from tests.workflows.play import confirm, hat
from workflows.models import CaseTask

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    case = play.submitted()
    play.end(case)
    case.refresh_from_db()
    return case


def proposing(case: Case, kind: str) -> str:
    return f"{reverse('amend', args=[case.pk])}?soort={kind}"


WHY = {"effective_on": "2027-03-01", "reason": "De vraag groeit."}


@pytest.mark.long
def test_who_may_finds_the_way_from_the_case(case: Case) -> None:
    where = reverse("amend", args=[case.pk])
    assert where in at("marleen").get(reverse("case", args=[case.pk])).content.decode()
    assert where not in at("ilse").get(reverse("case", args=[case.pk])).content.decode()
    words = said(at("marleen").get(where))
    assert "Gemeente treedt uit" in words


@pytest.mark.long
def test_what_follows_is_shown_before_it_is_proposed(case: Case) -> None:
    client, where = at("marleen"), proposing(case, "amount")
    looked = send(client, where, {**WHY, "amount": "9.000.000"})
    words = said(looked)
    assert looked.status_code == 200
    assert "€ 9.000.000" in words
    assert "groeit met 49%" in words
    assert not Case.objects.filter(kind=Case.Kind.AMENDMENT).exists()
    given = {**shown(client, where), **WHY, "amount": "9.000.000"}
    seen = looked.context["preview"]["mark"]
    assert client.post(where, {**given, "seen": "another", "propose": "1"}).status_code == 200
    assert not Case.objects.filter(kind=Case.Kind.AMENDMENT).exists()
    assert client.post(where, {**given, "seen": seen, "propose": "1"}).status_code == 302
    change = Case.objects.get(kind=Case.Kind.AMENDMENT)
    assert change.amendment.amount_after == 9_000_000


@pytest.mark.parametrize(
    ("kind", "values", "problem"),
    [
        ("amount", {"amount": "0"}, "nieuwe raming"),
        ("amount", {"amount": "veel"}, "Vul een bedrag in"),
        ("term", {"years": "99"}, "10"),
        ("leave", {"leaving": ""}, "verplicht"),
        ("scope", {}, "minstens één tekst"),
        ("term", {"years": "6", "effective_on": "2020-01-01"}, "vandaag of later"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_stays_filled_in(
    case: Case, kind: str, values: dict[str, str], problem: str
) -> None:
    answer = send(at("marleen"), proposing(case, kind), {**WHY, **values})
    words = said(answer)
    assert answer.status_code == 422
    assert problem in words
    assert "De vraag groeit." in answer.content.decode()


def propose(client: Client, case: Case, kind: str, values: dict[str, str]) -> Case:
    where = proposing(case, kind)
    looked = send(client, where, {**WHY, **values})
    given = {**shown(client, where), **WHY, **values, "seen": looked.context["preview"]["mark"], "propose": "1"}
    assert client.post(where, given).status_code == 302
    return Case.objects.get(kind=Case.Kind.AMENDMENT, state=Case.State.OPEN)


@pytest.mark.long
def test_a_change_is_taken_to_its_end_by_the_pages(case: Case) -> None:
    change = propose(
        at("marleen"), case, "leave", {"leaving": str(hat("tom").organisation_id), "estimate_stays": "yes"}
    )
    assert "Wijziging WIJ-2026-" in said(at("tom").get(reverse("case", args=[change.pk])))
    assert send(at("tom"), of_municipality(change, "venray"), {"stance": "agree"}).status_code == 302
    for name in play.ACCOUNT_MANAGERS:
        waiting = CaseTask.objects.filter(case=change, finished=None, organisation=hat(name).organisation_id).first()
        if waiting is not None:
            where = reverse("task", args=[change.pk, waiting.pk])
            assert send(at(name), where, {"stance": "concern"}).status_code == 302
    assessment = {
        "outcome": "positive", "extra_cost": "-500", "extra_hours": "10", "within_budget": "yes",
        "within_capacity": "yes",
    }  # fmt: skip
    assert send(at("gijs"), url(change, "assessment"), assessment).status_code == 302
    words = said(at("marleen").get(reverse("case", args=[change.pk])))
    assert "Nu aan zet" in words
    assert "Bestuurlijk besluit" in words, "the phases"
    play.record(change, "pho_decision", "grant")
    confirm(change, "pho_decision")
    assert send(at("helene"), url(change, "amend_acceptance"), {"outcome": "accept"}).status_code == 302
    words = said(at("marleen").get(reverse("case", args=[case.pk])))
    assert "Gewijzigd op" in words
    words = said(at("marleen").get(reverse("case-content", args=[case.pk])))
    assert "Waarden door de tijd" in words
    assert "doet niet mee" in words
    for page in ("case", "case-content", "case-decisions", "case-people", "case-history", "case-documents", "bpmn"):
        assert at("marleen").get(reverse(page, args=[change.pk])).status_code == 200
    assert case.commission.shares.get(organisation=hat("tom").organisation_id).annual_amount == Decimal(0)


@pytest.mark.long
def test_a_change_stands_in_lists_and_among_tasks(case: Case) -> None:
    change = propose(at("marleen"), case, "term", {"years": "6"})
    assert change.number in said(at("tom").get(reverse("cases")))
    assert "Afstemming van de wijziging" in said(at("tom").get(reverse("my-tasks")))
    assert change.number in said(at("gijs").get(reverse("whose-turn")))


def test_a_change_of_what_is_not_granted_has_no_page() -> None:
    running = play.submitted()
    assert at("marleen").get(reverse("amend", args=[running.pk])).status_code == 404
