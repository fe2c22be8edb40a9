"""A regeling that nobody thought of (tests/islands.toml): founded from data alone, its opdrachten played to the end."""

import tomllib
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from audit.models import Act
from cases.models import Case
from cases.rules.amendment import Proposal
from cases.services.amendment import Wish
from config.demo import players
from config.demo.players import who
from roles.models import Scheme
from roles.services import bind_step
from tests.database import ROOT
from tests.workflows import play
from tests.workflows.browser import at
from workflows import checks, services
from workflows.amendments import propose_amendment
from workflows.founding import Unsound, set_up
from workflows.models import CaseTask

pytestmark = pytest.mark.django_db

ISLANDS = "eilanden"


@pytest.fixture(autouse=True)
def islands(monkeypatch: pytest.MonkeyPatch) -> Scheme:
    monkeypatch.setitem(play.SUBMITTERS, ISLANDS, "zandvrouw")
    monkeypatch.setitem(play.HOMES, ISLANDS, "zandeiland")
    return set_up(read())


def read() -> dict[str, Any]:
    return tomllib.loads((ROOT / "tests" / "islands.toml").read_text(), parse_float=Decimal)


PATHS = {
    "local": ["local_decision"],
    "regional": ["pho_decision"],
    "supraregional": ["partner_consent", "pho_decision"],
}


@pytest.mark.long
@pytest.mark.parametrize("scale", PATHS)
def test_an_opdracht_of_every_scale_comes_to_its_end(scale: str) -> None:
    case = play.submitted(scheme=ISLANDS, scale=scale)
    assert play.end(case) == Case.State.GRANTED
    tasks = CaseTask.objects.filter(case=case, flow_task_type="HUMAN").exclude(outcome="skipped").order_by("id")
    steps = list(dict.fromkeys(task.flow_task.name for task in tasks))
    assert steps == ["municipal_alignment", "intake", "approach", *PATHS[scale], "acceptance"]
    assert "adopt_approach" in play.skipped_steps(case)
    assert Act.objects.filter(chain=case.chain).latest("seq").mandate.startswith("E-1")


@pytest.mark.long
def test_a_regeling_in_which_a_body_decides_on_its_own_advice_is_not_founded() -> None:
    advice = {"flow": "commissioning", "step": "rmt_validation", "body": "eilandenraad", "role": "scribe"}
    data = read()
    people = [{**row, "username": f"{row['username']}-2"} for row in data["people"]]
    data |= {"scheme": {"code": "anders", "name": "Anders"}, "people": people}
    with pytest.raises(Unsound, match="eilandenraad adviseert bij ‘Ambtelijke validatie’ over wat het bij ‘Besluit"):
        set_up(data | {"bindings": [*data["bindings"], advice]})
    assert not Scheme.objects.filter(code="anders").exists()
    set_up(data)


def test_the_check_names_such_a_regeling(islands: Scheme) -> None:
    assert checks.bindings_are_sound(None, ["default"]) == []
    raad = islands.bodies.get(code="eilandenraad")
    scribe = raad.positions.get(role__code="scribe").role
    bind_step(scheme=islands, flow="commissioning", step="rmt_validation", role=scribe, body=raad)
    [error] = checks.bindings_are_sound(None, ["default"])
    assert error.msg.startswith("Regeling Eilanden: eilandenraad adviseert")


def test_who_decides_is_who_the_data_say(islands: Scheme) -> None:
    case = play.brought_to("pho_decision", scheme=ISLANDS)
    assert players.body_of(case, "pho_decision").code == "eilandenraad"
    assert {play.username(member) for member in players.members_of(case, "pho_decision")} == {
        "ilona",
        "zeger",
        "ulrike",
    }
    assert "rmt_validation" in play.skipped_steps(case)


def test_its_own_rule_decides_one_island_against_is_no_decision() -> None:
    case = play.brought_to("pho_decision", scheme=ISLANDS)
    play.meet(case, "pho_decision", "grant", against=["ulrike"])
    case.refresh_from_db()
    assert play.open_steps(case) == ["pho_decision"]
    play.meet(case, "pho_decision", "grant")
    assert play.open_steps(case) == ["acceptance"]


@pytest.mark.long
def test_above_its_own_mandate_its_own_owners_decide_and_its_board_by_law() -> None:
    case = play.brought_to("approach", scheme=ISLANDS)
    play.propose(case, cost=Decimal(31_000))
    play.meet(case, "pho_decision", "grant")
    assert play.open_steps(case) == ["db_decision"]
    play.meet(case, "db_decision", "needs_budget")
    assert players.body_of(case, "ab_decision").code == "bewaarders"
    play.meet(case, "ab_decision", "agree")
    assert play.end(case) == Case.State.GRANTED


def test_its_colleges_are_asked_and_one_that_refuses_stays_out() -> None:
    case = play.brought_to("college_consent", scheme=ISLANDS, asks_colleges="consent")
    play.consent(case, {"noordeiland": "refuse"})
    assert play.open_steps(case) == ["consent_question"]
    assert play.end(case) == Case.State.GRANTED
    assert case.commission.shares.filter(takes_part=True).count() == 2


def test_what_it_granted_changes_by_the_same_deciders() -> None:
    case = play.submitted(scheme=ISLANDS)
    play.end(case)
    proposal = Proposal(change="amount", effective_on=play.in_days(60), texts={}, amount=Decimal(2_000_000))
    wish = Wish(proposal=proposal, reason="Er wonen meer mensen op de eilanden.")
    change = propose_amendment(**who(play.hat("noordman")), case_id=case.pk, wish=wish)
    for task in CaseTask.objects.filter(case=change, finished=None, flow_task__endswith=".amendment_alignment"):
        me = players.holder(change, "amendment_alignment", task.organisation_id)
        services.complete(
            **who(me), case_id=change.pk, task_id=task.pk, outcome="answered", stance="agree", note="Goed."
        )
    assess = {"extra_cost": Decimal(500), "extra_hours": 5, "planning": "Meteen.", "within_budget": True}
    play.as_bound(change, "assessment", "positive", within_capacity=True, **assess)
    play.meet(change, "pho_decision", "grant")
    play.as_bound(change, "amend_acceptance", "accept")
    change.refresh_from_db()
    case.commission.refresh_from_db()
    assert (change.state, case.commission.annual_amount) == ("applied", Decimal(2_000_000))


@pytest.mark.long
def test_its_pages_use_its_own_words() -> None:
    case = play.brought_to("pho_decision", scheme=ISLANDS)
    page = at("ilona").get(reverse("case", args=[case.pk])).content.decode()
    for word in ("Besluit eilandenraad", "Loodsbeurt", "Bestek", "Regeling Eilanden"):
        assert word in page, word
    assert "themes/" not in page, "it has no look of its own"
    for foreign in ("PHO", "RMT", "PFO", "MAG"):
        assert foreign not in page, foreign


def test_it_learns_nothing_of_the_others_and_they_nothing_of_it() -> None:
    theirs, ours = play.submitted(title="Alleen van hen"), play.submitted(scheme=ISLANDS)
    assert at("ilona").get(reverse("case", args=[theirs.pk])).status_code == 404
    assert at("noor").get(reverse("case", args=[ours.pk])).status_code == 404
    assert "Alleen van hen" not in at("ilona").get(reverse("cases")).content.decode()
