"""Cases that the cast played, replayed by their acts; what is kept of that; the page and the command that show it."""

import json
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.services import acting
from audit.verify import verify
from cases.models import Case
from roles.models import StepBinding
from tests.client import Client
from tests.database import after
from tests.pages.world import World, worlds
from workflows import services
from workflows.conformance import keeping
from workflows.conformance.replay import What
from workflows.models import LeadTime, Replay

pytestmark = [pytest.mark.django_db, after(worlds)]


@pytest.fixture
def world(played: dict[str, World]) -> World:
    return played["limburg-noord"]


def all_cases() -> list[int]:
    return list(Case.objects.order_by("pk").values_list("pk", flat=True))


def with_an_act_less(monkeypatch: pytest.MonkeyPatch, case: Case, step: str) -> None:
    """As if somebody had taken an act out of its chain."""
    read = keeping._acts

    def less(numbers: Any) -> Any:
        found = read(numbers)
        found[case.pk] = [act for act in found[case.pk] if not (act.step.endswith(f"/{step}") and act.outcome)]
        return found

    monkeypatch.setattr(keeping, "_acts", less)


def test_every_case_that_was_played_fits(world: World) -> None:
    found = list(keeping.replayed(all_cases()))
    assert [(each.number, each.result.deviations) for each in found if not each.result.fits] == []
    assert len(found) == len(all_cases())


def test_who_is_bound_to_a_step_later_does_not_change_what_was_right_then(world: World) -> None:
    case = world.closed
    with acting(chain=case.scheme.chain, verb="bind_step", actor="system"):
        for binding in StepBinding.objects.filter(scheme=case.scheme, flow=case.process.flow_class.code):
            binding.delete()
    [found] = keeping.replayed([case.pk])
    assert (found.result.deviations, found.result.fitness) == ((), 1.0)
    assert verify().findings == []


def test_an_act_that_is_not_there_is_missed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with_an_act_less(monkeypatch, world.closed, "intake")
    [found] = keeping.replayed([world.closed.pk])
    [first] = found.result.deviations
    assert (first.what, first.label, first.missing) == (What.NOT_DUE, "approach/proposed", ("approach",))
    assert found.result.fitness < 1


def test_replaying_takes_as_many_queries_for_many_cases_as_for_one(world: World) -> None:
    def counted(ids: list[int]) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert list(keeping.replayed(ids))
        return len(captured)

    assert counted(all_cases()) == counted([world.closed.pk]) == 3


def test_what_is_kept_follows_the_chains(world: World) -> None:
    assert keeping.catch_up() == len(all_cases())
    assert keeping.catch_up() == 0
    case = world.voting
    services.comment(
        user_id=case.submitted_by.person.user_id or 0,
        case_id=case.pk,
        appointment_id=case.submitted_by_id,
        words="Dag.",
    )
    assert list(keeping.grown().values_list("pk", flat=True)) == [case.pk]
    assert keeping.catch_up() == 1
    assert Replay.objects.count() == len(all_cases())


def test_lead_times_are_kept_once_for_each_step_that_was_done(world: World) -> None:
    keeping.catch_up()
    kept = LeadTime.objects.filter(replay=world.closed.pk).count()
    keeping.keep(list(keeping.replayed([world.closed.pk])))
    assert LeadTime.objects.filter(replay=world.closed.pk).count() == kept > 0


def seen_by(client: Client, username: str, **asked: str) -> Any:
    client.force_login(User.objects.get(username=username))
    return client.get(reverse("conformance"), asked)


def test_the_page_says_where_a_case_deviates(world: World, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with_an_act_less(monkeypatch, world.closed, "intake")
    keeping.catch_up()
    page = seen_by(client, "victor")
    assert str(world.closed.title) in page.text
    assert "was niet aan de beurt; aan de beurt was" in page.text


def test_of_one_version_it_shows_ways_times_and_the_picture(world: World, client: Client) -> None:
    keeping.catch_up()
    page = seen_by(client, "victor", proces="commissioning/2")
    for words in ("Varianten", "Doorlooptijd per stap", "Gemeentelijke afstemming", "is-heat-4", "Mediaan"):
        assert words in page.text


def test_it_counts_in_as_many_queries_whatever_there_is(world: World, client: Client) -> None:
    seen_by(client, "victor", proces="commissioning/2")
    with CaptureQueriesContext(connection) as empty:
        seen_by(client, "victor", proces="commissioning/2")
    keeping.catch_up()
    with CaptureQueriesContext(connection) as full:
        seen_by(client, "victor", proces="commissioning/2")
    assert len(full) - len(empty) in (0, 1)  # the ways themselves, once there are some


@pytest.mark.parametrize(
    "asked",
    [
        {"proces": "commissioning/99"}, {"proces": "\x00"}, {"regeling": "9" * 40}, {"van": "gisteren"},
        {"pagina": "-3"}, {"proces": "x" * 20_000}, {"van": "2026-13-45", "tot": "\x00"},
    ],
)  # fmt: skip
def test_what_nobody_can_ask_is_left_out(world: World, client: Client, asked: dict[str, str]) -> None:
    assert seen_by(client, "victor", **asked).status_code == 200


def test_the_command_tells_the_same_as_json_and_in_words(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with_an_act_less(monkeypatch, world.closed, "intake")
    said = StringIO()
    call_command("conformance", scheme="limburg-noord", json=True, stdout=said)
    found = json.loads(said.getvalue())
    deviating = [each for each in found["cases"] if not each["fits"]]
    assert [each["case"] for each in deviating] == [world.closed.pk]
    assert sum(row["cases"] for row in found["flows"]) == Case.objects.filter(scheme__code="limburg-noord").count()
    words = StringIO()
    call_command("conformance", case=str(world.closed.pk), stdout=words)
    assert "was niet aan de beurt" in words.getvalue()
    assert "0 van 1 volgen het proces" in words.getvalue()


@pytest.mark.parametrize(
    "asked", [{"case": "OPD-0000"}, {"flow": "nergens"}, {"scheme": "nergens"}, {"case": "9" * 40}]
)
def test_the_command_says_what_there_is_not(world: World, asked: dict[str, str]) -> None:
    with pytest.raises(CommandError, match="Er is geen"):
        call_command("conformance", **asked)
