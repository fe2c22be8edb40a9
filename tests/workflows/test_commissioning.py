"""Opdrachtverstrekking as it is played, with the cast of Limburg-Noord."""

import pytest

from audit.models import Act
from tests.workflows.play import align, brought_to, do, meet, open_steps, propose, submitted, take_in

pytestmark = pytest.mark.django_db


def test_a_regional_opdracht_goes_from_wat_vraag_to_verstrekt() -> None:
    case = submitted()
    assert open_steps(case) == ["municipal_alignment"]
    align(case)
    assert open_steps(case) == ["intake"]
    take_in(case)
    propose(case)
    meet(case, "rmt_validation", "positive")
    meet(case, "pho_decision", "grant")
    assert open_steps(case) == ["acceptance"]
    do("helene", case, "acceptance", "accept", conditions="Start na 1 januari.")

    case.refresh_from_db()
    assert case.state == "granted"
    assert open_steps(case) == []
    verbs = list(Act.objects.filter(chain=case.chain).order_by("seq").values_list("verb", flat=True))
    assert verbs == [
        "submit", *["complete"] * 7, "complete", "complete", "record_meeting", "confirm", "record_meeting", "confirm",
        "complete",
    ]  # fmt: skip
    last = Act.objects.filter(chain=case.chain).last()
    assert last is not None
    assert last.capacity == "contractor"
    assert last.mandate.startswith("M-")


def test_what_does_not_fit_the_plan_goes_to_the_owner() -> None:
    case = brought_to("approach")
    propose(case, within_budget=False)
    meet(case, "rmt_validation", "positive")
    meet(case, "pho_decision", "grant")
    assert open_steps(case) == ["db_decision"]
    meet(case, "db_decision", "agree")
    do("helene", case, "acceptance", "accept")
    case.refresh_from_db()
    assert case.state == "granted"
