"""Submitting at each scale, and the steps that only some scales have, at their pages and without a script."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from audit import clock
from cases.models import Case
from config.demo import players
from roles import services as roles
from roles.models import Organisation, Position
from tests.workflows import play
from tests.workflows.browser import at, of_municipality, said, send, shown, url
from tests.workflows.test_case_page_doing import wat_vraag
from workflows import preview
from workflows.models import CaseProcess

pytestmark = pytest.mark.django_db

CG = "centraal-gelderland"


def submitted(name: str = "marleen", **changes: object) -> Case:
    response = send(at(name), reverse("submit"), wat_vraag(**changes))
    assert response.status_code == 302, said(response)
    return Case.objects.latest("pk")


def only(code: str) -> dict[str, str]:
    """Shares of one municipality."""
    nobody = {f"share-{each.pk}": "" for each in players.municipalities(play.SCHEME)}
    return nobody | {f"share-{Organisation.objects.get(code=code).pk}": "310.000"}


def test_a_local_commission_is_submitted_for_ones_own_municipality_alone() -> None:
    case = submitted(scale="local", care_form="jeugd-ambulant", **only("bergen"))
    assert (case.commission.scale, case.commission.care_form) == ("local", "jeugd-ambulant")
    answer = send(at("marleen"), reverse("submit"), wat_vraag(scale="local", care_form="jeugd-ambulant"))
    assert (answer.status_code, "precies één gemeente mee" in said(answer)) == (422, True)


def test_the_form_marks_what_only_some_scales_ask() -> None:
    """What is marked and empty is out of sight (ui/css/forms.css); without a municipality of one's own nothing is."""
    shown = at("marleen").get(reverse("submit")).content.decode()
    municipalities, regions = players.municipalities(play.SCHEME), players.partner_regions(play.SCHEME)
    assert shown.count("data-only-together") == len(municipalities) - 1
    assert shown.count("data-only-across") == len(regions)
    own = next(each for each in municipalities if each.code == "bergen")
    assert "data-only-together" not in shown.partition(f'name="share-{own.pk}"')[2].partition(">")[0]
    assert "data-only-together" not in at("wim").get(reverse("submit")).content.decode()


def test_the_law_is_told_before_and_its_article_after() -> None:
    assert "Vanaf 1-1-2026 niet lokaal" in said(at("marleen").get(reverse("submit")))
    values = wat_vraag(scale="local", care_form="jeugd-verblijf", **only("bergen"))
    answer = send(at("marleen"), reverse("submit"), values)
    assert answer.status_code == 422
    assert "Jeugdhulp met verblijf is sinds 1-1-2026 een taak van de jeugdregio" in said(answer)
    assert "Jeugdwet art. 2.19" in said(answer)
    assert not Case.objects.exists()


@pytest.mark.long
def test_regions_beside_this_one_are_chosen_where_it_is_supraregional() -> None:
    first, second, _ = players.partner_regions(play.SCHEME)
    case = submitted(scale="supraregional", care_form="jeugd-verblijf", partners=[first.pk, second.pk])
    assert {partner.organisation for partner in case.commission.partners.all()} == {first, second}
    assert "minstens één partnerregio" in said(send(at("marleen"), reverse("submit"), wat_vraag(scale="supraregional")))
    strange = players.partner_regions(CG)[0].pk
    answer = send(at("marleen"), reverse("submit"), wat_vraag(scale="supraregional", partners=[strange]))
    assert answer.status_code == 422


def test_who_may_submit_in_two_regelingen_chooses_one() -> None:
    theirs = Position.objects.get(body__code="rozendaal", role__code="municipal_account_manager")
    roles.appoint(
        person=play.hat("marleen").person, position=theirs, valid_from=clock.today(),
        organisation=theirs.body.organisation,
    )  # fmt: skip
    here, there = (said(at("marleen").get(reverse("submit") + query)) for query in ("", f"?regeling={CG}"))
    assert "U dient nu in bij MGR sociaal domein Limburg-Noord" in here
    assert "U dient nu in bij MGR sociaal domein centraal Gelderland" in there
    assert ("Venlo" in here, "Venlo" in there) == (True, False)
    assert "U dient nu in bij" not in said(at("wim").get(reverse("submit")))


@pytest.mark.long
def test_the_college_decides_on_its_own_commission() -> None:
    case = play.brought_to("local_decision", scale="local")
    where = url(case, "local_decision")
    assert at("marleen").get(where).status_code == 403, "who submitted does not decide"
    late = {"outcome": "grant", "decider": "delegate", "decided_on": (clock.today() + timedelta(days=1)).isoformat()}
    assert "ligt in de toekomst" in said(send(at("rachid"), where, late))
    assert "Licht toe waarom niet" in said(
        send(at("rachid"), where, {**late, "outcome": "refuse", "decided_on": clock.today().isoformat()})
    )
    sent = send(at("rachid"), where, {**late, "decided_on": clock.today().isoformat(), "reference": "B&W 12"})
    assert sent.status_code == 302
    assert "Een gemandateerde van het college" in said(at("marleen").get(reverse("case-content", args=[case.pk])))


@pytest.mark.long
def test_the_answers_of_regions_are_recorded_row_by_row() -> None:
    case = play.brought_to("partner_consent", scale="supraregional")
    where, first, second = (
        url(case, "partner_consent"),
        *(each.organisation_id for each in case.commission.partners.all()),
    )
    assert f"partner-{first}-answer" in shown(at("gijs"), where)
    values = {"outcome": "consented", f"partner-{first}-answer": "consented"}
    assert "Vul in wanneer de regio antwoordde" in said(send(at("gijs"), where, values))
    values |= {f"partner-{first}-answered_on": clock.today().isoformat()}
    assert "Nog niet iedere partnerregio" in said(send(at("gijs"), where, values))
    values |= {f"partner-{second}-answer": "consented", f"partner-{second}-answered_on": clock.today().isoformat()}
    assert send(at("gijs"), where, values).status_code == 302
    assert play.open_steps(case) == ["rmt_validation"]
    assert "Stemt in" in said(at("gijs").get(reverse("case-content", args=[case.pk])))


@pytest.mark.long
def test_a_college_says_no_and_the_submitter_goes_on_without_it() -> None:
    case = play.brought_to("college_consent", asks_colleges="mandate")
    where = of_municipality(case, "venray")
    no = {"outcome": "refuse", "decider": "college", "decided_on": clock.today().isoformat(), "note": "Eerst de raad."}
    assert send(at("josien"), where, no).status_code == 302
    overview = said(at("marleen").get(reverse("case", args=[case.pk])))
    assert "Besluit college namens gemeente Venlo" in overview
    assert "wacht op een datum" not in overview, "the join is nobody's turn"
    play.consent(case)
    page = at("marleen").get(url(case, "consent_question"))
    assert "Zonder instemming: gemeente Venray" in said(page)
    answer = send(at("marleen"), url(case, "consent_question"), {"outcome": "without", "motivation": "Later."})
    assert answer.status_code == 302
    history = said(at("marleen").get(reverse("case-history", args=[case.pk])))
    assert "Het college van gemeente Venray stemt niet in" in history.replace("Gemeente", "gemeente")
    assert "Verder zonder gemeente Venray" in history


@pytest.mark.long
def test_a_case_speaks_the_words_of_its_regeling_everywhere() -> None:
    case = play.brought_to("pho_decision", scheme=CG)
    secretary = play.username(players.holder(case, "pho_decision"))
    pages = [reverse("my-tasks"), reverse("whose-turn"), reverse("case", args=[case.pk]), url(case, "pho_decision")]
    pages += [reverse(f"case-{tab}", args=[case.pk]) for tab in ("people", "decisions")]
    for page in pages:
        words = said(at(secretary).get(page))
        assert "PFO-besluit zorg" in words or page.endswith("besluitvorming/"), page
        assert "Bestuurlijk besluit:" not in words, page


@pytest.mark.long
def test_a_step_that_the_regeling_lacks_is_shown_as_passed() -> None:
    case = play.brought_to("rmt_validation")
    passed = "Vaststelling hoe overgeslagen: deze regeling kent deze stap niet"
    assert passed in said(at("marleen").get(reverse("case-history", args=[case.pk])))
    overview = at("marleen").get(reverse("case", args=[case.pk])).content.decode()
    assert "overgeslagen: deze regeling kent deze stap niet" in overview
    assert 'class="node is-skipped" data-step="adopt_approach"' in overview


# Where a case waits, how it was asked for, an outcome there, and what its page says will follow.
FOLLOWS = [
    ("approach", {}, "PHO", "RMT-validatie, door secretaris, RMT Limburg-Noord."),
    ("approach", {"scheme": CG}, "", "Vaststelling hoe, door secretaris, bestuurscommissie Inkoop."),
    (
        "approach",
        {"scale": "local"},
        "",
        "Besluit van de gemeente, door gemandateerde van het college, gemeente Bergen.",
    ),
    ("approach", {"scale": "supraregional"}, "", "Instemming partnerregio’s, door accountmanager MGR"),
    ("pho_decision", {}, "", "Aanvaarding, door directeur, MGR Limburg-Noord."),
    ("pho_decision", {"asks_colleges": "consent"}, "", "Besluit college, door iedere deelnemende gemeente."),
    (
        "college_consent",
        {"asks_colleges": "consent"},
        "",
        "als alle gevraagde colleges en de eigenaar",
    ),
    ("acceptance", {}, "", "PHO-besluit, door secretaris, PHO Limburg-Noord."),
    ("acceptance", {"scale": "local"}, "", "Besluit van de gemeente, door gemandateerde van het college"),
]


@pytest.mark.parametrize(("step", "asked", "not_told", "told"), FOLLOWS)
def test_a_page_says_what_follows_on_each_outcome(step: str, asked: dict[str, Any], not_told: str, told: str) -> None:
    case = play.brought_to(step, **asked)
    work = preview.as_found(CaseProcess.objects.get(case=case), clock.now(), play.open_task(case, step))
    words = " ".join(each.words for each in preview.consequences(work))
    assert told in words
    assert not not_told or not_told not in words
