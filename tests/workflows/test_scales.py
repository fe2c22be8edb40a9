"""Opdrachtverstrekking at every scale, in both regelingen: which steps a case takes, and which it passes by."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from audit.models import Act
from audit.services import acting
from cases.models import Case, CollegeDecision
from config.demo import players
from escalation.models import Deadline
from roles import selectors
from roles.authorize import NotAllowed
from roles.models import Body
from tests.workflows import play
from workflows import clockwork
from workflows.fitness import Unfit
from workflows.models import CaseTask
from workflows.selectors.sight import visible

pytestmark = pytest.mark.django_db

LN, CG = "limburg-noord", "centraal-gelderland"
BEFORE = ["municipal_alignment", "intake", "approach"]


def path_of(case: Case) -> list[str]:
    """The steps that waited for somebody, in the order in which they came up; each once."""
    tasks = CaseTask.objects.filter(case=case, flow_task_type="HUMAN").exclude(outcome="skipped").order_by("id")
    return list(dict.fromkeys(task.flow_task.name for task in tasks))


PATHS = {
    (LN, "local"): ["local_decision"],
    (LN, "regional"): ["rmt_validation", "pho_decision"],
    (LN, "supraregional"): ["partner_consent", "rmt_validation", "pho_decision"],
    (CG, "local"): ["adopt_approach", "local_decision"],
    (CG, "regional"): ["adopt_approach", "rmt_validation", "pho_decision"],
    (CG, "supraregional"): ["adopt_approach", "partner_consent", "rmt_validation", "pho_decision"],
}


@pytest.mark.long
@pytest.mark.parametrize(("scheme", "scale"), PATHS)
def test_a_commission_goes_to_verstrekt_along_the_steps_of_its_scale(scheme: str, scale: str) -> None:
    case = play.submitted(scheme=scheme, scale=scale)
    assert play.end(case) == "granted"
    assert path_of(case) == [*BEFORE, *PATHS[scheme, scale], "acceptance"]
    assert play.skipped_steps(case) == ([] if scheme == CG else ["adopt_approach"])


def events(case: Case) -> list[tuple[str, str]]:
    acts = Act.objects.filter(chain=case.chain).order_by("seq")
    return [(act.step.rpartition("/")[2], act.outcome) for act in acts]


def test_a_step_that_a_regeling_lacks_is_named_by_the_act_before_it() -> None:
    case = play.brought_to("rmt_validation")
    act = Act.objects.filter(chain=case.chain, step__endswith="/approach").get()
    assert act.data["skipped"] == ["adopt_approach"]
    row = CaseTask.objects.get(case=case, flow_task__endswith=".adopt_approach")
    assert (row.status, row.outcome, row.finished, row.position) == ("DONE", "skipped", row.created, None)
    assert not Deadline.objects.filter(task=row.pk).exists()


@pytest.mark.parametrize(
    ("scheme", "domain", "form", "body", "label"),
    [
        (LN, "youth", "jeugd-ambulant", "pho", "PHO-besluit"),
        (LN, "participation", "activerend-werk", "pho", "PHO-besluit"),
        (CG, "youth", "jeugd-ambulant", "pfo-zorg", "PFO-besluit zorg"),
        (CG, "support", "huishouden", "pfo-zorg", "PFO-besluit zorg"),
        (CG, "participation", "activerend-werk", "pfo-participatie", "PFO-besluit participatie"),
    ],
)
def test_the_body_of_the_theme_decides_under_the_regelings_own_word(
    scheme: str, domain: str, form: str, body: str, label: str
) -> None:
    case = play.submitted(scheme=scheme, domain=domain, care_form=form)
    process = case.process
    assert players.body_of(case, "pho_decision") == Body.objects.get(scheme=case.scheme, code=body)
    assert process.label_of(process.flow_class.pho_decision) == label
    assert process.label_of(process.flow_class.intake) == "Intake"


def test_one_secretary_serves_the_theme_and_the_committee_of_the_owner() -> None:
    case = play.submitted(scheme=CG)
    served = {players.holder(case, step).person_id for step in ("adopt_approach", "pho_decision")}
    assert len(served) == 1


def test_what_the_committee_does_not_adopt_goes_back_or_ends() -> None:
    case = play.brought_to("adopt_approach", scheme=CG)
    play.meet(case, "adopt_approach", "back_to_approach")
    assert play.open_steps(case) == ["approach"]
    play.propose(case, cost=Decimal(20_000))
    play.meet(case, "adopt_approach", "refuse")
    case.refresh_from_db()
    assert case.state == "rejected"


def needing_owner(**changes: Any) -> Case:
    case = play.brought_to("approach", **changes)
    play.propose(case, within_budget=False)
    play.meet(case, "rmt_validation", "positive")
    play.meet(case, "pho_decision", "grant")
    return case


@pytest.mark.long
def test_a_commission_waits_for_the_ab_that_changes_the_budget() -> None:
    case = needing_owner()
    play.meet(case, "db_decision", "needs_budget")
    assert play.open_steps(case) == ["ab_decision"]
    play.meet(case, "ab_decision", "agree")
    assert play.open_steps(case) == ["acceptance"]
    play.accept(case)
    assert Act.objects.filter(chain=case.chain).latest("seq").mandate == "Besluit van de eigenaar in deze zaak"


@pytest.mark.long
@pytest.mark.parametrize(("step", "before"), [("db_decision", []), ("ab_decision", ["needs_budget"])])
def test_what_the_owner_refuses_ends_after_the_join(step: str, before: list[str]) -> None:
    case = needing_owner(asks_colleges="consent")
    for proposal in before:
        play.meet(case, "db_decision", proposal)
    play.meet(case, step, "refuse")
    assert play.open_steps(case) == ["college_consent"], "the colleges that were asked still answer"
    play.consent(case)
    case.refresh_from_db()
    assert case.state == "rejected"


@pytest.mark.long
def test_the_owner_sends_back_three_times_and_no_more() -> None:
    case = needing_owner()
    for _ in range(3):
        play.meet(case, "db_decision", "back_to_approach")
        assert play.open_steps(case) == ["approach"]
        play.propose(case, within_budget=False)
        play.meet(case, "rmt_validation", "positive")
        play.meet(case, "pho_decision", "grant")
    with pytest.raises(NotAllowed, match="al 3 keer gekozen"), transaction.atomic():
        play.record(case, "db_decision", "back_to_approach")
    assert play.end(case) == "granted"


@pytest.mark.long
def test_what_was_sent_back_and_then_fits_needs_no_owner() -> None:
    """The question behind the join asks how this round ended, not an earlier one."""
    case = needing_owner()
    play.meet(case, "db_decision", "back_to_approach")
    play.propose(case)
    play.meet(case, "rmt_validation", "positive")
    play.meet(case, "pho_decision", "grant")
    assert play.open_steps(case) == ["acceptance"]


@pytest.mark.long
def test_a_college_that_does_not_answer_in_time_has_not_consented_and_is_named() -> None:
    case = play.brought_to("college_consent", asks_colleges="power_of_attorney")
    play.consent(case, silent=["gennep"])
    deadline = Deadline.objects.get(case=case, state="armed")
    play.make_due(deadline)
    assert clockwork.fire(deadline.pk)
    silent = case.commission.college_decisions.get(answer="unanswered")
    assert (silent.organisation.code, silent.subject, silent.recorded_by) == ("gennep", "power_of_attorney", None)
    assert play.open_steps(case) == ["consent_question"]
    play.as_submitter(case, "consent_question", "without", motivation="Zij komen later.")
    assert events(case)[-1] == ("consent_question", "without")
    assert Act.objects.filter(chain=case.chain).latest("seq").data["left"] == ["gemeente Gennep"]
    assert case.commission.shares.filter(takes_part=True).count() == 6


def test_too_few_colleges_left_is_refused_with_what_to_do() -> None:
    shares = {
        each.pk: Decimal(100) for each in players.municipalities(play.SCHEME) if each.code in ("bergen", "venray")
    }
    case = play.brought_to("college_consent", asks_colleges="consent", shares=shares)
    play.consent(case, {"venray": "refuse"})
    with pytest.raises(NotAllowed, match="te weinig over"), transaction.atomic():
        play.as_submitter(case, "consent_question", "without", motivation="Door.")
    assert play.open_steps(case) == ["consent_question"]


@pytest.mark.long
def test_colleges_are_asked_anew_about_another_proposal() -> None:
    case = play.brought_to("college_consent", asks_colleges="consent")
    play.consent(case, {"venray": "refuse"})
    play.as_submitter(case, "consent_question", "back_to_approach", motivation="Goedkoper.")
    assert play.end(case) == "granted"
    rounds = CollegeDecision.objects.filter(commission=case.commission).values_list("round", flat=True)
    assert [list(rounds).count(number) for number in (1, 2)] == [7, 7]


@pytest.mark.parametrize(("scale", "step"), [("local", "local_decision"), ("regional", "pho_decision")])
def test_what_the_director_declines_returns_to_who_decided(scale: str, step: str) -> None:
    case = play.brought_to("acceptance", scale=scale)
    play.accept(case, "decline", motivation="Te weinig mensen.")
    assert play.open_steps(case) == [step]
    assert play.end(case) == "granted"


def test_a_local_commission_is_decided_by_nobody_elses_college() -> None:
    case = play.brought_to("local_decision", scale="local")
    venlo = play.hat("cas")
    with pytest.raises(NotAllowed), transaction.atomic():
        players.do(venlo, case, "local_decision", "grant", **players.college_says(case, "grant"))


def test_partner_regions_that_did_not_all_consent_hold_it_up() -> None:
    case = play.brought_to("partner_consent", scale="supraregional")
    with pytest.raises(NotAllowed, match="Nog niet iedere partnerregio"), transaction.atomic():
        play.ask_partners(case, refusing=["midden-limburg"])
    with pytest.raises(NotAllowed, match="welke partnerregio"), transaction.atomic():
        play.ask_partners(case, "refused")
    assert set(case.commission.partners.values_list("answer", flat=True)) == {""}


def test_what_the_law_makes_regional_is_not_submitted_as_local() -> None:
    with pytest.raises(Unfit, match="taak van de jeugdregio"):
        play.submitted(scale="local", care_form="jeugd-verblijf")


def test_nor_does_the_intake_pass_it() -> None:
    """What was fit when it was submitted, may have become a task of the region by then."""
    case = play.brought_to("intake", scale="local")
    case.commission.care_form = "jeugd-verblijf"
    with acting(chain=case.chain, verb="test"):
        case.commission.save(update_fields=["care_form"])
    with pytest.raises(NotAllowed, match="taak van de jeugdregio"), transaction.atomic():
        play.take_in(case)
    play.take_in(case, "negative", motivation="Dit moet regionaal.")
    with pytest.raises(NotAllowed, match="taak van de jeugdregio"), transaction.atomic():
        play.as_submitter(case, "reconsider", "persist", motivation="Toch.")
    play.as_submitter(case, "reconsider", "withdraw", motivation="Wij dienen haar regionaal in.")


def test_domain_and_scale_stay_as_they_were_submitted() -> None:
    """They settled which bodies decide."""
    case = play.submitted()
    play.align(case, disagreeing=["tom"])
    for changes in ({"domain": "support", "care_form": "huishouden"}, {"scale": "supraregional"}):
        with pytest.raises(NotAllowed, match="liggen vast sinds het indienen"), transaction.atomic():
            play.as_submitter(case, "alignment_question", "adapt", request=play.a_request(**changes))


def test_who_sees_one_regeling_sees_nothing_of_the_other() -> None:
    ours, theirs = play.submitted(), play.submitted(scheme=CG)
    for username, own, other in (("anouk", ours, theirs), ("geertruida", theirs, ours)):
        scopes = selectors.scopes(play.who(play.hat(username))["user_id"])
        assert [case.pk for case in visible(scopes)] == [own.pk], (username, other)
