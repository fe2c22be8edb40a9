"""Termijnen on screen: for everybody with a hat, changed by whom the regeling binds, with a calculation for anybody."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from audit import clock
from config.demo.players import hat
from escalation.models import TermRule
from escalation.rules.terms import Term, Unit
from escalation.services import adopt_terms
from tests.workflows import play
from tests.workflows.visits import page, queries, signed_in
from workflows.models import CaseTask

pytestmark = pytest.mark.django_db

INTAKE = ("commissioning", "intake")


def given(**changes: Any) -> dict[str, str]:
    values = {
        "hat": hat("bram", "db").pk, "amount": 15, "unit": "working_days", "article": "DB-besluit 12", "shifts": "",
        "on_breach": "escalate", "extendable": "on", "reason": "De intake kost meer tijd.",
        "valid_from": clock.today() + timedelta(days=3),
    }  # fmt: skip
    return {name: str(value) for name, value in (values | changes).items()}


def of_intake() -> list[TermRule]:
    return list(TermRule.objects.filter(scheme__code="limburg-noord", flow="commissioning", step="intake"))


def test_everybody_with_a_hat_sees_what_holds_in_their_regeling() -> None:
    html = page("els", reverse("terms"))
    for words in ("Opdrachtverstrekking", "Intake", "10 werkdagen", "PHO-besluit: bevestigen", "5 werkdagen"):
        assert words in html
    assert "Vaststelling hoe" not in html, "Limburg-Noord has no such step"
    assert "Wijzigen" not in page("els", reverse("term", args=INTAKE))
    assert "10 werkdagen" not in page("mallory", reverse("terms"))


def test_a_change_is_shown_with_who_made_it_and_holds_from_its_day() -> None:
    response = signed_in("bram").post(reverse("change-term", args=INTAKE), given())
    assert response.status_code == 302
    [rule] = of_intake()
    assert (rule.amount, rule.on_breach, rule.extendable) == (15, "escalate", True)
    assert rule.trigger == "de dag waarop de gemeenten klaar zijn"
    html = page("marleen", reverse("term", args=INTAKE))
    assert "15 werkdagen" in html
    assert "Gaat nog in" in html
    assert "Bram" in html
    assert "De intake kost meer tijd." in html
    assert f"vanaf {rule.valid_from.day} " in page("els", reverse("terms"))


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": "0"}, {"amount": "tien"}, {"unit": "eeuwen"}, {"article": ""}, {"reason": ""},
        {"valid_from": "2020-01-01"},
        {"amount": "11", "unit": "years"}, {"shifts": "misschien"}, {"on_breach": "bellen"}, {"hat": ""},
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_and_stays_in_the_form(changes: dict[str, str]) -> None:
    response = signed_in("bram").post(reverse("change-term", args=INTAKE), given(**changes))
    assert response.status_code == 422
    assert "DB-besluit 12" in response.content.decode() or "article" in changes
    assert of_intake() == []


def test_what_the_law_allows_at_most_is_shown_and_kept() -> None:
    law = {"flow": INTAKE[0], "step": INTAKE[1], "amount": 8, "unit": "weeks", "basis": "legal",
           "article": "Awb art. 4:13 lid 2", "trigger": "de aanvraag", "from": clock.today()}  # fmt: skip
    adopt_terms(scheme=None, rows=[law])
    path = reverse("change-term", args=INTAKE)
    assert "De wet stelt 8 weken" in page("bram", path)
    late = signed_in("bram").post(path, given(basis="agreed", amount=9, unit="weeks"))
    assert late.status_code == 422
    assert "Awb art. 4:13 lid 2" in late.content.decode()
    assert signed_in("bram").post(path, given(basis="agreed", amount=7, unit="weeks")).status_code == 302


def test_anybody_may_ask_when_a_term_ends() -> None:
    asked = {"vanaf": "2026-04-15", "aantal": "20", "eenheid": "calendar_days", "soort": "legal", "telt": "vooruit"}
    html = page("mallory", reverse("count-term"), asked)
    for words in ("maandag 4 mei 2026", "woensdag 6 mei 2026", "Algemene termijnenwet art. 1 lid 1"):
        assert words in html
    assert "donderdag 7 mei 2026" in page("mallory", reverse("count-term"), asked | {"wachten": "on"})
    assert "woensdag 1 april 2026" in page(
        "mallory", reverse("count-term"),
        {"vanaf": "2026-06-24", "aantal": "12", "eenheid": "weeks", "soort": "legal", "telt": "terug"},
    )  # fmt: skip
    assert "13.00 uur" in page("mallory", reverse("count-term"), {
        "vanaf": "2026-03-28", "om": "12:00", "aantal": "24", "eenheid": "hours", "soort": "agreed", "telt": "vooruit",
    })  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [{"vanaf": "morgen"}, {"vanaf": "2099-01-01"}, {"aantal": "-1"}, {"aantal": "99999"}, {"eenheid": "hours"},
     {"eenheid": "years", "aantal": "11"}, {"soort": "x"}, {"telt": ""}, {"om": "25:00"}],
)  # fmt: skip
def test_a_question_that_has_no_answer_is_explained(changes: dict[str, str]) -> None:
    asked = {"vanaf": "2026-04-15", "aantal": "20", "eenheid": "weeks", "soort": "legal", "telt": "vooruit"} | changes
    html = page("els", reverse("count-term"), asked)
    assert "Fout: " in html
    assert "Streefdatum" not in html


@pytest.mark.long
def test_a_task_and_its_case_show_both_dates_and_why() -> None:
    adopt_terms(scheme=None, rows=[{
        "flow": "commissioning", "step": "intake", "amount": 1, "unit": "weeks", "trigger": "de afstemming",
        "article": "Proefafspraak", "from": clock.today(),
    }])  # fmt: skip
    case = play.brought_to("intake")
    task = CaseTask.objects.get(case=case, finished=None)
    holiday = next(
        day for day in (clock.today() + timedelta(days=n) for n in range(400))
        if Term(1, Unit.WEEKS).dates(day).reason and day > clock.today()
    )  # fmt: skip
    wanted = Term(1, Unit.WEEKS, article="Proefafspraak").dates(holiday)
    with clock.moved_to(wanted.due - timedelta(days=7, hours=12)):
        other = play.brought_to("intake")
        again = CaseTask.objects.get(case=other, finished=None)
        html = page("gijs", reverse("task", args=[other.pk, again.pk]))
        assert wanted.reason in html
        assert "Uiterste datum" in html
        assert reverse("term", args=INTAKE) in html
        assert wanted.reason in page("gijs", reverse("case", args=[other.pk]))
    assert "1 week" in page("gijs", reverse("task", args=[case.pk, task.pk]))


@pytest.mark.long
def test_pages_take_a_fixed_number_of_queries() -> None:
    paths = [reverse("terms"), reverse("term", args=INTAKE)]
    before = [queries("bram", path) for path in paths]
    for days in (1, 2, 3):
        signed_in("bram").post(
            reverse("change-term", args=INTAKE), given(valid_from=clock.today() + timedelta(days=days))
        )
    after = [queries("bram", path) for path in paths]
    assert len(of_intake()) == 3
    assert after[0] == before[0]
    assert after[1] <= before[1] + 1  # the names of who changed it
