"""Open house: who applies, who is admitted, and a contract at once (CG 4)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from audit import clock
from audit.models import Act
from cases.models import Application, Case, Contract, Instrument, Procurement
from cases.rules.award import Course
from cases.services.awarding import Applied, Checked
from config.demo import awarding
from config.demo.players import holder, who
from roles.authorize import NotAllowed
from tests.workflows import buy, play
from workflows import admissions
from workflows.admissions import Terms

pytestmark = pytest.mark.django_db
FITS = Checked(declared=True, suitable=True, accepts=True, reason="")


@pytest.fixture(scope="module")
def opened(ground: None) -> int:
    """An open house that was announced and has not closed."""
    found = buy.brought_to(
        "admission", instrument=Instrument.OPEN_HOUSE, procedure="", fit_ground="Iedere aanbieder die voldoet, mag."
    )
    return found.pk


@pytest.fixture
def case(opened: int) -> Case:
    return Case.objects.get(pk=opened)


def apply(case: Case, provider: str = "Rubicon", **changes: Any) -> Application:
    lot = Procurement.objects.get(pk=case.pk).lots.all()[0].lot_id
    values: dict[str, Any] = {"provider": provider, "lot": lot, "received_on": clock.today()} | changes
    return admissions.register_application(
        **who(holder(case, "admission")), case_id=case.pk, applied=Applied(**values)
    )  # fmt: skip


def decide(case: Case, application: Application, checked: Checked = FITS) -> Application:
    terms = Terms(course=Course(starts_on=clock.today(), years=2), annual_amount=Decimal(60_000))
    return admissions.decide_application(
        **who(holder(case, "admission")), case_id=case.pk, application_id=application.pk, checked=checked,
        terms=terms if checked.fits else None,
    )  # fmt: skip


def test_who_meets_what_is_asked_has_a_contract_at_once(case: Case) -> None:
    application = decide(case, apply(case))
    application.refresh_from_db()
    contract = Contract.objects.get(case__parent=case)
    assert (application.state, application.contract) == ("admitted", contract)
    assert (contract.ceiling, play.open_steps(contract.case)) == (Decimal(120_000), ["term_runs"])
    assert play.open_steps(case) == ["admission"], "the next one may still apply"
    own = Act.objects.filter(chain=case.chain).latest("seq")
    assert (own.verb, own.duty) == ("admit_provider", "admit")
    assert Act.objects.get(chain=contract.case.chain).correlation == own.correlation


def test_who_does_not_is_refused_with_reasons_and_may_try_again(case: Case) -> None:
    application = apply(case)
    with pytest.raises(NotAllowed, match="Schrijf op waarom"):
        decide(case, application, Checked(declared=True, suitable=False, accepts=True, reason=" "))
    decide(case, application, Checked(declared=True, suitable=False, accepts=True, reason="Geen keurmerk."))
    assert not Contract.objects.filter(case__parent=case).exists()
    with pytest.raises(NotAllowed, match="al beslist"):
        decide(case, application)
    apply(case)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"lot": 999_999}, "Kies een perceel"),
        ({"received_on": date(2099, 1, 1)}, "niet na vandaag"),
    ],
)  # fmt: skip
def test_an_application_that_does_not_fit_is_refused(case: Case, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(NotAllowed, match=words):
        apply(case, **changes)


def test_nobody_applies_twice_at_the_same_time(case: Case) -> None:
    apply(case)
    with pytest.raises(NotAllowed, match="al aangemeld"):
        apply(case, "  RUBICON ")


def test_once_closed_it_goes_on_to_the_register_with_who_was_admitted(case: Case) -> None:
    decide(case, apply(case))
    buy.let_pass(case)
    assert play.open_steps(case) == ["award_publication"]
    awarding.publish_award(case)
    awarding.register_contracts(case)
    case.refresh_from_db()
    assert case.state == Case.State.CONTRACTED
    assert Contract.objects.filter(case__parent=case).count() == 1, "no second one for who had one"


def test_where_nobody_was_admitted_it_stops(case: Case) -> None:
    apply(case)
    buy.let_pass(case)
    case.refresh_from_db()
    assert case.state == Case.State.STOPPED


def test_a_fault_while_admitting_leaves_neither_a_contract_nor_a_decision(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = apply(case)

    def stop(*args: Any, **options: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("workflows.admissions.change.admitted", stop)
    with pytest.raises(RuntimeError):
        decide(case, application)
    application.refresh_from_db()
    assert application.state == Application.State.RECEIVED
    assert not Contract.objects.filter(case__parent=case).exists()
