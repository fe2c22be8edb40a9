"""The record of a meeting as a form: one click for a hamerstuk, and every article of the law beside what it asks."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from audit import clock
from cases.models import Ballot, Case, Vote
from config.demo.players import who
from tests.client import Client
from tests.workflows.browser import at, said, send, shown, url
from tests.workflows.play import ALDERMEN, brought_to, hat, meet, propose
from tests.workflows.test_by_law import STEP, bind_by_law, hold
from workflows import ballots

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    """Waits for a body that the law binds."""
    bind_by_law("pho")
    return brought_to(STEP)


@pytest.fixture
def anouk(db: None) -> Client:
    return at("anouk")


def minutes(case: Case) -> str:
    return f"{url(case, STEP)}vergadering/"


def member(name: str, field: str) -> str:
    return f"member-{hat(name, 'pho').pk}-{field}"


def votes(choice: str = "for", **others: str) -> dict[str, str]:
    return {member(name, "choice"): others.get(name, choice) for name in ALDERMEN}


def last(case: Case) -> Ballot:
    return Ballot.objects.filter(case=case).latest("id")


def recorded(client: Client, case: Case, changes: dict[str, Any], absent: tuple[str, ...] = ()) -> Ballot:
    """Sent and accepted: the ballot that came of it."""
    gone = tuple(member(name, "present") for name in absent)
    answer = send(client, minutes(case), {"proposal": "grant", **changes}, without=gone)
    assert answer.status_code == 302, said(answer)[:2000]
    return last(case)


def refused(client: Client, case: Case, changes: dict[str, Any], message: str) -> Any:
    answer = send(client, minutes(case), {"proposal": "grant", **changes})
    assert (answer.status_code, message in said(answer)) == (422, True), said(answer)[:2500]
    return answer


@pytest.mark.long
def test_a_hamerstuk_is_one_choice_and_one_click(anouk: Client) -> None:
    """Today, everybody there, nobody asked for a vote: that is what the form begins with."""
    case = brought_to(STEP)
    ballot = recorded(anouk, case, {})
    assert (ballot.form, ballot.carried, ballot.votes.count()) == ("hammered", True, 7)
    page = said(anouk.get(reverse("case-decisions", args=[case.pk])))
    assert "Hamerstuk" in page
    assert "Reglement van orde PHO Limburg-Noord, art. 8" in page


@pytest.mark.long
def test_a_body_of_its_own_rule_is_not_asked_what_only_the_law_asks(anouk: Client) -> None:
    fields = shown(anouk, minutes(brought_to(STEP)))
    assert not {"in_favour", "second_call", "closed_doors", "lot"} & fields.keys()


def test_the_form_says_what_the_law_asks(anouk: Client, case: Case) -> None:
    page = said(anouk.get(minutes(case)))
    for words in ("4 van de 7 zittende leden", "art. 20 lid 1", "art. 32 lid 2", "art. 31", "Wgr art. 22"):
        assert words in page
    assert "Opnieuw bijeengeroepen" not in page
    overview = said(anouk.get(url(case, STEP)))
    assert "De wet kent hier geen schriftelijke ronde" in overview
    assert "4 van de 7 zittende leden om te openen" in overview


@pytest.mark.long
def test_a_roll_call_wants_a_yes_or_a_no_of_everybody(anouk: Client, case: Case) -> None:
    refused(anouk, case, {"way": "roll_call", **votes(noor="")}, "Kies hoe Noor Timmermans heeft gestemd.")
    answer = refused(anouk, case, {"way": "roll_call", **votes(noor="abstain")}, "is Noor Timmermans voor of tegen")
    assert answer.context["form"].members[1].data[member("daan", "choice")] == "for", "what was filled in stays"
    ballot = recorded(anouk, case, {"way": "roll_call", "closed_doors": "on", **votes(noor="against")})
    assert (ballot.form, ballot.closed_doors, ballot.tally["against"]) == ("roll_call", True, 1)


@pytest.mark.long
def test_a_secret_vote_takes_counts_and_shows_no_more(anouk: Client, case: Case) -> None:
    told = {"way": "secret", "explanation": "De voordracht van de projectleider."}
    refused(anouk, case, told, "Vul in hoeveel stemmen voor waren.")
    counts = {**told, "in_favour": "4", "against": "2", "blank": "1"}
    refused(anouk, case, {**counts, "explanation": ""}, "over welke benoeming, voordracht of aanbeveling")
    refused(anouk, case, {**counts, **votes()}, "Bij een geheime stemming is er geen stem per lid")
    refused(anouk, case, {**counts, "in_favour": "6"}, "hoogstens 7 briefjes")
    refused(anouk, case, {**counts, "lot": "for"}, "Het lot beslist alleen")
    assert recorded(anouk, case, counts).tally["voted"] == 7
    assert not Vote.objects.filter(ballot=last(case)).exists()
    page = said(anouk.get(reverse("case-decisions", args=[case.pk])))
    assert "1 blanco of ongeldig" in page
    assert "niet wie wat stemde" in page


@pytest.mark.long
def test_of_who_wore_another_hat_a_secret_vote_tells_only_how_many(anouk: Client) -> None:
    bind_by_law("db")
    case = brought_to("approach")
    propose(case, within_budget=False)
    meet(case, "rmt_validation", "positive")
    meet(case, STEP, "grant")
    where = f"{url(case, 'db_decision')}vergadering/"
    counts = {"way": "secret", "explanation": "Een voordracht.", "in_favour": "2", "against": "1"}
    assert "Handelde hier eerder als opdrachtgever" in said(at("bram").get(where))
    assert send(at("bram"), where, {"proposal": "agree", **counts}).status_code == 302
    assert last(case).tally["uncomparable"] == 3
    page = said(at("bram").get(reverse("case-decisions", args=[case.pk])))
    assert "3 van de aanwezige leden handelden hier eerder met een andere hoed" in page


@pytest.mark.long
def test_too_few_to_open_is_recorded_by_presence_alone_and_then_called_again(anouk: Client, case: Case) -> None:
    few = ALDERMEN[:4]
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    ballot = recorded(anouk, case, {"way": "roll_call", "meeting_date": yesterday}, absent=few)
    assert (ballot.tally["result"], ballot.seats.filter(present=True).count()) == ("not_opened", 3)
    assert "second_call" in said_fields(anouk, case)
    here = {member(name, "choice"): "for" for name in ALDERMEN[4:]}
    ballot = recorded(anouk, case, {"way": "roll_call", "second_call": "on", **here}, absent=few)
    assert (ballot.carried, ballot.second_call) == (True, True)
    assert "opnieuw bijeengeroepen (art. 20 lid 2)" in said(anouk.get(reverse("case-decisions", args=[case.pk])))


def said_fields(client: Client, case: Case) -> str:
    return str(client.get(minutes(case)).content)


@pytest.mark.long
def test_after_a_tie_the_page_says_when_it_may_be_voted_again(anouk: Client, case: Case) -> None:
    hold(case, "votes", votes=dict.fromkeys(ALDERMEN[:3], "against"), absent=["ilse"])
    answer = refused(anouk, case, {}, "Het besluit is uitgesteld tot een volgende vergadering")
    assert "Gemeentewet art. 32 lid 4" in said(answer)


def test_who_is_recused_is_asked_for_presence_only(anouk: Client, case: Case) -> None:
    ballots.recuse(**who(hat("noor", "pho")), case_id=case.pk, ground="Familie bij een aanbieder.")
    fields = shown(anouk, minutes(case))
    assert member("noor", "present") in fields
    assert member("noor", "choice") not in fields
    assert "telt wel voor het openen" in said(anouk.get(minutes(case)))
