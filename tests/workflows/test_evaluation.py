"""Evaluations played to their ends in both regelingen: figures, questionnaire, hearing, adoption; what is refused."""

from datetime import timedelta

import pytest

from audit import clock
from audit.services import acting
from cases.models import Case, Improvement, SurveyAnswer
from cases.services.evaluation import Reading, Survey
from config.demo import evaluating as told
from config.demo import players
from config.demo.players import hat, who
from escalation.models import Deadline
from roles.authorize import NotAllowed
from roles.models import Appointment, StepBinding
from tests.workflows import evaluate, play
from tests.workflows.test_ladder import finds
from workflows import clockwork, evaluating, services
from workflows.engine import Gone, Stale
from workflows.models import CaseTask

pytestmark = pytest.mark.django_db

BOTH = ["limburg-noord", "centraal-gelderland"]
BODIES = {"limburg-noord": "rmt", "centraal-gelderland": "mag"}


@pytest.fixture(scope="module")
def told_once(ground: None) -> Case:
    """A granted commission of seven municipalities, played once."""
    return evaluate.granted()


@pytest.fixture
def commission(told_once: Case) -> Case:
    return Case.objects.select_related("scheme").get(pk=told_once.pk)


@pytest.fixture
def case(commission: Case) -> Case:
    """Its evaluation, begun by hand."""
    return evaluate.begun(commission)


# From its beginning to its end.


@pytest.mark.long
@pytest.mark.parametrize("scheme", BOTH)
def test_an_evaluation_goes_from_figures_to_what_its_body_adopts(ground: None, scheme: str) -> None:
    commission = evaluate.granted(scheme=scheme)
    case = evaluate.begun(commission)
    assert (case.parent, case.subject, case.kind) == (commission, commission, "evaluation")
    assert play.open_steps(case) == ["questionnaire", "figures"]
    evaluate.measured(case)
    assert play.open_steps(case) == ["concept"]
    evaluate.concluded(case)
    assert Improvement.objects.get().status == "proposed"
    evaluate.heard(case)
    assert players.body_of(case, "adoption").code == BODIES[scheme]
    told.adopt(case)
    case.refresh_from_db()
    assert case.state == Case.State.EVALUATED
    improvement = evaluate.action_of(case)
    assert (improvement.status, improvement.comes_back, improvement.domain) == ("open", True, "youth")
    finding = case.evaluation.findings.get()
    assert (finding.met, finding.saved, str(finding.financial)) == ("yes", 12_000, "Minder dure zorg.")
    assert str(case.evaluation.conclusions) == evaluate.LESSON


def test_everybody_who_sees_the_commission_finds_its_evaluation(case: Case) -> None:
    assert finds(hat("els").person.user_id, case)
    assert not finds(hat("mehmet").person.user_id, case)


def test_who_did_not_answer_in_time_is_named_and_holds_nothing_up(case: Case) -> None:
    told.measure(case, evaluate.READINGS)
    told.answer(case, {"bergen": {"quality": "poor", "change": "Meer keuze."}}, silent=["beesel"])
    [deadline] = Deadline.objects.filter(case=case, state="armed")
    play.make_due(deadline)
    assert clockwork.fire(deadline.pk)
    assert play.open_steps(case) == ["concept"]
    silent = SurveyAnswer.objects.get(organisation__code="beesel")
    assert (silent.result, silent.answered_by) == ("", None)
    assert SurveyAnswer.objects.get(organisation__code="bergen").quality == "poor"


def test_the_mgr_registers_what_providers_answered(case: Case) -> None:
    provider = case.scheme.providers.all()[0]
    told.measure(case, evaluate.READINGS, {provider.pk: Survey(**told.GOOD, keep="Korte lijnen.")})
    registered = SurveyAnswer.objects.get(provider=provider)
    assert str(registered.keep) == "Korte lijnen."
    assert registered.answered_by == players.holder(case, "figures")


def test_every_criterion_is_measured(case: Case) -> None:
    me, reading = players.holder(case, "figures"), Reading(value="5", source="Berichten", met="yes")
    for wrong in ({}, {999_999: reading}):
        with pytest.raises(NotAllowed, match="ieder evaluatiekader"):
            players.do(me, case, "figures", "measured", readings=wrong)


def test_added_value_is_stated_against_every_criterion(case: Case) -> None:
    evaluate.measured(case)
    with pytest.raises(NotAllowed, match="welke meerwaarde"):
        evaluate.concluded(case, added=[{"financial": ""}])
    with pytest.raises(NotAllowed, match="dat nog komt"):
        evaluate.concluded(case, actions=[["Te laat", evaluate.manager(case), -2]])


def test_back_to_the_figures_asks_no_municipality_again(case: Case) -> None:
    evaluate.measured(case)
    evaluate.concluded(case)
    players.do(players.holder(case, "hearing"), case, "hearing", "back_to_concept", heard="Klopt niet.")
    players.do(players.holder(case, "concept"), case, "concept", "back_to_figures", motivation="Tel opnieuw.")
    assert play.open_steps(case) == ["figures"]
    told.measure(case, [("9 weken", "Berichtenverkeer", "no")])
    assert play.open_steps(case) == ["concept"]
    finding = case.evaluation.findings.get()
    assert (finding.met, str(finding.financial)) == ("no", "Minder dure zorg.")


@pytest.mark.long
def test_the_concept_goes_back_three_times_at_most(case: Case) -> None:
    evaluate.measured(case)
    for _ in range(3):
        evaluate.concluded(case)
        players.do(players.holder(case, "hearing"), case, "hearing", "back_to_concept", heard="Klopt niet.")
    evaluate.concluded(case)
    with pytest.raises(NotAllowed, match="of escaleer"):
        players.do(players.holder(case, "hearing"), case, "hearing", "back_to_concept", heard="Klopt niet.")
    assert Improvement.objects.count() == 1  # each concept takes the place of the one before
    evaluate.heard(case)


def test_a_body_sends_it_back_and_adopts_what_comes_of_that(case: Case) -> None:
    evaluate.heard(evaluate.concluded(evaluate.measured(case)))
    play.meet(case, "adoption", "back_to_concept")
    assert play.open_steps(case) == ["concept"]
    evaluate.heard(evaluate.concluded(case, conclusions="Anders."))
    told.adopt(case)
    case.refresh_from_db()
    assert (case.state, str(case.evaluation.conclusions)) == ("evaluated", "Anders.")


def test_what_is_not_adopted_leaves_no_action(case: Case) -> None:
    evaluate.heard(evaluate.concluded(evaluate.measured(case)))
    play.meet(case, "adoption", "decline")
    case.refresh_from_db()
    assert case.state == Case.State.REJECTED
    assert evaluate.action_of(case).status == "proposed"
    assert not Deadline.objects.filter(effect="action").exists()


def test_who_writes_the_concept_does_not_hear_of_it(case: Case) -> None:
    evaluate.concluded(evaluate.measured(case))
    me, task = players.holder(case, "concept"), players.open_task(case, "hearing")
    with acting(chain=f"scheme/{case.scheme_id}", verb="appoint"):
        other = Appointment.objects.create(
            person=me.person, position_id=task.position_id, valid_from=clock.today(), kind="member"
        )
    with pytest.raises(NotAllowed, match="schrijven van het concept"):
        services.complete(**who(other), case_id=case.pk, task_id=task.pk, outcome="heard", heard="Prima.")


# When it begins.


def test_by_itself_it_waits_for_the_first_day_on_which_a_criterion_is_measured(commission: Case) -> None:
    case = opened(commission)
    assert play.open_steps(case) == ["measuring"]
    assert case.evaluation.measures_from == commission.commission.criteria.get().measured_on
    assert case.submitted_by_id == commission.submitted_by_id
    deadline = Deadline.objects.get(case=case)
    assert deadline.target == case.evaluation.measures_from - timedelta(days=1)
    play.make_due(deadline)
    with clock.moved_to(clock.now() + timedelta(days=801)):
        clockwork.fire_due(case.pk)
    assert play.open_steps(case) == ["questionnaire", "figures"]


def test_by_itself_it_begins_once(commission: Case) -> None:
    assert evaluating.open_evaluation(commission) is not None
    assert evaluating.open_evaluation(commission) is None
    assert Case.objects.filter(kind=Case.Kind.EVALUATION).count() == 1


def test_a_regeling_that_binds_nobody_to_it_has_none(commission: Case) -> None:
    with acting(chain=f"scheme/{commission.scheme_id}", verb="test_bindings"):
        for row in StepBinding.objects.filter(scheme=commission.scheme, flow="evaluation"):
            row.delete()
    assert evaluating.open_evaluation(commission) is None
    with pytest.raises(NotAllowed, match="niet vastgelegd wie evalueert"):
        evaluating.start_evaluation(**who(hat("roy")), case_id=commission.pk)


def test_the_mgr_measures_earlier(commission: Case) -> None:
    case = opened(commission)
    with pytest.raises(NotAllowed):
        evaluating.begin_early(**who(hat("marleen")), case_id=case.pk)
    me = who(players.holder(case, "figures"))
    waiting = CaseTask.objects.get(case=case, flow_task_type="TIMER").pk
    evaluating.begin_early(**me, case_id=case.pk)
    assert play.open_steps(case) == ["questionnaire", "figures"]
    assert Deadline.objects.get(task=waiting).ended_at is not None
    case.evaluation.refresh_from_db()
    assert case.evaluation.measures_from == clock.today()
    with pytest.raises(Stale, match="wacht niet meer"):
        evaluating.begin_early(**me, case_id=case.pk)


@pytest.mark.long
def test_by_hand_only_what_is_done_is_evaluated_and_one_at_a_time(commission: Case) -> None:
    with pytest.raises(NotAllowed, match="wat is afgerond"):
        evaluate.begun(running := play.submitted())
    with pytest.raises(NotAllowed):
        evaluating.start_evaluation(**who(hat("marleen")), case_id=commission.pk)
    first = evaluate.begun(commission)
    with pytest.raises(NotAllowed, match=first.number):
        evaluate.begun(commission)
    services.withdraw(**who(first.submitted_by), case_id=first.pk, reason="Te vroeg.")
    assert evaluate.begun(commission).number != first.number
    with pytest.raises(Gone):
        evaluating.begin_early(**who(hat("roy")), case_id=running.pk)


def opened(commission: Case) -> Case:
    case = evaluating.open_evaluation(commission)
    assert case is not None
    return case
