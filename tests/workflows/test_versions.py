"""One running case to another version of its flow, and back: from wherever it waits, with everything that is open."""

from typing import Any

import pytest
from django.db import connection, transaction
from viewflow import this

from audit.models import Act
from audit.services import acting
from audit.verify import verify
from cases.models import Ballot, Case
from config.demo.players import who
from escalation.rules.terms import Term
from roles.authorize import NotAllowed
from roles.models import Body, Role, StepBinding
from tests.examples import one_in
from tests.workflows import play, visits
from tests.workflows import versions as samples
from tests.workflows.versions import STATES
from workflows import secrecy, services, version_runs
from workflows.bpmn.picture import steps_as_text
from workflows.bpmn.progress import State
from workflows.engine import Stale
from workflows.flows.commissioning import CommissioningFlow
from workflows.flows.commissioning_2 import CommissioningFlow2
from workflows.models import CaseProcess, CaseTask, VersionChange, VersionRun
from workflows.names import name_in
from workflows.nodes import Begin, Finish, Step
from workflows.rules.versions import Plan
from workflows.version_plans import Planner
from workflows.versions import Impossible, Order, migrate, undo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_first_version(monkeypatch: pytest.MonkeyPatch) -> None:
    samples.on_first_version(monkeypatch)


def a_run(case: Case, target: Any = CommissioningFlow2) -> VersionRun:
    return version_runs.begin(scheme=case.scheme, target=target)


def over(case: Case, target: Any = CommissioningFlow2, order: Order | None = None) -> VersionChange:
    run = a_run(case, target)
    migrate(case_id=case.pk, target=target, run=run, order=order)
    return VersionChange.objects.get(case=case, run=run)


def back(change: VersionChange) -> None:
    undo(change=change, run=version_runs.begin_undo(undoes=change.run))


def plan_of(case: Case, target: Any = CommissioningFlow2) -> Plan:
    [(_, plan)] = Planner(target).plans([case.pk])
    return plan


def rows(case: Case) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that the engine holds of a case, as it is written."""
    found = {}
    with connection.cursor() as cursor:
        for table, key in {
            "workflows_caseprocess": "case_id", "workflows_casetask": "case_id", "escalation_deadline": "case_id",
            "cases_case": "id", "cases_commission": "case_id", "cases_ballot": "case_id",
        }.items():  # fmt: skip
            cursor.execute(f"SELECT t::text FROM {table} t WHERE {key} = %s ORDER BY 1", [case.pk])
            found[table] = cursor.fetchall()
        cursor.execute(
            "SELECT p::text FROM workflows_casetask_previous p JOIN workflows_casetask t ON t.id = p.from_casetask_id"
            " WHERE t.case_id = %s ORDER BY 1", [case.pk],
        )  # fmt: skip
        found["previous"] = cursor.fetchall()
    return found


def last_act(case: Case) -> Act:
    return Act.objects.filter(chain=case.chain).latest("seq")


@pytest.mark.long
@pytest.mark.parametrize("state", one_in(3, STATES))
def test_a_case_goes_over_from_wherever_it_waits_can_be_put_back_and_comes_to_its_end(state: str) -> None:
    step, prepare = STATES[state]
    case = prepare()
    assert play.open_steps(case) == [step]
    tasks = CaseTask.objects.filter(case=case).select_related("host").order_by("id")
    before, dates = rows(case), list(tasks.values_list("pk", "due_at"))

    assert plan_of(case).possible
    change = over(case)
    process = CaseProcess.objects.get(case=case)
    assert process.flow_class is CommissioningFlow2
    for task in tasks.all():
        goes_along = task.finished is None or (task.host is not None and task.host.finished is None)
        expected = CommissioningFlow2 if goes_along else CommissioningFlow
        assert task.flow_task.flow_class is expected, task.flow_task.name
    assert list(tasks.values_list("pk", "due_at")) == dates, "terms that run stay as they were"
    act = last_act(case)
    assert (act.verb, act.actor, act.data["from"], act.data["to"]) == ("migrate_version", "system", 1, 2)
    assert act.data["steps"][step] == step

    back(change)
    assert rows(case) == before
    assert last_act(case).verb == "undo_version"

    over(case)
    assert play.end(Case.objects.get(pk=case.pk)) == "granted"
    assert last_act(case).step == "commissioning/2/acceptance"


@pytest.mark.long
def test_the_evidence_of_going_over_and_back_is_sound() -> None:
    case = STATES["a round on the decision"][1]()
    back(over(case))
    over(case)
    report = verify()
    assert report.ok, report.findings


def test_a_case_of_which_the_colleges_were_to_be_asked_stays_and_is_told_why() -> None:
    case = samples.asking_colleges()
    before = rows(case)
    with (
        pytest.raises(Impossible, match="‘DB-besluit’ loopt in versie 2 gelijk op met ‘") as refusal,
        transaction.atomic(),
    ):
        over(case)
    assert [each.code for each in refusal.value.findings] == ["split"]
    assert rows(case) == before


@pytest.mark.parametrize("how", ["a step", "a vote", "a withdrawal"])
def test_who_moved_on_is_not_put_back(how: str) -> None:
    case = STATES["a round on the decision"][1]() if how == "a vote" else play.brought_to("intake")
    change = over(case)
    if how == "a step":
        play.take_in(case)
    elif how == "a vote":
        play.voting("fatima", case, "pho_decision")()
    else:
        services.withdraw(**who(case.submitted_by), case_id=case.pk, reason="Niet meer nodig.")
    before = rows(case)
    with pytest.raises(Stale), transaction.atomic():
        back(change)
    assert rows(case) == before


def test_what_is_no_step_does_not_stand_in_the_way_of_putting_back() -> None:
    case = play.brought_to("intake")
    before = rows(case)
    change = over(case)
    services.comment(**who(play.hat("gijs")), case_id=case.pk, words="Let op.")
    back(change)
    assert rows(case) == before


def test_nothing_is_put_back_twice_nor_taken_over_twice() -> None:
    case = play.brought_to("intake")
    change = over(case)
    with pytest.raises(Stale, match="al op versie 2"), transaction.atomic():
        over(case)
    back(change)
    with pytest.raises(Stale, match="al teruggezet"), transaction.atomic():
        back(change)


def test_ways_back_that_were_taken_in_the_first_version_count_in_the_second() -> None:
    case = STATES["asked three times"][1]()
    over(case)
    with pytest.raises(NotAllowed, match="al 3 keer gekozen"), transaction.atomic():
        play.take_in(case, "questions", questions="Nog een")


def test_the_chair_confirms_in_the_second_version_what_was_recorded_in_the_first() -> None:
    case = STATES["a recorded advice"][1]()
    over(case)
    play.confirm(case, "rmt_validation")
    assert play.open_steps(case) == ["pho_decision"]
    assert Ballot.objects.get(case=case).state == Ballot.State.CONFIRMED


def test_a_vote_of_the_first_version_may_be_changed_in_the_second() -> None:
    case = STATES["a round on the decision"][1]()
    over(case)
    voter = CaseTask.objects.filter(case=case, part="vote", status="DONE").select_related("seat__person__user").first()
    assert voter is not None
    play.voting(play.username(voter.seat), case, "pho_decision", "abstain", "Ik twijfel.")()
    assert last_act(case).step == "commissioning/2/pho_decision"


def test_what_was_bound_at_the_start_stays_and_what_is_new_is_bound_as_of_today() -> None:
    case = play.brought_to("intake")
    old = dict(CaseProcess.objects.get(case=case).bindings)
    assert "college_consent" not in old
    over(case)
    process = CaseProcess.objects.get(case=case)
    assert {name: process.bindings[name] for name in old} == old
    assert set(process.bindings["college_consent"]) >= set(old["municipal_alignment"])
    assert process.label_of(CommissioningFlow2.pho_decision) == CommissioningFlow.pho_decision.label


@pytest.mark.long
def test_before_a_case_went_over_its_page_tells_who_was_bound_then() -> None:
    case = play.brought_to("rmt_validation")
    earlier = secrecy.bound_positions(CaseProcess.objects.get(case=case))
    [binding] = StepBinding.objects.filter(scheme=case.scheme, flow="commissioning", step="partner_consent")
    with acting(chain=case.scheme.chain, verb="bind_step", actor="system"):
        binding.body, binding.role = (
            Body.objects.get(scheme=case.scheme, code="beheer"),
            Role.objects.get(code="administrator"),
        )
        binding.save()
    stood = last_act(case).seq
    over(case)
    assert secrecy.bound_positions(CaseProcess.objects.get(case=case)) > earlier
    told = visits.page("victor", f"/audit/opdrachten/{case.pk}/toen/", {"nr": str(stood)})
    assert "Bea" not in told.partition('id="team"')[2]
    now = visits.page("victor", f"/audit/opdrachten/{case.pk}/toen/")
    assert "Bea" in now.partition('id="team"')[2]


def renamed(patch: pytest.MonkeyPatch, **changed: Any) -> Any:
    """A version 9 in which the intake is called assessment."""
    nodes: dict[str, Any] = {
        "aliases": {"intake": "assessment"}, "phases": {"request": "Opdracht", "first": "Beoordeling"},
        "submit": Begin(label="Indienen", lane="Gemeente", phase="request", duty="prepare").To(this.assessment),
        "assessment": Step(label="Beoordeling", lane="MGR", phase="first", duty="assess", term=Term(15))
        .On("complete", "Compleet", this.granted).On("questions", "Terug met vragen", this.assessment, back=True),
        "granted": Finish("Verstrekt", state="granted", lane="MGR"),
        "withdrawn": Finish("Ingetrokken", state="withdrawn", lane="Gemeente"),
    }  # fmt: skip
    made = samples.make(patch, **(nodes | changed))
    samples.changes(patch, "intake", "assessment")
    return made


def test_a_renamed_step_goes_along_with_its_history_its_binding_and_its_phase(monkeypatch: pytest.MonkeyPatch) -> None:
    target = renamed(monkeypatch)
    case = STATES["asked three times"][1]()
    before = rows(case)
    process = CaseProcess.objects.get(case=case)
    old, term = process.bindings["intake"], process.terms["intake"]
    plan = plan_of(case, target)
    assert plan.steps == {"intake": "assessment"}
    assert plan.remarks[0].words == "‘Intake’ heet daar ‘Beoordeling’."
    assert "term" not in {each.code for each in plan.remarks}, "a case keeps the terms with which it began"
    change = over(case, target)
    case.refresh_from_db()
    assert (play.open_steps(case), case.phase) == (["assessment"], "first")
    process = CaseProcess.objects.get(case=case)
    assert (process.bindings["assessment"], process.terms["assessment"]) == (old, term)
    ids = who(play.hat("gijs")) | {"case_id": case.pk, "task_id": play.open_task(case, "assessment").pk}
    with pytest.raises(NotAllowed, match="al 3 keer"), transaction.atomic():
        services.complete(**ids, outcome="questions", questions="Nog een?")
    back(change)
    assert rows(case) == before
    over(case, target)
    services.complete(**ids, outcome="complete")
    assert Case.objects.get(pk=case.pk).state == "granted"


@pytest.mark.long
@pytest.mark.parametrize(
    ("changed", "state", "code"),
    [
        ({"aliases": {}}, "intake", "vanished"),
        ({}, "approach", "vanished"),
        ({}, "half answered", "vanished"),
        ({"requires": [(lambda process: False, "De zorgvorm ontbreekt.")]}, "intake", "missing"),
    ],
)
def test_a_case_that_does_not_fit_is_left_as_it_is(
    changed: dict[str, Any], state: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = renamed(monkeypatch, **changed)
    case = STATES[state][1]()
    before = rows(case)
    with pytest.raises(Impossible) as refusal, transaction.atomic():
        over(case, target)
    assert code in {each.code for each in refusal.value.findings}
    assert rows(case) == before
    assert play.end(case) == "granted"


def test_a_step_that_the_regeling_binds_to_nobody_holds_a_case_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    case = play.brought_to("intake")
    target = renamed(monkeypatch, extra=Step(label="Extra", lane="MGR", phase="first", duty="", term=Term(5)))
    with pytest.raises(Impossible, match="wijst voor stap ‘Extra’ niemand aan"), transaction.atomic():
        over(case, target)


def order_of(name: str) -> Order:
    me = play.hat(name)
    assert me.person.user_id is not None
    return Order(me.person.user_id, me.pk)


def test_the_administrator_may_without_seeing_any_case_and_the_act_names_her() -> None:
    case = play.brought_to("intake")
    over(case, order=order_of("bea"))
    act = last_act(case)
    assert act.actor == f"person/{play.hat('bea').person_id}"
    assert act.role.startswith("functioneel beheerder")


@pytest.mark.parametrize("name", ["gijs", "helene", "victor", "anouk"])
def test_nobody_else_may(name: str) -> None:
    case = play.brought_to("intake")
    before = rows(case)
    with pytest.raises(NotAllowed, match="hoort niet bij uw functie"), transaction.atomic():
        over(case, order=order_of(name))
    with pytest.raises(NotAllowed), transaction.atomic():
        version_runs.begin(scheme=case.scheme, target=CommissioningFlow2, order=order_of(name))
    assert rows(case) == before


def test_without_a_binding_nobody_may() -> None:
    case = play.brought_to("intake")
    with acting(chain=case.scheme.chain, verb="test"):
        for binding in StepBinding.objects.filter(flow="register", step="migrate_flow"):
            binding.delete()
    with pytest.raises(NotAllowed), transaction.atomic():
        over(case, order=order_of("bea"))


def test_the_picture_shows_what_was_done_in_the_first_version() -> None:
    case = play.brought_to("pho_decision")
    over(case)
    tasks = CaseTask.objects.filter(case=case, part="")
    done = {name_in(CommissioningFlow2, t.flow_task.name): t.outcome for t in tasks if t.finished}
    shown = {step.name: step.state for step in steps_as_text(CommissioningFlow2, done, {"pho_decision"}, {})}
    assert {shown[name] for name in ("submit", "municipal_alignment", "intake", "approach", "rmt_validation")} == {
        State.DONE
    }
    assert shown["pho_decision"] == State.CURRENT
