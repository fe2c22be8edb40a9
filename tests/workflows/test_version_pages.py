"""Procesversies, as the administrator sees and uses it: numbers and steps, never what a case is about."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import Case
from config.worker import Worker
from tests.client import Client
from tests.workflows import play
from tests.workflows import versions as samples
from workflows import version_runs
from workflows.flows.commissioning import CommissioningFlow
from workflows.flows.commissioning_2 import CommissioningFlow2
from workflows.models import CaseProcess, VersionRun
from workflows.pages import versions

PLAN = ("version", ["commissioning", 2])
SECRET = "Iets wat de beheerder niet hoort te zien"


@pytest.fixture(autouse=True)
def _on_first_version(monkeypatch: pytest.MonkeyPatch) -> None:
    samples.on_first_version(monkeypatch)


def signed_in(name: str = "bea") -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def page(name: str, args: Any = (), query: dict[str, str] | None = None, *, client: Client | None = None) -> str:
    response = (client or signed_in()).get(reverse(name, args=args), query)
    assert response.status_code == 200
    return text(response)


def some_cases() -> None:
    for title in (SECRET, "Nog een"):
        play.brought_to("intake", title=title)
    samples.asking_colleges()


@pytest.mark.long
@pytest.mark.django_db
def test_she_sees_how_many_run_on_each_version() -> None:
    some_cases()
    shown = page("versions")
    assert "Versie 2 Nieuwe zaken lopen hierop 0 Zet 3 zaken over naar versie 2" in shown
    assert "Versie 1 3" in shown
    assert SECRET not in shown
    assert "Procesversies" in page("register")


@pytest.mark.long
@pytest.mark.django_db
def test_a_trial_that_looks_at_a_part_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    some_cases()
    assert "De proef is een deel" not in page(*PLAN)
    monkeypatch.setattr(versions, "MANY", 2)
    shown = page(*PLAN)
    assert "Er lopen 3 zaken op een andere versie; alleen de eerste 2 zijn nagelopen." in shown
    assert "Zet alle zaken over die mee kunnen" in shown


@pytest.mark.long
@pytest.mark.django_db
def test_the_plan_counts_by_step_and_says_why_not_without_a_word_of_the_cases() -> None:
    some_cases()
    shown = page(*PLAN)
    assert "1 DB-besluit Versie 1 Kan niet mee ‘DB-besluit’ loopt in versie 2 gelijk op met ‘Besluit college’" in shown
    assert "2 Intake Versie 1 Kan mee Niets" in shown
    assert "2 zaken kunnen mee, 1 niet." in shown
    assert "Versie 1: waar zaken nu staan" in shown
    assert "Versie 2: waar zij komen te staan" in shown
    assert "PHO-besluit" in shown.partition("waar zij komen te staan")[2], "in the words of the regeling"
    assert SECRET not in shown
    assert not re.search(r"OPD-\d{4}", shown)


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [({"stap": "intake"}, "2 Intake", "1 DB-besluit"), ({"kan": "nee"}, "1 DB-besluit", "2 Intake")],
)
def test_the_plan_is_narrowed_by_step_and_by_what_comes_of_it(query: dict[str, str], there: str, gone: str) -> None:
    some_cases()
    shown = page(*PLAN, query)
    assert there in shown
    assert gone not in shown


@pytest.mark.long
@pytest.mark.django_db
def test_a_filter_that_is_no_filter_is_said_and_left_out() -> None:
    some_cases()
    assert "2 Intake" in page(*PLAN, {"stap": "elders"})


@pytest.mark.long
@pytest.mark.django_db
def test_it_takes_as_many_queries_for_ten_cases_as_for_two() -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as counted:
            page(*PLAN, client=client)
        return len(counted)

    client = signed_in()
    for _ in range(2):
        play.submitted()
    page(*PLAN, client=client)
    few = queries()
    for _ in range(8):
        play.submitted()
    assert queries() == few


@pytest.mark.long
@pytest.mark.usefixtures("committed")
def test_she_takes_them_over_reads_how_it_went_and_takes_it_back() -> None:
    some_cases()
    client = signed_in()
    hat = str(play.hat("bea").pk)
    answer = client.post(reverse(*PLAN[:1], args=PLAN[1]), {"hat": hat})
    run = VersionRun.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("version-run", args=[run.pk]))
    assert "Bezig: 0 van 3" in page("version-run", [run.pk], client=client)
    Worker().run_until_done()
    shown = page("version-run", [run.pk], client=client)
    assert "2 van 3 zaken zijn overgezet, 1 niet." in shown
    assert "loopt in versie 2 gelijk op met" in shown
    assert SECRET not in shown
    assert CaseProcess.objects.filter(flow_class=CommissioningFlow2).count() == 2
    assert str(play.hat("bea").person) in page("versions", client=client)

    play.take_in(Case.objects.filter(process__flow_class=CommissioningFlow2).order_by("pk")[0])
    assert client.post(reverse("version-run", args=[run.pk]), {"hat": hat}).status_code == 302
    Worker().run_until_done()
    back = VersionRun.objects.get(undoes=run)
    shown = page("version-run", [back.pk], client=client)
    assert "1 van 2 zaken zijn teruggezet, 1 niet." in shown
    assert "sinds de overzetting een stap gezet" in shown
    assert CaseProcess.objects.filter(flow_class=CommissioningFlow).count() == 2


@pytest.mark.long
@pytest.mark.django_db
def test_in_a_hat_that_is_not_hers_nothing_begins() -> None:
    some_cases()
    answer = signed_in().post(reverse(*PLAN[:1], args=PLAN[1]), {"hat": str(play.hat("gijs").pk)})
    assert answer.status_code == 422
    assert not VersionRun.objects.exists()


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("name", ["helene", "victor", "anouk", "marleen", "mallory"])
def test_for_anybody_else_it_is_not_there(name: str) -> None:
    case = play.brought_to("intake")
    run = version_runs.begin(scheme=case.scheme, target=CommissioningFlow2)
    client = signed_in(name)
    for address, args in (("versions", []), PLAN, ("version-run", [run.pk])):
        for method in (client.get, client.post):
            if (address, method) != ("versions", client.post):
                assert method(reverse(address, args=args)).status_code == 404


@pytest.mark.django_db
def test_the_administrator_of_another_regeling_sees_only_her_own() -> None:
    case = play.brought_to("intake")
    run = version_runs.begin(scheme=case.scheme, target=CommissioningFlow2)
    client = signed_in("vera")
    assert "Er loopt geen zaak op een andere versie" in page(*PLAN, {"regeling": "limburg-noord"}, client=client)
    assert client.get(reverse("version-run", args=[run.pk])).status_code == 404


@pytest.mark.django_db
def test_what_is_not_there_is_not_found() -> None:
    client = signed_in()
    for args in (["commissioning", 99], ["anders", 1]):
        assert client.get(reverse("version", args=args)).status_code == 404
