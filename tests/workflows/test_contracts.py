"""A contract from its registration to its end, in both regelingen: signals, the decision, and what a mandate covers."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit import clock
from audit.selectors import trail
from cases.models import Case
from config.demo import players
from config.demo.players import hat, open_task, who
from escalation.models import Deadline, Notice
from roles.authorize import NotAllowed
from tests.races import at_once
from tests.workflows import contracts, play
from tests.workflows.visits import signed_in
from workflows import origins, services
from workflows.engine import Stale

BOTH = pytest.mark.parametrize("scheme", ["limburg-noord", "centraal-gelderland"])


@BOTH
@pytest.mark.parametrize("outcome", ["extend", "buy_again", "end", "later"])
def test_somebody_decides_when_the_end_comes_in_sight(db: None, scheme: str, outcome: str) -> None:
    contract = contracts.signalled(scheme=scheme)
    ends_on = contract.ends_on
    assert play.open_steps(contract.case) == ["expiry_decision"]
    contracts.decide(contract, outcome)
    now = contracts.running(contract)
    goes_on = outcome in ("extend", "later")
    assert play.open_steps(contract.case) == ["term_runs" if goes_on else "ending"]
    assert now.closing is not goes_on
    assert now.options_used == (outcome == "extend")
    assert (now.ends_on > ends_on) is (outcome == "extend")


@BOTH
def test_it_ends_on_the_day_after_its_last(db: None, scheme: str) -> None:
    contract = contracts.signalled(scheme=scheme)
    contracts.decide(contract, "end")
    waits = Deadline.objects.get(case=contract.case, state="armed")
    assert waits.target == contract.ends_on
    contracts.pass_by(contract.case)
    contract.case.refresh_from_db()
    assert contract.case.state == Case.State.ENDED


def test_the_first_signal_comes_as_long_before_the_end_as_the_regeling_has_it(db: None) -> None:
    contract = contracts.a_contract(years=4)
    target = Deadline.objects.get(case=contract.case, state="armed").target
    assert 540 <= (contract.ends_on - target).days <= 550  # eighteen months


def test_what_was_registered_late_is_signalled_at_once_and_then_at_the_next_signal(db: None) -> None:
    contract = contracts.a_contract(starts_on=play.in_days(-1100))
    deadline = Deadline.objects.get(case=contract.case, state="armed")
    assert deadline.target == clock.today()
    contracts.pass_by(contract.case)
    contracts.decide(contract, "later")
    assert Deadline.objects.get(case=contract.case, state="armed").target > clock.today()


def test_after_the_last_signal_it_is_decided_now(db: None) -> None:
    contract = contracts.signalled(starts_on=play.in_days(-1400))
    with pytest.raises(NotAllowed, match="laatste signaal"):
        contracts.decide(contract, "later")


def test_what_ended_before_it_was_taken_over_ends_by_itself(db: None) -> None:
    contract = contracts.a_contract(starts_on=play.in_days(-800), ends_on=play.in_days(-30))
    contracts.pass_by(contract.case)
    contract.case.refresh_from_db()
    assert contract.case.state == Case.State.ENDED


def test_it_is_extended_as_often_as_the_contract_says(db: None) -> None:
    contract = contracts.signalled(options=(1, 1), starts_on=play.in_days(-1400))
    contracts.decide(contract, "extend")
    contracts.pass_by(contract.case)
    with pytest.raises(NotAllowed, match="geen verlenging meer"):
        contracts.decide(contract, "extend")


def test_an_extension_beyond_the_mandate_goes_to_the_board(db: None) -> None:
    contract = contracts.signalled(amount=900_000)
    assert play.open_steps(contract.case) == ["expiry_by_board"]
    play.meet(contract.case, "expiry_by_board", "extend")
    assert contracts.running(contract).options_used == 1
    assert play.open_steps(contract.case) == ["term_runs"]


def test_without_an_option_left_there_is_nothing_that_a_mandate_must_cover(db: None) -> None:
    contract = contracts.signalled(amount=900_000, options=(0, 0))
    assert play.open_steps(contract.case) == ["expiry_decision"]


def test_the_mandate_that_was_relied_on_is_in_the_act(db: None) -> None:
    contract = contracts.signalled()
    contracts.decide(contract, "extend")
    act = trail(contract.case.chain).last()
    assert act is not None
    assert act.mandate.startswith("M-07")
    assert act.data["extended_to"] == contracts.running(contract).ends_on.isoformat()


def test_buying_again_is_told_to_who_may_submit(db: None) -> None:
    contract = contracts.signalled()
    contracts.decide(contract, "buy_again")
    told = Notice.objects.filter(template="buy_again", case=contract.case)
    assert told.count() == len(play.ACCOUNT_MANAGERS) + 1  # and the RMT's secretary


def test_a_commission_comes_from_a_contract_once_its_end_was_decided(db: None) -> None:
    """Before that there is nothing to buy again, whatever the address of the form says."""
    contract, asked = contracts.signalled(), {"user_id": contracts.asker("marleen").user_id}
    with pytest.raises(NotAllowed, match="geen opdracht"):
        origins.origin_for(**asked, case_id=contract.pk)
    contracts.decide(contract, "buy_again")
    origin = origins.origin_for(**asked, case_id=contract.pk)
    assert origin.above == contract.case
    known = origins.initial_request(contract.case)
    assert known.form["title"] == f"Opnieuw inkopen: {contract.lot}"
    assert known.form["start_date"] == contract.ends_on + contracts.DAY
    assert known.criteria
    answered = signed_in("marleen").get(f"{reverse('submit')}?uit={contract.pk}")
    assert "Opnieuw inkopen" in answered.content.decode()


def test_nobody_else_decides(db: None) -> None:
    contract = contracts.signalled()
    with pytest.raises(NotAllowed):
        players.do(hat("linda"), contract.case, "expiry_decision", "end")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_does(committed: None, request: pytest.FixtureRequest) -> None:
    contract = contracts.signalled()
    me, task = who(hat("helene")), open_task(contract.case, "expiry_decision")

    def deciding(outcome: str) -> None:
        services.complete(**me, case_id=contract.pk, task_id=task.pk, outcome=outcome, motivation="Zo.")

    done = at_once(lambda: deciding("extend"), lambda: deciding("end"))
    assert [type(each) for each in done if each is not None] == [Stale]
    now = contracts.running(contract)
    assert (now.options_used, now.closing) in [(1, False), (0, True)]


def test_the_clock_and_a_person_do_not_both_end_it(db: None) -> None:
    contract = contracts.a_contract()
    assert clock.today() < contract.ends_on - timedelta(days=500)
    with pytest.raises(IndexError):
        open_task(contract.case, "expiry_decision")
