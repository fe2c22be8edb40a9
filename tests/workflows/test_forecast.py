"""Before a decision: who is left to take it, told from the day that the case starts (domain §3, rule 4)."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from audit import clock
from audit.services import acting
from cases.models import Case
from config.demo.players import who
from roles import services as roles
from roles.models import Appointment
from tests.workflows.browser import at, said, url
from tests.workflows.play import ALDERMEN, brought_to, hat, meet, open_steps, open_task, propose, submitted
from workflows import ballots
from workflows.models import CaseProcess, CaseTask
from workflows.selectors import forecast
from workflows.selectors.forecast import Forecast

pytestmark = pytest.mark.django_db

STEP = "pho_decision"


def foreseen(case: Case, step: str = STEP) -> Forecast:
    task = open_task(case, step)
    return forecast.of_tasks([task], clock.today())[task.pk]


def told(case: Case) -> list[tuple[str, str]]:
    process = CaseProcess.objects.select_related("case__scheme").get(case=case)
    return [(each.step, each.words) for each in forecast.obstacles(process, open_steps(case), clock.today())]


def recuse(case: Case, *names: str) -> None:
    for name in names:
        ballots.recuse(**who(hat(name, "pho")), case_id=case.pk, ground="Familie bij een aanbieder.")


def change(me: Appointment, **values: Any) -> None:
    with acting(chain=f"scheme/{me.position.body.scheme_id}", verb="try"):
        Appointment.objects.filter(pk=me.pk).update(**values)


def test_everybody_may_vote_and_nothing_stands_in_the_way() -> None:
    found = foreseen(brought_to(STEP))
    assert (found.may_vote, found.obstacles, found.recused, found.flagged) == (7, [], [], [])
    assert found.prospect is not None
    assert found.prospect.to_come == "4 van de 7 leden die mogen stemmen"


def test_who_is_recused_or_wore_another_hat_is_named() -> None:
    case = brought_to("approach")
    propose(case, within_budget=False)
    meet(case, "rmt_validation", "positive")
    meet(case, STEP, "grant")
    recuse(case, "daan")
    found = foreseen(case, "db_decision")
    assert [str(place.appointment.person) for place in found.recused] == ["Daan Verhoeven"]
    assert {place.earlier_hat for place in found.flagged} == {"opdrachtgever"}
    assert found.prospect is not None
    assert any("andere hoed" in words for words in found.prospect.warnings)


def test_when_all_are_recused_the_case_says_so_from_then_on() -> None:
    case = submitted()
    assert told(case) == []
    recuse(case, *ALDERMEN)
    assert (("PHO-besluit", "Alle leden zijn verschoond: niemand mag stemmen.")) in told(case)
    page = said(at("marleen").get(reverse("case", args=[case.pk])))
    assert "PHO-besluit: zo kan deze stap niet" in page
    assert "niemand mag stemmen" in page


def test_what_was_decided_is_over_and_told_no_more() -> None:
    case = brought_to("acceptance")
    recuse(case, *ALDERMEN)
    assert told(case) == []


def test_a_secretary_who_is_the_chair_cannot_do_both() -> None:
    """The named pair record and confirm: told on the day of submission, not after the meeting."""
    chair = hat("ilse", "pho")
    change(hat("anouk", "pho"), person=chair.person)
    case = submitted()
    [(step, words)] = told(case)
    assert (step, words.startswith("Ilse Wijnen is hier secretaris en voorzitter")) == ("PHO-besluit", True)
    recuse(case, "ilse")
    assert [words for _, words in told(case)] == [
        "Niemand kan dit besluit vastleggen: het secretariaat is onbezet, afwezig, verschoond of deed hier al iets "
        "anders."
    ]


def test_a_role_that_nobody_holds_or_may_act_in_is_told() -> None:
    case = submitted()
    for holder in Appointment.objects.filter(position=hat("gijs").position):
        change(holder, valid_until=clock.today() - timedelta(days=1))
    [(step, words)] = told(case)
    assert (step, words.startswith("Niemand vervult nu de rol accountmanager MGR")) == ("Intake", True)


def test_a_seat_that_ended_without_a_successor_is_vacant() -> None:
    case = brought_to(STEP)
    change(hat("noor", "pho"), valid_until=clock.today() - timedelta(days=3))
    found = foreseen(case)
    assert (len(found.places), [str(seat.organisation) for seat in found.vacant]) == (6, ["gemeente Beesel"])
    assert "gemeente Beesel sinds" in said(at("anouk").get(url(case, STEP)))


def test_the_page_of_the_secretary_says_what_it_takes() -> None:
    case = brought_to(STEP)
    recuse(case, "noor", "daan", "fatima", "joris")
    page = said(at("anouk").get(url(case, STEP)))
    for words in ("3 van 7 leden", "2 van de 3 leden die mogen stemmen", "Hoogstens de helft", "Noor Timmermans"):
        assert words in page


@pytest.mark.long
def test_any_number_of_tasks_takes_eleven_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    waiting = [open_task(brought_to(STEP), STEP).pk for _ in range(3)]
    tasks = list(CaseTask.objects.select_related("process__case__scheme").filter(pk__in=waiting))
    today = clock.today()
    for number in (1, 3):
        with django_assert_num_queries(11):  # the process of each task is there already, as pages have it
            forecast.of_tasks(tasks[:number], today)


def test_an_exempting_dispensation_is_not_forgotten() -> None:
    """Two persons may let somebody do both; then it is no obstacle any more."""
    change(hat("anouk", "pho"), person=hat("ilse", "pho").person)
    case = submitted()
    ilse, chain = hat("ilse", "pho").person, case.chain
    asked = roles.request_dispensation(
        person=ilse, chain=chain, duty="confirm", ground="Er is geen ander.", requested_by=hat("karim", "pho").person
    )
    assert told(case)
    roles.approve_dispensation(dispensation=asked, approved_by=hat("noor", "pho").person)
    assert told(case) == []
