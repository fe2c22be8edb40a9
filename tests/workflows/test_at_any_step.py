"""What can be done at any open step of an opdracht, by whoever may: the clocks, the documents, the way out."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction

from audit import clock
from audit.models import Act
from cases.models import Case, Document
from cases.services.documents import Paper
from config.demo.players import who
from escalation import services as escalation
from escalation.models import Deadline
from escalation.rules.calendar import working_days_between, working_days_from
from escalation.rules.terms import day_of
from roles import services as roles
from roles.authorize import NotAllowed
from roles.models import Organisation, Position, Scheme
from tests.workflows import rise
from tests.workflows.play import (
    a_request,
    align,
    brought_to,
    hat,
    in_days,
    open_steps,
    open_task,
    propose,
    record,
    submitted,
    take_in,
)
from workflows import afterwards, services
from workflows.engine import Gone, Stale
from workflows.fitness import Unfit
from workflows.models import CaseTask

pytestmark = pytest.mark.django_db


def acts(case: Case) -> list[Act]:
    return list(Act.objects.filter(chain=case.chain).order_by("seq").select_related("motivation_text"))


def again(case: Case) -> Case:
    return Case.objects.select_related("commission").get(pk=case.pk)


def test_suspended_nothing_goes_on_and_the_dates_move_by_the_days_that_it_stood_still() -> None:
    case = brought_to("intake")
    me = who(case.submitted_by) | {"case_id": case.pk}
    task = open_task(case, "intake")
    services.suspend(**me, reason="Wacht op het Rijk.")
    with pytest.raises(Stale, match="opgeschort"), transaction.atomic():
        take_in(case)
    with pytest.raises(Stale, match="opgeschort"), transaction.atomic():
        services.suspend(**me, reason="Nog eens.")
    with clock.moved_to(clock.now() + timedelta(days=30)):
        assert escalation.tick() == 0, "the clock stands still"
        assert open_task(case, "intake").due_at is None, "and until then nothing is late"
        services.resume(**me)
        moved = open_task(case, "intake")
        assert moved.due_at is not None
        assert task.due_at is not None
        still = working_days_between(clock.today() - timedelta(days=29), clock.today())
        assert day_of(moved.due_at) == working_days_from(day_of(task.due_at), still)
        [deadline] = Deadline.objects.filter(task=task.pk)
        assert (deadline.due_at, deadline.state, deadline.extended) == (moved.due_at, "armed", 0)
        assert deadline.reason.startswith("De klok stond stil van ")
        [told] = acts(case)[-1].data["moved"]
        assert told == {"task": task.pk, "from": task.due_at.isoformat(), "to": told["to"]}
        with pytest.raises(Stale, match="niet opgeschort"), transaction.atomic():
            services.resume(**me)
        take_in(case)
    assert [act.verb for act in acts(case)[-3:]] == ["suspend", "resume", "complete"]


def test_a_task_goes_to_a_colleague_and_back_to_the_queue() -> None:
    case = brought_to("intake")
    gijs, carla = hat("gijs"), hat("carla")
    ids = who(gijs) | {"case_id": case.pk, "task_id": open_task(case, "intake").pk}
    services.reassign(**ids, to=carla.pk, reason="Zij kent Bergen.")
    assert open_task(case, "intake").owner_id == carla.person.user_id
    services.reassign(**ids, to=None)
    assert open_task(case, "intake").owner_id is None
    with pytest.raises(NotAllowed, match="deze rol vandaag vervult"), transaction.atomic():
        services.reassign(**ids, to=hat("femke").pk)


def test_the_act_names_the_hash_of_every_document_that_came_with_it() -> None:
    case = brought_to("approach")
    paper = Paper(
        title="Plan",
        classification="internal",
        filename="plan.txt",
        media_type="text/plain",
        content=ContentFile(b"Plan"),
    )
    propose(case, documents=[paper])
    version = Document.objects.get(case=case).versions.get()
    assert acts(case)[-1].documents == version.sha256
    services.add_version(**who(hat("femke")), case_id=case.pk, document_id=version.document_id, paper=paper)
    assert [version.number for version in Document.objects.get(case=case).versions.all()] == [1, 2]
    other = submitted()
    with pytest.raises((Gone, Document.DoesNotExist)), transaction.atomic():
        services.add_version(**who(hat("femke")), case_id=other.pk, document_id=version.document_id, paper=paper)


def test_what_proves_wrong_is_rectified_by_a_new_act_and_stays_as_it_was() -> None:
    case = brought_to("approach")
    first = acts(case)[-1]
    afterwards.rectify(
        **who(hat("gijs")), case_id=case.pk, act_number=first.seq, correction="De projectleider is Olaf.",
        reason="Verkeerd gekozen.",
    )  # fmt: skip
    assert acts(case)[-2].hash == first.hash
    assert (acts(case)[-1].verb, acts(case)[-1].data) == ("rectify", {"rectifies": first.seq})


def test_a_named_pair_is_let_through_by_a_second_person_and_by_nobody_else() -> None:
    scheme = Scheme.objects.get(code="limburg-noord")
    gijs, linda = hat("gijs").person, hat("linda").person
    roles.appoint(
        person=gijs, valid_from=clock.today(),
        position=Position.objects.get(body__code="bergen", role__code="municipal_account_manager"),
        organisation=Organisation.objects.get(scheme=scheme, code="bergen"),
    )  # fmt: skip
    hats = {"client": hat("gijs", "bergen"), "contractor": hat("gijs", "mgr")}
    case = services.submit(**who(hats["client"]), request=a_request())
    align(case)
    ids = who(hats["contractor"]) | {"case_id": case.pk, "task_id": open_task(case, "intake").pk, "outcome": "complete"}
    with pytest.raises(NotAllowed, match="gaat niet samen met het beoordelen"), transaction.atomic():
        services.complete(**ids)
    asked = roles.request_dispensation(
        person=gijs, chain=case.chain, duty="assess", ground="Carla is ziek.", requested_by=gijs
    )
    with pytest.raises(NotAllowed, match="iemand anders goedkeuren"), transaction.atomic():
        roles.approve_dispensation(dispensation=asked, approved_by=gijs)
    with pytest.raises(NotAllowed, match="gaat niet samen"), transaction.atomic():
        services.complete(**ids)
    roles.approve_dispensation(dispensation=asked, approved_by=linda)
    services.complete(**ids)
    assert acts(case)[-1].flags == "dispensed"


def test_only_whoever_submitted_withdraws() -> None:
    case = brought_to("intake")
    with pytest.raises(NotAllowed, match="hoort niet bij uw functie"), transaction.atomic():
        services.withdraw(**who(hat("gijs")), case_id=case.pk, reason="Weg ermee.")
    services.withdraw(**who(hat("marleen")), case_id=case.pk, reason="Niet meer nodig.")
    assert (again(case).state, open_steps(case)) == ("withdrawn", [])
    with pytest.raises(Stale, match="afgesloten"), transaction.atomic():
        services.comment(**who(hat("gijs")), case_id=case.pk, words="Jammer.")


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"start_date": in_days}, "start_date", "in het verleden"),
        ({"years": 11}, "years", "1 tot en met 10 jaar"),
        ({"criteria": []}, "criteria", "minstens één evaluatiekader"),
        ({"shares": {}}, "shares", "minstens twee"),
    ],
)
def test_what_cannot_be_a_commission_is_refused_by_field(changes: dict[str, Any], field: str, words: str) -> None:
    if changes.get("start_date") is in_days:
        changes = {"start_date": in_days(-1)}
    with pytest.raises(Unfit) as refused:
        submitted(**changes)
    assert any(problem.field == field and words in problem.message for problem in refused.value.problems)
    assert not Case.objects.exists()


def test_a_step_that_an_escalation_holds_stands_still_with_what_lies_beside_it() -> None:
    case = brought_to("rmt_validation")
    record(case, "rmt_validation", "positive")
    host = open_task(case, "rmt_validation")
    waiting = CaseTask.objects.filter(case=case, finished=None, flow_task_type__in=["HUMAN", "PART"])
    assert waiting.filter(due_at=None).count() == 0
    escalation_case = rise.escalated(case, step="rmt_validation", holds=True)
    assert waiting.exclude(due_at=None).count() == 0
    stopped = Deadline.objects.filter(case=case, state="suspended")
    assert {deadline.held_by for deadline in stopped} == {escalation_case}
    assert stopped.filter(task=host.pk).exists()
    assert stopped.count() == 2
    rise.solve(escalation_case, "operational")
    assert waiting.filter(due_at=None).count() == 0
    assert stopped.all().count() == 0
