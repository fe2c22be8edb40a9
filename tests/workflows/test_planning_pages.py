"""Signals, planning and dashboard by their pages: what is asked, what is shown to whom, and what it costs."""

import re

import pytest
from django.urls import reverse

from cases.models import Case, Draft, PlanningItem
from cases.rules.planning import MOMENTS
from config.demo.players import hat
from tests.workflows import plan, play
from tests.workflows.browser import at, said, send
from tests.workflows.visits import page, queries, signed_in
from workflows import figures

pytestmark = pytest.mark.django_db

SIGNAL = {
    "title": "Nieuwe eisen", "domain": "youth", "scale": "regional", "change": "Kleinere groepen.",
    "effective_on": "2028-01-01", "source": "Wetsvoorstel", "effect": "Minder plaatsen.",
}  # fmt: skip


def days(**changes: str) -> dict[str, str]:
    return {name: f"{play.in_days(30 * place):%Y-%m-%d}" for place, name in enumerate(MOMENTS, 2)} | changes


# Signals.


@pytest.mark.long
def test_a_signal_is_reported_advised_on_and_planned_by_the_pages() -> None:
    answer = send(at("marleen"), reverse("report-signal"), SIGNAL)
    signal = Case.objects.get(kind="signal")
    assert answer.headers["Location"] == reverse("case", args=[signal.pk])
    assert "Kleinere groepen." in page("helene", reverse("case", args=[signal.pk]))
    path = reverse("task", args=[signal.pk, play.open_task(signal, "signal_advice").pk])
    assert "Schrijf het advies op." in said(send(at("femke"), path, {"outcome": "advised"}))
    send(at("femke"), path, {"outcome": "advised", "advice": "Doen."})
    path = reverse("task", args=[signal.pk, play.open_task(signal, "signal_follow_up").pk])
    assert "Oppakken als opdracht" not in page("wim", path)
    wrong = send(at("wim"), path, {"outcome": "plan", **days(award_on=f"{play.in_days(1):%Y-%m-%d}")})
    assert wrong.status_code == 422
    assert "gunning" in said(wrong)
    send(at("wim"), path, {"outcome": "plan", **days()})
    assert PlanningItem.objects.get(origin=signal).domain == "youth"
    for tab in ("case", "case-content", "case-people", "case-history", "case-documents", "case-decisions"):
        page("marleen", reverse(tab, args=[signal.pk]))


@pytest.mark.parametrize("field", ["title", "change", "effective_on", "source", "effect", "domain"])
def test_what_is_left_out_of_a_signal_is_told_and_the_rest_kept(field: str) -> None:
    answer = send(at("marleen"), reverse("report-signal"), SIGNAL | {field: ""})
    assert answer.status_code == 422
    assert not Case.objects.exists()
    assert "Wetsvoorstel" in answer.content.decode() or field == "source"


def test_a_commission_is_filled_in_from_a_signal_and_its_draft_remembers_where_it_came_from() -> None:
    signal = plan.advised()
    path = f"{reverse('submit')}?uit={signal.pk}"
    shown = page("marleen", path)
    assert 'value="Nieuwe eisen aan verblijf"' in shown
    assert signal.number in shown
    client = at("marleen")
    client.post(path, {"title": "Iets", "draft": "1", "criteria-TOTAL_FORMS": "1", "criteria-INITIAL_FORMS": "0",
                       "papers-TOTAL_FORMS": "0", "papers-INITIAL_FORMS": "0"})  # fmt: skip
    draft = Draft.objects.get()
    assert draft.values["uit"] == [str(signal.pk)]
    assert signal.number in page("marleen", reverse("draft", args=[draft.pk]))


@pytest.mark.parametrize("asked", ["uit=abc", "uit=0", "uit=999999999", "plan=999999999", "uit=" + "9" * 40])
def test_what_leads_nowhere_is_told(asked: str) -> None:
    answer = at("marleen").get(f"{reverse('submit')}?{asked}", follow=True)
    assert answer.redirect_chain[-1][0] == reverse("submit")
    assert "opdracht" in answer.content.decode() or "inkoop" in answer.content.decode()


def test_a_local_commission_of_one_municipality_is_no_origin_to_another() -> None:
    signal = plan.advised(by="tom", scale="local")
    assert at("marleen").get(f"{reverse('submit')}?uit={signal.pk}").status_code == 302
    assert at("tom").get(f"{reverse('submit')}?uit={signal.pk}").status_code == 200


# Planning.


def test_who_keeps_the_planning_plans_changes_and_drops() -> None:
    path = reverse("plan-procurement")
    wrong = send(at("femke"), path, {"title": "Dagbesteding", "domain": "support", **days(market_on="2020-01-01")})
    assert wrong.status_code == 422
    assert not PlanningItem.objects.exists()
    send(at("femke"), path, {"title": "Dagbesteding", "domain": "support", **days()})
    item = PlanningItem.objects.get()
    where = reverse("planning-item", args=[item.pk])
    send(at("femke"), where, {"title": "Dagbesteding nieuw", "domain": "support", **days()})
    item.refresh_from_db()
    assert str(item.title) == "Dagbesteding nieuw"
    drop = {"drop": "1", "weg-hat": str(hat("femke").pk)}
    assert at("femke").post(where, drop).status_code == 422
    at("femke").post(where, drop | {"weg-reason": "Niet meer nodig."})
    item.refresh_from_db()
    assert item.state == "dropped"
    assert "vervallen" in page("femke", where)
    page("wim", where, status=404)


@pytest.mark.long
def test_the_year_shows_what_is_planned_to_who_may_see_it() -> None:
    home = hat("marleen").organisation
    assert home is not None
    plan.planned(title="Van de regio")
    plan.planned(title="Van Bergen alleen", organisation_id=home.pk)
    plan.planned("centraal-gelderland", title="Elders gepland")
    year = play.in_days(100).year
    seen = {user: page(user, reverse("planning"), {"jaar": year}) for user in ("marleen", "tom", "helene", "mallory")}
    for words, users in (
        ("Van de regio", {"marleen", "tom", "helene"}), ("Van Bergen alleen", {"marleen", "helene"}),
        ("Elders gepland", set()),
    ):  # fmt: skip
        assert {user for user, text in seen.items() if words in text} == users
    narrowed = page("helene", reverse("planning"), {"jaar": year, "domein": "youth"})
    assert "Van de regio" not in narrowed
    listed = page("helene", reverse("planning"), {"jaar": year, "beeld": "tabel"})
    assert "is-table" in listed
    exported = b"".join(at("helene").get(reverse("planning-csv"), {"jaar": year}))
    assert "Van Bergen alleen" in exported.decode()
    assert "Elders" not in exported.decode()


@pytest.mark.parametrize(
    "asked",
    ["jaar=1200", "jaar=x", "soort=alles", "domein=zorg", "gemeente=0", "gemeente=x", "regeling=nergens", "pagina=-3",
     "beeld=taart", "kleur=rood", "pagina=99999999"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["planning", "dashboard", "planning-csv"])
def test_a_filter_that_does_not_fit_breaks_nothing(name: str, asked: str) -> None:
    assert at("helene").get(f"{reverse(name)}?{asked}").status_code == 200


@pytest.mark.parametrize(
    "asked",
    ["cijfer=waits&welke=niets/niets", "cijfer=on&welke=x", "cijfer=expiring&van=2027-13&tot=x",
     "cijfer=phase&pagina=0", "cijfer=running&pagina=99999", "cijfer=added&welke=%00", "cijfer=buying",
     "cijfer=flag&periode=ooit"],
)  # fmt: skip
def test_a_figure_that_there_is_not_has_no_cases(asked: str) -> None:
    assert at("helene").get(f"{reverse('figure')}?{asked}").status_code == 200


def test_without_a_figure_there_is_the_dashboard() -> None:
    for asked in ("", "?cijfer=iets"):
        assert at("helene").get(f"{reverse('figure')}{asked}").headers["Location"] == reverse("dashboard")


# Dashboard.


@pytest.mark.long
def test_each_figure_leads_to_as_many_cases_and_none_that_may_not_be_seen() -> None:
    play.brought_to("rmt_validation")
    play.brought_to("intake", scale="local")
    plan.advised()
    play.brought_to("intake", scheme="centraal-gelderland")
    figures.catch_up()
    for user in ("helene", "tom"):
        shown = page(user, reverse("dashboard"))
        links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/dashboard/zaken/[^"]*)"', shown)]
        assert len(links) > 5
        for link in sorted(set(links)):
            listed = page(user, link)
            assert "Geen zaken achter dit cijfer" not in listed, link
            for number in re.findall(r'class="list__name"\s+href="/opdrachten/(\d+)/"', listed):
                page(user, reverse("case", args=[number]))
    assert "/dashboard/zaken/" not in page("mallory", reverse("dashboard"))


def test_lead_times_stand_beside_their_plan() -> None:
    play.brought_to("rmt_validation")
    figures.catch_up()
    shown = page("helene", reverse("dashboard"))
    assert "Doorlooptijd per fase: Opdrachtverstrekking" in shown
    assert "Geen termijn gemist." in shown  # what counts nothing is one line
    assert "Alles wat is vastgelegd, telt mee." in shown
    play.submitted()
    assert "Geteld tot" in page("helene", reverse("dashboard"))


@pytest.mark.long
@pytest.mark.parametrize("path", ["dashboard", "planning", "figure"])
def test_pages_take_as_many_queries_however_much_there_is(path: str) -> None:
    address = reverse(path) + ("?cijfer=running" if path == "figure" else "")
    for scale in ("regional", "local"):
        play.brought_to("intake", scale=scale)
    plan.planned()
    figures.catch_up()
    signed_in("helene").get(address)
    few = queries("helene", address)
    for number in range(4):
        play.submitted(title=f"Nog een {number}")
        plan.planned(title=f"Gepland {number}")
    figures.catch_up()
    assert queries("helene", address) == few
