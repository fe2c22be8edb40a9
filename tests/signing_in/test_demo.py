"""Signing in by clicking on a person: only in the demo."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from config.signing_in.urls import routes

ROOT = Path(__file__).parent.parent.parent
REFUSED = "config.E002"


@pytest.fixture
def demo(settings: Settings) -> None:
    settings.DEMO_LOGIN = True


def test_everybody_stands_in_the_bodies_where_they_sit(client: Client, demo: None) -> None:
    page = client.get("/demo/").content.decode()
    assert page.count('value="karim"') == 3, "PHO, AB and DB"
    for words in ("Noor Timmermans", "PHO-lid", "gemeente Beesel", "voorzitter", "Zonder benoeming", "ziet geen zaken"):
        assert words in page
    assert page.index("Zonder benoeming") < page.index('value="mallory"')


def test_each_regeling_stands_with_its_own_bodies(client: Client, demo: None) -> None:
    page = client.get("/demo/").content.decode()
    places = [page.index(words) for words in ("Limburg-Noord</h2>", "RMT-lid", "Gelderland</h2>", "PFO-lid", "Zonder")]
    assert places == sorted(places)
    assert "themes/" not in page, "who is not signed in sees the product's own look"


def test_the_page_takes_few_queries_however_many_people(
    client: Client, demo: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        client.get("/demo/")


def test_one_click_signs_in_and_another_changes_person(client: Client, demo: None) -> None:
    for username in ("noor", "femke"):
        answer = client.post("/demo/als/", {"username": username})
        assert answer.headers["Location"] == "/"
        assert client.get("/").content.decode() == f"De taken van {username}"
    assert "U werkt nu als Femke" in client.get("/demo/").content.decode()


@pytest.mark.parametrize("username", ["", "niemand", "noor\x00", "1 OR 1=1"])
def test_nobody_becomes_somebody_who_is_not_there(client: Client, demo: None, username: str) -> None:
    assert client.post("/demo/als/", {"username": username}).status_code == 404
    assert client.get("/").status_code == 302


def test_a_link_signs_nobody_in(client: Client, demo: None) -> None:
    assert client.get("/demo/als/?username=noor").status_code == 405


def test_a_forged_click_signs_nobody_in(demo: None) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/demo/als/", {"username": "noor"}).status_code == 403


def test_a_session_of_the_demo_is_worth_nothing_elsewhere(client: Client, settings: Settings) -> None:
    settings.DEMO_LOGIN = True
    client.post("/demo/als/", {"username": "noor"})
    assert client.get("/").status_code == 200
    settings.DEMO_LOGIN = False
    assert client.get("/").headers["Location"] == "/account/"


def test_outside_the_demo_the_pages_do_not_exist() -> None:
    names = {route.name for route in routes(with_demo=False)}
    assert "account_login" in names
    assert names.isdisjoint({"demo_people", "demo_become"})


@pytest.mark.long
@pytest.mark.parametrize(
    ("environment", "refused"),
    [
        ({"DEMO_LOGIN": "1"}, True),
        ({"DEMO_LOGIN": "1", "DEBUG": "1"}, False),
        ({}, False),
    ],
)
def test_a_check_refuses_it_without_debug(environment: Mapping[str, str], refused: bool) -> None:
    clean = {name: value for name, value in os.environ.items() if name not in {"DEBUG", "DEMO_LOGIN"}}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT, env={**clean, "DJANGO_SETTINGS_MODULE": "config.settings", **environment},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (REFUSED in done.stderr) is refused, done.stderr
    assert done.returncode == (1 if refused else 0), done.stderr
