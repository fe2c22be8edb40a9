"""Names are data: flows and steps stand in rows and in evidence, so a name that was given is kept."""

import pytest
import viewflow
from django.db import connection
from viewflow.workflow import flow
from viewflow.workflow.base import Edge, Node
from viewflow.workflow.fields import get_flow_ref, get_task_ref, import_task_by_ref
from viewflow.workflow.nodes.join import JoinActivation
from viewflow.workflow.token import Token

from audit.models import Act
from audit.services import acting
from roles.models import DutyPair, StepBinding
from tests.workflows import play
from workflows import checks, names
from workflows.flows import ALL, current
from workflows.nodes import Begin, Collective, Step

# Every name that a case may have stored. A new one is added here; one that goes needs a data migration first.
PROMISED = {
    "workflows/flows.commissioning.CommissioningFlow": [
        "acceptance", "alignment_agreed", "alignment_question", "all_answered", "approach", "db_decision",
        "each_participant", "granted", "intake", "municipal_alignment", "pho_decision", "pho_deferred", "reconsider",
        "rejected", "rmt_validation", "submit", "supplement", "withdrawn", "within_plan",
    ],
    "workflows/flows.commissioning_2.CommissioningFlow2": [
        "ab_decision", "acceptance", "adopt_approach", "alignment_agreed", "alignment_question", "all_answered",
        "approach", "college_consent", "colleges_consent", "consent_question", "consented", "db_decision",
        "declined_locally", "each_college", "each_participant", "granted", "intake", "local_decision",
        "municipal_alignment", "owner_refuses", "owner_sends_back", "partner_consent", "pho_decision", "pho_deferred",
        "reconsider", "rejected", "rmt_validation", "scale_is_local", "scale_is_supraregional", "submit", "supplement",
        "withdrawn", "within_plan",
    ],
    "workflows/flows.amendment.AmendmentFlow": [
        "all_affected_answered", "amend_acceptance", "amend_local_decision", "amendment_agreed", "amendment_alignment",
        "amendment_question", "applied", "assessment", "db_decision", "decided_locally", "each_affected",
        "pho_decision", "rejected", "submit_amendment", "withdrawn", "within_plan",
    ],
    "workflows/flows.amendment_2.AmendmentFlow2": [
        "all_affected_answered", "amend_acceptance", "amend_local_decision", "amendment_agreed", "amendment_alignment",
        "amendment_question", "applied", "assessment", "college_consent", "colleges_consent", "consent_question",
        "consented", "db_decision", "decided_locally", "each_affected", "each_college", "owner_refuses",
        "pho_decision", "pho_deferred", "rejected", "submit_amendment", "withdrawn", "within_plan",
    ],
    "workflows/flows.escalation.EscalationFlow": [
        "begun", "board", "each_spokesperson", "measure", "operational", "operational_consent", "referral",
        "referred", "resolved", "solved_operationally", "spokesperson_line", "strategic", "strategic_alone",
        "strategic_by_body", "submit_escalation", "tactical", "tactical_consent", "unresolved", "withdrawn",
    ],
    "workflows/flows.policy_signal.PolicySignalFlow": [
        "left", "signal_advice", "signal_follow_up", "submit_signal", "taken_up", "withdrawn",
    ],
    "workflows/flows.evaluation.EvaluationFlow": [
        "adoption", "concept", "declined", "each_respondent", "evaluated", "figures", "gathered", "hearing",
        "measurable", "measuring", "questionnaire", "start_evaluation", "withdrawn",
    ],
    "workflows/flows.procurement.ProcurementFlow": [
        "admission", "any_admitted", "assessed", "assessment", "award_advice", "award_by_board",
        "award_decision", "award_in_mandate", "award_notice", "award_publication", "challenge",
        "clarification", "closing", "consensus", "contract_drafting", "contract_signing",
        "contract_validation", "contracted", "each_assessor", "eligibility", "explore", "explored",
        "is_open_house", "knowledge", "legal_advice", "legal_check", "market_exploration", "no_tenders",
        "opening", "papers", "registration", "release", "standstill", "standstill_holds",
        "start_procurement", "stopped", "strategy", "strategy_advice", "strategy_decision",
        "strategy_is_local", "strategy_local", "team", "tendered", "tenders_came", "valid_tenders",
        "withdrawn",
    ],
    "workflows/flows.contract.ContractFlow": [
        "contract_is_over", "ended", "ending", "expiry_by_board", "expiry_decision", "extension_in_mandate",
        "register_contract", "term_runs", "withdrawn",
    ],
    "workflows/flows.contract_review.ContractReviewFlow": [
        "lapsed", "open_review", "review_confirmation", "review_minutes", "review_preparation", "review_talk",
        "reviewed", "withdrawn",
    ],
    "workflows/flows.addendum.AddendumFlow": [
        "addendum_by_board", "addendum_check", "addendum_decision", "addendum_redraft", "addendum_signing", "applied",
        "change_in_mandate", "propose_addendum", "refused", "withdrawn",
    ],
    "workflows/flows.requalification.RequalificationFlow": [
        "measures_check", "measures_run", "qualified", "requalification_assessment",
        "requalification_decision", "request_requalification", "terminated", "withdrawn",
    ],
    "workflows/flows.enquiry.EnquiryFlow": [
        "answered", "ask_enquiry", "enquiry_acceptance", "enquiry_answer", "withdrawn",
    ],
}  # fmt: skip

INTAKE = "workflows/flows.commissioning.CommissioningFlow.intake"
RENAMED = "workflows/flows.commissioning.CommissioningFlow.intake_by_mgr"


def test_every_name_that_was_given_is_kept() -> None:
    here = {get_flow_ref(each): sorted(node.name for node in each.instance.nodes()) for each in ALL}
    assert here == PROMISED


@pytest.mark.parametrize(
    ("reference", "is_step"),
    [
        ("workflows/flows.commissioning.CommissioningFlow.intake", True),
        (RENAMED, False),
        ("workflows/flows.commissioning.OtherFlow.intake", False),
        ("workflows/flows.gone.CommissioningFlow.intake", False),
        ("gone/flows.commissioning.CommissioningFlow.intake", False),
        ("workflows/engine.Work.intake", False),
    ],
)
def test_a_reference_resolves_only_to_a_step_that_is_there(reference: str, is_step: bool) -> None:
    assert checks.is_step(reference) is is_step


def test_viewflow_itself_says_nothing_of_a_step_that_is_gone() -> None:
    assert not isinstance(import_task_by_ref(RENAMED), Step)


@pytest.mark.long
@pytest.mark.django_db
def test_whatever_a_played_case_stored_resolves() -> None:
    assert play.end(play.submitted()) == "granted"
    assert checks.lost_references("default") == []
    steps = {f"{each.code}/{each.version}/{node.name}" for each in ALL for node in each.instance.nodes()}
    assert set(Act.objects.exclude(step="").values_list("step", flat=True)) <= steps


@pytest.mark.django_db
def test_a_stored_name_without_a_step_is_told() -> None:
    case = play.submitted()
    with acting(chain=case.chain, verb="test"), connection.cursor() as cursor:
        cursor.execute("UPDATE workflows_casetask SET flow_task = %s WHERE part = ''", [RENAMED])
        cursor.execute("UPDATE workflows_caseprocess SET flow_class = 'workflows/flows.gone.Flow'")
    found = checks.references_resolve(databases=["default"])
    assert [message.id for message in found] == ["workflows.W001"] * 2
    assert any(RENAMED in message.msg for message in found)
    assert checks.references_resolve(databases=None) == []


@pytest.mark.parametrize(
    ("aliases", "stored"),
    [
        ({RENAMED: INTAKE}, RENAMED),
        ({"workflows/flows.old.OldFlow": get_flow_ref(ALL[0])}, "workflows/flows.old.OldFlow.intake"),
        (
            {"workflows/flows.old.OldFlow": get_flow_ref(ALL[0]), RENAMED: INTAKE},
            "workflows/flows.old.OldFlow.intake_by_mgr",
        ),
    ],
)
def test_a_name_that_moved_is_found_by_its_alias(
    aliases: dict[str, str], stored: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not checks.is_step(stored)
    for was, now in aliases.items():
        monkeypatch.setitem(names.ALIASES, was, now)
    assert checks.is_step(stored)
    assert names.step_of(stored) is ALL[0].intake
    assert stored in names.rows_of_step(ALL[0].intake)


@pytest.mark.long
@pytest.mark.django_db
def test_a_case_goes_on_under_a_name_that_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing rewrites its rows: they are read as what they are called now."""
    case = play.submitted()
    play.align(case, silent=["els"])
    old, flow = "workflows/flows.old.OldFlow", get_flow_ref(current("commissioning"))
    with acting(chain=case.chain, verb="test"), connection.cursor() as cursor:
        cursor.execute("UPDATE workflows_casetask SET flow_task = replace(flow_task, %s, %s)", [flow, old])
        cursor.execute("UPDATE workflows_caseprocess SET flow_class = %s", [old])
    assert len(checks.lost_references("default")) > 1
    monkeypatch.setitem(names.ALIASES, old, flow)
    assert checks.lost_references("default") == []
    assert play.end(type(case).objects.get(pk=case.pk)) == "granted"


@pytest.mark.django_db
def test_what_a_regeling_says_of_a_flow_names_steps_and_duties_of_it() -> None:
    commissioning = current("commissioning")
    nodes = {node.name: node for node in commissioning.instance.nodes()}
    for binding in StepBinding.objects.filter(flow=commissioning.code):
        assert isinstance(nodes[binding.step.removesuffix(".urgent")], Begin | Step), binding.step
    duties = {node.duty for node in nodes.values() if isinstance(node, Begin | Step)} | {"confirm"}
    duties |= {node.vote_duty for node in nodes.values() if isinstance(node, Collective)}
    for pair in DutyPair.objects.filter(flow=commissioning.code):
        assert {pair.first, pair.second} <= duties


def test_what_we_use_of_viewflow_without_being_invited_is_there() -> None:
    """Names with an underscore, and how a token is written: a new version of viewflow is looked at here first."""
    assert viewflow.__version__ == "2.4.0"
    for name in ("_create", "_resolve", "_outgoing"):
        assert callable(getattr(Node, name)), name
    assert hasattr(flow.Join().Next(None), "_next")
    assert callable(JoinActivation._join_token_prefixes)
    assert Edge("a", "b", "next", label="ja").label == "ja"
    first, second = (next(tokens) for tokens in [Token.split_token_source(Token("start"), 7)] * 2)
    assert (str(first), str(second), str(first.get_base_split_token())) == ("start/7_1", "start/7_2", "start")
    assert get_task_ref(ALL[0].intake) == "workflows/flows.commissioning.CommissioningFlow.intake"
