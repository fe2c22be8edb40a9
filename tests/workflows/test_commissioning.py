"""Opdrachtverstrekking as it is played, with the cast of Limburg-Noord: every outcome of every step of one person."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import transaction

from audit.models import Act
from cases.models import Case, Remark
from escalation.models import Deadline
from roles.authorize import NotAllowed
from tests.workflows.play import (
    a_request,
    align,
    as_submitter,
    ask_partners,
    brought_to,
    consent,
    consenting,
    decide_locally,
    do,
    end,
    hat,
    make_due,
    meet,
    open_steps,
    propose,
    submitted,
    take_in,
)
from workflows import clockwork
from workflows.flows.commissioning_2 import CommissioningFlow2 as CommissioningFlow
from workflows.nodes import Collective, Step

pytestmark = pytest.mark.django_db

Play = Callable[[Case], None]


def acts(case: Case) -> list[Act]:
    return list(Act.objects.filter(chain=case.chain).order_by("seq").select_related("motivation_text"))


def again(case: Case) -> Case:
    return Case.objects.select_related("commission").get(pk=case.pk)


@pytest.mark.long
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

    case = again(case)
    assert (case.state, str(case.commission.conditions)) == ("granted", "Start na 1 januari.")
    assert open_steps(case) == []
    assert [act.verb for act in acts(case)] == [
        "submit", *["complete"] * 7, "complete", "complete", "record_meeting", "confirm", "record_meeting", "confirm",
        "complete",
    ]  # fmt: skip
    assert acts(case)[-1].capacity == "contractor"
    assert acts(case)[-1].mandate.startswith("M-")


# Step and outcome: how a case comes there, what is filled in, where it goes on, and what of the commission changed.
OUTCOMES: dict[tuple[str, str], tuple[Callable[[], Case], Play, list[str], str, Callable[[Case], object]]] = {
    ("municipal_alignment", "answered"): (
        submitted, lambda case: align(case, silent=["tom"]), ["municipal_alignment"], "open",
        lambda case: case.commission.alignments.filter(answered_by__isnull=False).count() == 6,
    ),
    ("alignment_question", "adapt"): (
        lambda: disagreed(), lambda case: as_submitter(
            case, "alignment_question", "adapt", request=a_request(years=2, title="Kleiner")
        ),
        ["municipal_alignment"], "open",
        lambda case: (case.commission.alignment_round, case.commission.years, str(case.title)) == (2, 2, "Kleiner"),
    ),
    ("alignment_question", "without"): (
        lambda: disagreed(), lambda case: as_submitter(case, "alignment_question", "without"), ["intake"], "open",
        lambda case: case.commission.shares.get(takes_part=False).organisation.code == "venray"
        and case.commission.annual_amount == Decimal(5_110_000),
    ),
    ("alignment_question", "withdraw"): (
        lambda: disagreed(), lambda case: as_submitter(case, "alignment_question", "withdraw"), [], "withdrawn",
        lambda case: case.closed_at is not None,
    ),
    ("intake", "complete"): (
        lambda: brought_to("intake"), lambda case: take_in(case, owner=hat("karim", "db").pk), ["approach"], "open",
        lambda case: case.commission.owner == hat("karim", "db") and not case.commission.advised_against,
    ),
    ("intake", "questions"): (
        lambda: brought_to("intake"), lambda case: take_in(case, "questions", questions="Voor wie?"), ["supplement"],
        "open", lambda case: str(case.remarks.get(kind="question").text) == "Voor wie?",
    ),
    ("intake", "negative"): (
        lambda: brought_to("intake"), lambda case: take_in(case, "negative", motivation="Te weinig markt."),
        ["reconsider"], "open", lambda case: case.commission.advised_against,
    ),
    ("supplement", "supplemented"): (
        lambda: asked(), lambda case: as_submitter(
            case, "supplement", "supplemented", answer="Voor jeugd.", request=a_request(years=3)
        ),
        ["intake"], "open",
        lambda case: case.remarks.get(kind="answer").answers == case.remarks.get(kind="question")
        and (case.commission.years, case.commission.alignment_round) == (3, 1),
    ),
    ("reconsider", "persist"): (
        lambda: advised_against(), lambda case: as_submitter(case, "reconsider", "persist", motivation="Het moet."),
        ["approach"], "open", lambda case: case.commission.advised_against,
    ),
    ("reconsider", "withdraw"): (
        lambda: advised_against(), lambda case: as_submitter(case, "reconsider", "withdraw"), [], "withdrawn",
        lambda case: case.commission.advised_against,
    ),
    ("approach", "proposed"): (
        lambda: brought_to("approach"), lambda case: propose(case, hours=12), ["rmt_validation"], "open",
        lambda case: (case.commission.hours, str(case.commission.strategy)) == (12, "Open house per perceel."),
    ),
    ("local_decision", "grant"): (
        lambda: brought_to("local_decision", scale="local"), decide_locally, ["acceptance"], "open",
        lambda case: case.commission.college_decisions.get().answer == "given",
    ),
    ("local_decision", "refuse"): (
        lambda: brought_to("local_decision", scale="local"), lambda case: decide_locally(case, "refuse"), [],
        "rejected", lambda case: str(case.commission.college_decisions.get().note) == "Eerst de evaluatie afwachten.",
    ),
    ("partner_consent", "consented"): (
        lambda: brought_to("partner_consent", scale="supraregional"), ask_partners, ["rmt_validation"], "open",
        lambda case: {partner.answer for partner in case.commission.partners.all()} == {"consented"},
    ),
    ("partner_consent", "back_to_approach"): (
        lambda: brought_to("partner_consent", scale="supraregional"),
        lambda case: ask_partners(case, "back_to_approach", refusing=["midden-limburg"]), ["approach"], "open",
        lambda case: case.commission.partners.get(answer="refused").organisation.code == "midden-limburg",
    ),
    ("partner_consent", "refused"): (
        lambda: brought_to("partner_consent", scale="supraregional"),
        lambda case: ask_partners(case, "refused", refusing=["midden-limburg"]), [], "rejected",
        lambda case: case.commission.partners.filter(answer="consented").count() == 1,
    ),
    ("college_consent", "consent"): (
        lambda: brought_to("college_consent", asks_colleges="mandate"), lambda case: consenting(case, "bergen")(),
        ["college_consent"], "open",
        lambda case: case.commission.college_decisions.get().subject == "mandate",
    ),
    ("college_consent", "refuse"): (
        lambda: brought_to("college_consent", asks_colleges="consent"),
        lambda case: consenting(case, "bergen", "refuse")(), ["college_consent"], "open",
        lambda case: case.commission.college_decisions.get().answer == "refused",
    ),
    ("consent_question", "without"): (
        lambda: refused(), lambda case: as_submitter(case, "consent_question", "without"), ["acceptance"], "open",
        lambda case: case.commission.shares.get(takes_part=False).organisation.code == "venray"
        and case.commission.annual_amount == Decimal(5_110_000),
    ),
    ("consent_question", "back_to_approach"): (
        lambda: refused(), lambda case: as_submitter(case, "consent_question", "back_to_approach"), ["approach"],
        "open", lambda case: case.commission.shares.filter(takes_part=True).count() == 7,
    ),
    ("consent_question", "withdraw"): (
        lambda: refused(), lambda case: as_submitter(case, "consent_question", "withdraw"), [], "withdrawn",
        lambda case: case.closed_at is not None,
    ),
    ("acceptance", "accept"): (
        lambda: brought_to("acceptance"), lambda case: do("helene", case, "acceptance", "accept"), [], "granted",
        lambda case: case.commission.conditions is None,
    ),
    ("acceptance", "decline"): (
        lambda: brought_to("acceptance"),
        lambda case: do("helene", case, "acceptance", "decline", motivation="Te weinig mensen."),
        ["pho_decision"], "open", lambda case: str(acts(case)[-1].motivation_text) == "Te weinig mensen.",
    ),
}  # fmt: skip


def disagreed() -> Case:
    case = submitted()
    align(case, disagreeing=["tom"])
    return case


def refused() -> Case:
    case = brought_to("college_consent", asks_colleges="consent")
    consent(case, {"venray": "refuse"})
    return case


def asked() -> Case:
    case = brought_to("intake")
    take_in(case, "questions", questions="Voor wie?")
    return case


def advised_against() -> Case:
    case = brought_to("intake")
    take_in(case, "negative", motivation="Te weinig markt.")
    return case


def test_the_table_has_every_outcome_that_a_person_can_choose() -> None:
    steps = [n for n in CommissioningFlow.instance.nodes() if isinstance(n, Step) and not isinstance(n, Collective)]
    there = {(n.name, o.code) for n in steps if n.task_type == "HUMAN" for o in n.outcomes if o.code != n.at_deadline}
    assert set(OUTCOMES) == there


@pytest.mark.long
@pytest.mark.parametrize(("step", "outcome"), OUTCOMES)
def test_an_outcome_leads_on_changes_what_it_says_and_is_one_act(step: str, outcome: str) -> None:
    prepare, play, leads_to, state, changed = OUTCOMES[step, outcome]
    case = prepare()
    before = len(acts(case))
    play(case)
    case = again(case)
    assert open_steps(case) == leads_to
    assert case.state == state
    assert changed(case)
    assert len(acts(case)) == before + (6 if step == "municipal_alignment" else 1)
    assert (acts(case)[-1].step, acts(case)[-1].outcome) == (f"commissioning/2/{step}", outcome)
    if state == "open":
        assert case.phase == CommissioningFlow.instance.node(leads_to[0]).phase
        assert end(case) == "granted"


@pytest.mark.long
def test_who_does_not_answer_in_time_is_named_and_holds_nothing_up() -> None:
    case = submitted()
    align(case, silent=["tom"])
    deadline = Deadline.objects.get(case=case, state="armed")
    make_due(deadline)
    assert clockwork.fire(deadline.pk)
    silent = case.commission.alignments.get(answered_by=None)
    assert (silent.organisation.code, open_steps(case)) == ("venray", ["intake"])
    assert (acts(case)[-1].actor, acts(case)[-1].outcome) == ("system", "unanswered")


def test_too_few_municipalities_left_is_refused_with_what_to_do() -> None:
    case = submitted(shares={hat(name).organisation_id: Decimal(100) for name in ("marleen", "tom")})
    align(case, disagreeing=["tom"])
    with pytest.raises(NotAllowed, match="Pas de opdracht aan of trek haar in"), transaction.atomic():
        as_submitter(case, "alignment_question", "without")
    assert open_steps(case) == ["alignment_question"]


@pytest.mark.long
def test_questions_go_back_three_times_and_no_more() -> None:
    case = brought_to("intake")
    for number in range(3):
        take_in(case, "questions", questions=f"Vraag {number}")
        as_submitter(case, "supplement", "supplemented", answer=f"Antwoord {number}")
    with pytest.raises(NotAllowed, match="al 3 keer gekozen"), transaction.atomic():
        take_in(case, "questions", questions="Nog een")
    pairs = [(str(a.answers.text)[-1], str(a.text)[-1]) for a in case.remarks.filter(kind="answer") if a.answers]
    assert pairs == [("0", "0"), ("1", "1"), ("2", "2")]
    assert Remark.objects.filter(case=case, kind="question").count() == 3
    assert end(case) == "granted"


@pytest.mark.parametrize(
    ("changes", "step"),
    [
        ({}, "acceptance"),
        ({"within_budget": False}, "db_decision"),
        ({"within_capacity": False}, "db_decision"),
        ({"cost": Decimal(250_000)}, "acceptance"),
        ({"cost": Decimal("250000.01")}, "db_decision"),
    ],
)
def test_what_fits_budget_capacity_and_mandate_needs_no_owner(changes: dict[str, object], step: str) -> None:
    case = brought_to("approach")
    propose(case, **changes)
    meet(case, "rmt_validation", "positive")
    meet(case, "pho_decision", "grant")
    assert open_steps(case) == [step]


@pytest.mark.long
def test_beyond_the_mandate_the_owners_decision_is_what_the_director_relies_on() -> None:
    case = brought_to("approach")
    propose(case, cost=Decimal(400_000))
    meet(case, "rmt_validation", "positive")
    meet(case, "pho_decision", "grant")
    meet(case, "db_decision", "agree")
    do("helene", case, "acceptance", "accept")
    assert acts(case)[-1].mandate == "Besluit van de eigenaar in deze zaak"
