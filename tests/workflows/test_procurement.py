"""A procurement up to the closing of the market: by the people of a regeling, in both of them (domain §5.2)."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from audit import clock
from audit.models import Act
from audit.services import acting
from cases.models import Case, Procurement, TeamMember
from cases.services.procurement import Told
from config.demo import buying, players
from config.demo.players import holder, who
from escalation.models import Deadline
from escalation.rules.terms import AMSTERDAM
from roles.authorize import NotAllowed
from roles.models import StepBinding
from roles.services import appoint
from tests.workflows import buy, play
from workflows import procurements, services

pytestmark = pytest.mark.django_db
SCHEMES = ("limburg-noord", "centraal-gelderland")


@pytest.mark.long
@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_accepted_commission_is_bought_up_to_the_closing_of_the_market(scheme: str) -> None:
    case = buy.brought_to("closing", scheme=scheme)
    procurement = Procurement.objects.get(pk=case.pk)
    assert case.number.startswith("INK-")
    assert (case.phase, case.state) == ("market", "open")
    assert procurement.closing_at is not None
    assert [each.kind for each in procurement.publications.all()] == ["notice", "clarification"]
    assert procurement.team.filter(role=TeamMember.Role.ASSESSOR).count() == 3
    buy.let_pass(case)
    assert play.open_steps(case) == ["opening"]


@pytest.mark.long
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_local_one_is_decided_by_its_municipality(scheme: str) -> None:
    case = buy.brought_to("strategy_local", scheme=scheme, scale="local")
    buying.decide_strategy_locally(case)
    assert play.open_steps(case) == ["papers"]


@pytest.mark.long
def test_it_begins_by_itself_in_the_act_that_accepts_and_once() -> None:
    commission = buy.granted()
    case = procurements.procurements(commission).get()
    begun = Act.objects.get(chain=case.chain, verb="submit")
    accepted = Act.objects.get(chain=commission.chain, outcome="accept")
    assert begun.correlation == accepted.correlation
    assert (begun.actor, begun.duty) == (accepted.actor, "")  # a consequence, and no duty of theirs
    assert begun.data["about_case"] == commission.number
    assert play.open_steps(case) == ["team"]
    with pytest.raises(NotAllowed, match=case.number):
        start(commission)


def start(commission: Case) -> Case:
    return procurements.start_procurement(**who(play.hat("femke")), case_id=commission.pk)


@pytest.mark.long
def test_what_was_withdrawn_begins_anew_by_hand() -> None:
    commission = buy.granted()
    first = procurements.procurements(commission).get()
    services.withdraw(**who(play.hat("femke")), case_id=first.pk, reason="De behoefte is veranderd.")
    again = start(commission)
    assert again.pk != first.pk
    assert play.open_steps(again) == ["team"]


def test_nobody_else_starts_it_and_nothing_that_was_not_granted() -> None:
    commission = play.submitted()
    with pytest.raises(NotAllowed, match="verstrekt"):
        start(commission)
    with pytest.raises(NotAllowed):
        procurements.start_procurement(**who(play.hat("marleen")), case_id=commission.pk)


def unbind(step: str) -> None:
    with acting(chain="scheme/1", verb="test"):
        StepBinding.objects.filter(flow="procurement", step=step).delete()


@pytest.mark.long
def test_a_regeling_that_binds_nobody_begins_nothing_and_goes_on() -> None:
    unbind("start_procurement")
    commission = buy.granted()
    assert commission.state == Case.State.GRANTED
    assert not procurements.procurements(commission).exists()


@pytest.mark.long
def test_a_step_that_is_bound_to_nobody_begins_nothing_either() -> None:
    unbind("papers")
    assert not procurements.procurements(buy.granted()).exists()


POINTS = [  # each thing that is done when it begins, in order
    "sql.reserve_case_id", "freeze", "hat_of", "sql.next_number", "change.open_procurement", "labels", "begin",
]  # fmt: skip


@pytest.mark.long
def test_a_fault_at_any_point_of_the_start_leaves_nothing_half_and_nothing_double(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = play.brought_to("acceptance")

    class Broken(Exception):
        pass

    def fail(*_: Any, **__: Any) -> None:
        raise Broken

    for point in POINTS:
        with monkeypatch.context() as patch:
            patch.setattr(f"workflows.procurements.{point}", fail)
            with pytest.raises(Broken):
                play.accept(case)
        assert play.open_steps(case) == ["acceptance"]
        assert not Case.objects.filter(kind=Case.Kind.PROCUREMENT).exists()
        assert not Act.objects.filter(outcome="accept").exists()
    play.accept(case)
    [begun] = Case.objects.filter(kind=Case.Kind.PROCUREMENT)
    assert begun.parent == case
    assert play.open_steps(begun) == ["team"]


@pytest.fixture
def at_strategy() -> Case:
    return buy.brought_to("strategy")


def test_a_choice_that_does_not_fit_the_estimate_is_refused_or_needs_a_ground_that_lands_in_the_act(
    at_strategy: Case,
) -> None:
    case = at_strategy
    with pytest.raises(NotAllowed, match="Europese drempel"):
        buying.propose_strategy(case, procedure="multiple")
    with pytest.raises(NotAllowed, match="Schrijf op waarom"):
        buying.propose_strategy(case, procedure="single")
    with pytest.raises(NotAllowed, match="in percelen"):
        buying.propose_strategy(case, lots={}, undivided="")
    with pytest.raises(NotAllowed, match="Maak ze gelijk"):
        buying.propose_strategy(case, lots=dict.fromkeys(buying.strategy_for(case).lots, Decimal(1)))
    buying.propose_strategy(case, procedure="single", fit_ground="Er is één instelling met deze bevoegdheid.")
    act = Act.objects.get(chain=case.chain, outcome="proposed")
    assert str(act.ground_text) == "Er is één instelling met deze bevoegdheid. (Aw 2.32)"
    assert "on-ground" in act.flags.split()


def test_what_does_not_go_to_the_market_goes_straight_to_the_advice(at_strategy: Case) -> None:
    buying.propose_strategy(at_strategy, instrument="insourcing", procedure="", fit_ground="Eigen dienst van allen.")
    buy.on_to("award_advice", at_strategy)
    assert not at_strategy.procurement.publications.exists()


def test_a_strategy_goes_back_at_most_three_times(at_strategy: Case) -> None:
    for _ in range(3):
        buying.propose_strategy(at_strategy)
        play.meet(at_strategy, "strategy_advice", "back_to_strategy")
    buying.propose_strategy(at_strategy)
    with pytest.raises(NotAllowed, match="3 keer"):
        play.meet(at_strategy, "strategy_advice", "back_to_strategy")


def test_who_wrote_the_papers_does_not_check_them() -> None:
    """A named pair: four eyes (LN 5d)."""
    case = buy.brought_to("papers")
    writer = holder(case, "papers").person
    appoint(person=writer, position=holder(case, "legal_check").position, valid_from=clock.today())
    buying.draft_papers(case)
    both = writer.appointments.filter(position__role__code="lawyer").get()
    with pytest.raises(NotAllowed, match="schrijven van de stukken"):
        players.do(both, case, "legal_check", "approved")
    buying.check_papers(case)
    assert play.open_steps(case) == ["release"]


@pytest.mark.long
def test_the_lawyer_sends_the_papers_back_with_what_is_wrong() -> None:
    case = buy.brought_to("legal_check")
    buying.check_papers(case, "back_to_papers", motivation="De geschiktheidseisen zijn disproportioneel.")
    assert play.open_steps(case) == ["papers"]


@pytest.mark.long
def test_nothing_is_released_without_papers() -> None:
    case = buy.brought_to("papers")
    players.do(holder(case, "papers"), case, "papers", "drafted")
    buying.check_papers(case)
    with pytest.raises(NotAllowed, match="inkoopstukken"):
        buying.release(case)


def released(case: Case, closing: date) -> None:
    buying.release(case, closing_at=datetime.combine(closing, time(12), AMSTERDAM))


@pytest.mark.long
def test_the_market_has_at_least_the_term_of_its_procedure() -> None:
    case = buy.brought_to("release")
    today = clock.today()
    with pytest.raises(NotAllowed, match="ten minste 20 hele dagen"):
        released(case, today + timedelta(days=20))
    released(case, today + timedelta(days=21))
    assert play.open_steps(case) == ["clarification"]


@pytest.mark.long
def test_the_law_of_the_day_of_the_notice_decides_not_that_of_the_strategy() -> None:
    """€ 218.000 of advice: below the threshold of 2025, above that of 2026."""
    with clock.moved_to(datetime(2025, 12, 15, 12, tzinfo=AMSTERDAM)):
        case = buy.brought_to(
            "release", estimate=Decimal(218_000), cpv="79400000-8", procedure="multiple",
        )  # fmt: skip
        closing = datetime(2026, 3, 2, 12, tzinfo=AMSTERDAM)
        told = Told(reference="TN 1", published_at=datetime(2026, 1, 2, 12, tzinfo=AMSTERDAM), closing_at=closing)
        with pytest.raises(NotAllowed, match=r"216\.000"):
            play.as_bound(case, "release", "released", told=told)
        told = Told(reference="TN 1", published_at=clock.now(), closing_at=closing)
        play.as_bound(case, "release", "released", told=told)


def test_answers_come_ten_days_before_the_closing_or_the_market_has_longer() -> None:
    case = buy.brought_to("clarification")
    closing = case.procurement.closing_at
    assert closing is not None
    late = closing - timedelta(days=9)
    with clock.moved_to(late):
        told = Told(reference="", published_at=late, closing_at=closing, note="Antwoorden.")
        with pytest.raises(NotAllowed, match="krijgt de markt langer"):
            play.as_bound(case, "clarification", "answered", told=told)
        with pytest.raises(NotAllowed, match="latere sluiting"):
            play.as_bound(case, "clarification", "changed", told=told)
        soon = Told(reference="", published_at=late, closing_at=late + timedelta(days=9, hours=1), note="Gewijzigd.")
        with pytest.raises(NotAllowed, match="tien dagen"):
            play.as_bound(case, "clarification", "changed", told=soon)
        buying.clarify(case)
        assert play.open_steps(case) == ["clarification"]
        buying.clarify(case)
    case.procurement.refresh_from_db()
    later = case.procurement.closing_at
    assert later is not None
    assert timedelta(0) <= later - (late + timedelta(days=14)) < timedelta(minutes=1)
    assert play.open_steps(case) == ["closing"]
    deadline = Deadline.objects.get(case=case, state=Deadline.State.ARMED)
    assert deadline.due_at == later  # to the second: who is later, is late


def test_an_open_house_is_open_until_its_closing_and_nobody_closes_it_by_hand() -> None:
    case = buy.brought_to("admission", instrument="open_house", procedure="")
    with pytest.raises(NotAllowed, match="vanzelf"):
        play.as_bound(case, "admission", "closed")
    buy.let_pass(case)
    case.refresh_from_db()
    assert case.state == Case.State.STOPPED  # nobody applied


@pytest.mark.long
def test_it_is_suspended_and_resumed_and_withdrawn_by_whoever_began_it() -> None:
    case = buy.brought_to("closing")
    me = who(play.hat("femke"))
    before = Deadline.objects.get(case=case, state=Deadline.State.ARMED).due_at
    services.suspend(**me, case_id=case.pk, reason="Kort geding over de eisen.")
    with clock.moved_to(clock.now() + timedelta(days=5)):
        services.resume(**me, case_id=case.pk)
        after = Deadline.objects.get(case=case, state=Deadline.State.ARMED).due_at
    assert after == before  # the market was told a moment, and that stands
    services.withdraw(**me, case_id=case.pk, reason="De eisen zijn onhoudbaar.")
    case.refresh_from_db()
    assert case.state == Case.State.WITHDRAWN
