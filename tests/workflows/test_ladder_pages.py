"""Escaleren by the pages: the form, each step, what the case shows to whom, and the register."""

import pytest
from django.urls import reverse

from cases.models import Case
from tests.workflows import play, rise
from tests.workflows.browser import at, said, send, url
from tests.workflows.play import hat
from tests.workflows.visits import page, queries

pytestmark = pytest.mark.django_db

WHY = {"category": "content", "reason": "Wij wachten al weken."}


@pytest.fixture
def case() -> Case:
    return play.brought_to("intake")


def form(case: Case) -> str:
    return reverse("escalate", args=[case.pk])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reason": ""}, "Wat is er aan de hand? Dit veld is verplicht."),
        ({"reason": "x" * 4001}, "niet meer dan 4000 tekens"),
        ({"category": "weer"}, "Waar gaat het over? "),
        ({"task": "999999"}, "Over welke stap? "),
        ({"holds": "on"}, "Kies welke stap wordt stilgezet."),
        ({"about": "999999"}, "Gaat het over het handelen van één persoon? "),
        ({"about": "jan"}, "Gaat het over het handelen van één persoon? "),
    ],
)
def test_what_does_not_fit_is_told_and_kept(case: Case, changes: dict[str, str], message: str) -> None:
    answer = send(at("marleen"), form(case), {**WHY, **changes})
    assert answer.status_code == 422
    assert message in said(answer)
    assert not Case.objects.filter(kind=Case.Kind.ESCALATION).exists()


def test_a_rule_that_refuses_is_told_in_the_form(case: Case) -> None:
    task = play.open_task(case, "intake").pk
    about = {"about": str(hat("gijs").person_id), "task": str(task), "holds": "on"}
    answer = send(at("marleen"), form(case), {**WHY, **about})
    assert answer.status_code == 422
    assert "zou haar bekend maken" in said(answer)


@pytest.mark.long
def test_from_the_form_to_a_measure_and_the_answer_of_the_municipality(case: Case) -> None:
    words = page("marleen", f"{form(case)}?taak={play.open_task(case, 'intake').pk}")
    assert "PHO Limburg-Noord" in words
    assert "DB MGR Limburg-Noord" in words
    task = str(play.open_task(case, "intake").pk)
    assert send(at("marleen"), form(case), {**WHY, "task": task, "holds": "on"}).status_code == 302
    own = Case.objects.get(kind=Case.Kind.ESCALATION)
    assert "staat stil" in page("gijs", reverse("case", args=[case.pk]))
    assert "zet hem stil" in page("gijs", url(case, "intake"))
    lacking = send(at("gijs"), url(own, "operational"), {"outcome": "resolve", "motivation": ""})
    assert lacking.status_code == 422
    assert "Schrijf op wie het doet." in said(lacking)
    promise = {"what": "Vaker overleggen.", "who_does": "Carla", "due_on": play.in_days(20).isoformat()}
    solved = send(at("gijs"), url(own, "operational"), {"outcome": "resolve", **promise})
    assert solved.status_code == 302
    assert "Vaker overleggen." in page("marleen", url(own, "operational_consent"))
    assert send(at("marleen"), url(own, "operational_consent"), {"outcome": "agree"}).status_code == 302
    assert rise.state(own) == "resolved"
    assert own.number in page("els", reverse("case", args=[case.pk]))


@pytest.mark.long
def test_of_one_about_somebody_the_case_tells_only_who_may_know(case: Case) -> None:
    own = rise.escalated(case, about=hat("gijs").person_id)
    where = reverse("case", args=[case.pk])
    assert [own.number in page(name, where) for name in ("marleen", "carla", "gijs", "els", "victor")] == [
        True, True, False, False, False,
    ]  # fmt: skip
    register = reverse("escalations")
    assert [own.number in page(name, register) for name in ("carla", "gijs", "victor", "mehmet")] == [
        True, False, False, False,
    ]  # fmt: skip


def test_the_register_filters_and_takes_as_many_queries_for_many_as_for_few(case: Case) -> None:
    first = rise.escalated(case)
    register = reverse("escalations")
    few = queries("helene", register)
    rise.rise(first)
    for category in ("term", "operations", "cooperation"):
        rise.escalated(case, category=category)
    assert queries("helene", register) == few
    assert first.number in page("helene", register, {"niveau": "2", "stand": "lopend", "categorie": "content"})
    assert first.number not in page("helene", register, {"niveau": "1"})
    assert first.number not in page("helene", register, {"stand": "resolved"})
    assert "onbekend filter" in page("helene", register, {"niveau": "9", "kleur": "rood"})


def test_in_the_ballot_of_a_body_stands_what_it_is_about(case: Case) -> None:
    own = rise.at_level("strategic", case=case)
    assert "Wij wachten al weken op antwoord." in page("anouk", url(own, "strategic"))
