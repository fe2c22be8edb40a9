"""Several tasks to a colleague: one act for each, and each succeeds or stays by itself."""

from typing import Any

import pytest

from audit.models import Act
from cases.models import Case
from tests.races import at_once
from tests.workflows.browser import send
from tests.workflows.play import align, brought_to, hat, open_task, submitted, take_in, who
from tests.workflows.visits import page, signed_in
from workflows import services
from workflows.models import CaseTask

pytestmark = pytest.mark.django_db

PATH = "/taken/overdragen/"


def waiting(*steps: str) -> list[CaseTask]:
    tasks = []
    for step in steps:
        tasks.append(open_task(brought_to(step), step))
    return tasks


def hand_over(username: str, tasks: list[CaseTask], colleague: str, **changes: object) -> Any:
    form = {
        "taak": [task.pk for task in tasks], "hat": hat(username).pk, "to": hat(colleague).pk, "reason": "Verlof.",
        **changes,
    }  # fmt: skip
    return signed_in(username).post(PATH, form)


def owners(tasks: list[CaseTask]) -> list[str]:
    found = CaseTask.objects.in_bulk([task.pk for task in tasks])
    return [found[task.pk].owner.username if found[task.pk].owner else "" for task in tasks]


def moves() -> int:
    return Act.objects.filter(verb="reassign").count()


def test_each_task_goes_in_an_act_of_its_own() -> None:
    tasks = waiting("intake", "intake", "intake")
    assert "Carla Boots" in page("gijs", PATH, {"taak": [task.pk for task in tasks]})
    response = hand_over("gijs", tasks, "carla")
    assert response.status_code == 200
    assert "Overgedragen aan Carla Boots: 3" in response.content.decode()
    assert owners(tasks) == ["carla"] * 3
    acts = Act.objects.filter(verb="reassign")
    assert {act.chain for act in acts} == {task.case.chain for task in tasks}
    assert {str(act.motivation_text) for act in acts} == {"Verlof."}


def test_what_cannot_go_is_named_with_the_reason_and_the_rest_goes() -> None:
    first, suspended, done, theirs = waiting("intake", "intake", "intake", "intake")
    me = suspended.case.submitted_by
    services.suspend(**who(me), case_id=suspended.case_id, reason="Wacht.")
    services.reassign(
        **who(hat("gijs")), case_id=theirs.case_id, task_id=theirs.pk, to=hat("carla").pk, reason="Verlof."
    )  # fmt: skip
    take_in(done.case)
    before = moves()
    shown = hand_over("gijs", [first, suspended, done, theirs], "carla").content.decode()
    assert "Overgedragen aan Carla Boots: 1" in shown
    assert "Niet overgedragen: 2" in shown
    assert "Deze zaak is opgeschort" in shown
    assert "ligt al bij Carla Boots" in shown
    assert owners([first, suspended, theirs]) == ["carla", "", "carla"]
    assert moves() == before + 1


def test_nobody_hands_over_what_stands_with_another_role() -> None:
    [intake] = waiting("intake")
    mine = open_task(submitted("marleen"), "municipal_alignment")
    for username in ("femke", "marleen", "mallory", "victor"):
        response = signed_in(username).post(PATH, {"taak": intake.pk, "to": hat("carla").pk, "reason": "x", "hat": 1})
        assert response.status_code == 422, username
    both = page("gijs", PATH, {"taak": [intake.pk, mine.pk]})
    assert "1 van de gekozen taken staat niet" in both
    assert moves() == 0


@pytest.mark.long
def test_tasks_of_several_roles_go_a_role_at_a_time() -> None:
    """One secretary of two bodies."""
    steps = ("adopt_approach", "pho_decision")
    tasks = [open_task(brought_to(step, scheme="centraal-gelderland"), step) for step in steps]
    form = {"taak": [task.pk for task in tasks]}
    shown = page("geertruida", PATH, form)
    for task in tasks:
        assert f'<a href="?taak={task.pk}">{task.position} (1)</a>' in shown
        assert "Kies taken van één rol" not in page("geertruida", PATH, {"taak": task.pk})
    hats = {hat("geertruida", "bc-inkoop").pk, hat("geertruida", "pfo-zorg").pk}
    for each in hats:
        answer = signed_in("geertruida").post(PATH, {**form, "hat": each, "to": each, "reason": "Verlof."})
        assert answer.status_code == 422
    assert moves() == 0


def test_a_colleague_is_somebody_in_the_same_role_and_a_reason_is_asked() -> None:
    tasks = waiting("intake")
    for change in ({"to": hat("femke").pk}, {"to": "queue"}, {"reason": " "}, {"hat": hat("femke").pk}, {"to": "x"}):
        assert hand_over("gijs", tasks, "carla", **change).status_code == 422, change
    assert moves() == 0


@pytest.mark.parametrize(
    "asked", [["x"], ["-1"], ["9" * 30], ["\x00"], [""], ["987654321"], [str(n) for n in range(200)]]
)
def test_what_is_no_task_moves_nothing(asked: list[str]) -> None:
    waiting("intake")
    form = {"taak": asked, "to": hat("carla").pk, "reason": "x", "hat": hat("gijs").pk}
    assert signed_in("gijs").post(PATH, form).status_code == 422
    page("gijs", PATH, {"taak": asked})
    assert moves() == 0


def test_the_next_task_is_the_first_that_one_may_do() -> None:
    assert signed_in("gijs").get("/taken/volgende/").headers["Location"] == "/"
    case = submitted("marleen")
    align(case)
    task = open_task(case, "intake")
    assert signed_in("gijs").get("/taken/volgende/").headers["Location"] == f"/opdrachten/{case.pk}/taken/{task.pk}/"
    hand_over("gijs", [task], "carla")
    assert signed_in("gijs").get("/taken/volgende/").headers["Location"] == "/", "a colleague has it"


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_two_who_hand_over_the_same_tasks_at_once_leave_no_half_state() -> None:
    tasks = waiting("intake", "intake")
    clients = [signed_in("gijs"), signed_in("carla")]
    forms = [
        {"taak": [task.pk for task in tasks], "hat": hat(name).pk, "to": hat("carla").pk, "reason": "Verlof."}
        for name in ("gijs", "carla")
    ]  # fmt: skip
    answers = at_once(*(lambda client=client, form=form: client.post(PATH, form)
                        for client, form in zip(clients, forms, strict=True)))  # fmt: skip
    assert [answer.status_code for answer in answers] == [200, 200]
    assert owners(tasks) == ["carla", "carla"]
    assert moves() == 2, "each went once"
    told = " ".join(answer.content.decode() for answer in answers)
    assert told.count("ligt al bij Carla Boots") == 2
    assert Case.objects.count() == 2


def test_whoever_did_a_task_is_led_on_to_the_next() -> None:
    case = submitted("marleen")
    at, path = signed_in("marleen"), f"/opdrachten/{case.pk}/taken/"
    own = CaseTask.objects.get(case=case, finished=None, organisation=hat("marleen").position.body.organisation)
    agreed = dict.fromkeys(("political", "content", "back_office", "operations"), "agree")
    assert send(at, f"{path}{own.pk}/", agreed).status_code == 302
    shown = at.get(f"/opdrachten/{case.pk}/").content.decode()
    assert '<a href="/taken/volgende/">Volgende taak</a>' in shown
