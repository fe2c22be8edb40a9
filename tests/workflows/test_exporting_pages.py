"""Exporteren: asked for on a page, made by the worker, got by who asked, and gone when it has to be."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import FileResponse
from django.urls import reverse

from audit import clock
from audit.models import Act
from cases.models import Case
from config.demo.players import hat
from escalation.queue import waiting
from roles import services
from roles.authorize import NotAllowed
from tests.database import after
from tests.pages.world import World, worlds
from tests.workflows.visits import signed_in
from workflows import taken_out
from workflows.exporting import forget, keeping
from workflows.exporting.choosing import Wish
from workflows.exporting.formats import FORMATS
from workflows.exporting.readers import Reader
from workflows.jobs import make_export
from workflows.models import Export
from workflows.register import Keeper

pytestmark = [pytest.mark.django_db, after(worlds)]

PATH = "/audit/exporteren/"


@pytest.fixture
def world(played: Any) -> World:
    found: World = played["limburg-noord"]
    return found


def asked(username: str = "victor", *, case: Case | None = None, format: str = "csv", **changes: Any) -> Export:
    where = f"{PATH}?zaak={case.pk}" if case else PATH
    response = signed_in(username).post(where, {"hat": hat(username).pk, "format": format, **changes})
    assert response.status_code == 302, response.content.decode()
    return Export.objects.latest("pk")


def got(export: Export, username: str = "victor") -> bytes:
    response = signed_in(username).get(f"{PATH}{export.pk}/bestand/")
    assert isinstance(response, FileResponse)
    return b"".join(response)


def test_it_is_asked_for_made_and_got(world: World) -> None:
    export = asked(kind="commission")
    assert waiting("workflows.make_export") == 1
    page = signed_in("victor").get(f"{PATH}{export.pk}/").content.decode()
    assert f"0 van {export.total}" in page
    assert 'hx-trigger="every 2s"' in page
    assert signed_in("victor").get(f"{PATH}{export.pk}/bestand/").status_code == 404
    keeping.make(export.pk)
    export.refresh_from_db()
    assert (export.state, export.done) == ("done", export.total)
    content = got(export)
    assert len(content) == export.size
    numbers = Case.objects.filter(scheme=world.closed.scheme, kind="commission").values_list("number", flat=True)
    assert all(f"\r\n{number};".encode() in content for number in numbers)
    assert not (taken_out.folder_of(export.pk) / "delen").exists()
    page = signed_in("victor").get(f"{PATH}{export.pk}/").content.decode()
    assert f"{PATH}{export.pk}/bestand/" in page
    assert "hx-trigger" not in page


def test_asking_is_an_act_in_the_hat_that_was_worn(world: World) -> None:
    export = asked(case=world.closed, format="pdf")
    act = Act.objects.filter(verb="export_cases").latest("pk")
    assert (act.chain, act.capacity) == (world.closed.scheme.chain, "supervisor")
    assert act.data["format"] == "pdf"
    assert act.data["of"] == [world.closed.pk] == export.case_ids
    assert export.name == f"{world.closed.number}.pdf"
    assert export.what == f"zaak {world.closed.number} van {world.closed.scheme}"


@pytest.mark.long
def test_a_worker_that_was_killed_leaves_off_and_the_next_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "FORMATS", {"csv": _small("csv")})
    export = asked()
    real, turns = keeping._progress(export), iter(range(1000))

    def killed(of: Export) -> Callable[[int, int], None]:
        def told(done: int, total: int) -> None:
            real(done, total)
            if next(turns) == 3:
                raise KeyboardInterrupt

        return told

    with monkeypatch.context() as patched:
        patched.setattr(keeping, "_progress", killed)
        with pytest.raises(KeyboardInterrupt):
            keeping.make(export.pk)
    export.refresh_from_db()
    assert (export.state, export.done) == ("busy", 3)
    keeping.make(export.pk)
    export.refresh_from_db()
    whole = asked()
    keeping.make(whole.pk)
    assert (export.state, got(export)) == ("done", got(whole))


def _small(format: str) -> Any:
    """A part for each case."""
    return replace(FORMATS[format], in_part=1)


def test_a_long_one_lets_others_pass(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "FORMATS", {"csv": _small("csv")})
    monkeypatch.setattr(keeping, "PATIENCE", -1.0)
    export = asked()
    keeping.make(export.pk)
    export.refresh_from_db()
    assert export.goes_on
    assert waiting("workflows.make_export") == 2


def test_breaking_it_off_throws_away_what_there_was(
    world: World, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    export = asked()
    folder = taken_out.folder_of(export.pk)
    (folder / "delen").mkdir(parents=True)
    with django_capture_on_commit_callbacks(execute=True):
        assert signed_in("victor").post(f"{PATH}{export.pk}/afbreken/").status_code == 302
    assert not folder.exists()
    keeping.make(export.pk)
    export.refresh_from_db()
    assert export.state == "cancelled"
    assert not folder.exists()


def test_what_is_forgotten_while_it_is_made_is_not_made(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "FORMATS", {"csv": _small("csv")})
    export = asked()
    real, turns = keeping._progress(export), iter(range(1000))

    def forgotten(of: Export) -> Callable[[int, int], None]:
        def told(done: int, total: int) -> None:
            if next(turns) == 2:
                assert forget([world.closed.pk]) == 1
            real(done, total)

        return told

    monkeypatch.setattr(keeping, "_progress", forgotten)
    keeping.make(export.pk)
    export.refresh_from_db()
    assert export.state == "forgotten"
    assert not taken_out.folder_of(export.pk).exists()


@pytest.mark.parametrize("format", list(FORMATS))
def test_of_a_case_that_is_seen_no_more_nothing_is_made_and_that_is_said(world: World, format: str) -> None:
    export = asked(case=world.buying, format=format)
    services.end_appointment(appointment=hat("victor"), last_day=clock.today(), reason="Opdracht teruggegeven")
    with clock.moved_to(clock.now() + timedelta(days=1)):
        keeping.make(export.pk)
    export.refresh_from_db()
    assert (export.state, export.goes_on) == ("unseen", False)
    assert not taken_out.folder_of(export.pk).exists()
    told = signed_in("victor").get(f"{PATH}{export.pk}/").text
    assert "U mocht deze zaak niet meer zien toen het bestand werd gemaakt" in told
    assert "Downloaden" not in told
    assert signed_in("victor").get(f"{PATH}{export.pk}/bestand/").status_code == 404


@pytest.mark.long
def test_what_was_left_out_of_a_file_is_told_also_by_a_worker_that_took_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "FORMATS", {"csv": _small("csv")})
    export = asked()
    before = export.total
    real, turns = keeping._progress(export), iter(range(1000))

    def stopped(of: Export) -> Callable[[int, int], None]:
        def told(done: int, total: int) -> None:
            if next(turns) == 2:
                raise keeping.Later
            real(done, total)

        return told

    seen = Reader.cases
    monkeypatch.setattr(Reader, "cases", lambda self: seen(self).exclude(pk=world.small.pk))
    with monkeypatch.context() as patch:
        patch.setattr(keeping, "_progress", stopped)
        keeping.make(export.pk)
    keeping.make(export.pk)
    export.refresh_from_db()
    assert (export.state, export.left_out) == ("done", 1)
    told = signed_in("victor").get(f"{PATH}{export.pk}/").text
    assert "1 zaak ontbreekt: u mocht haar niet meer zien" in told
    assert f"{before - 1} zaken, " in told


def test_only_what_holds_the_case_is_forgotten(world: World) -> None:
    holding, other = asked(case=world.closed), asked(case=world.voting)
    for export in (holding, other):
        keeping.make(export.pk)
    assert forget([world.closed.pk]) == 1
    assert not taken_out.folder_of(holding.pk).exists()
    assert signed_in("victor").get(f"{PATH}{holding.pk}/bestand/").status_code == 404
    assert got(other)


def test_after_a_week_it_is_gone(world: World) -> None:
    export = asked(case=world.closed)
    keeping.make(export.pk)
    stray = taken_out.folder_of(export.pk + 1000)
    stray.mkdir()
    assert taken_out.expire() == 1
    assert got(export)
    with clock.moved_to(clock.now() + timedelta(days=7, minutes=1)):
        assert taken_out.expire() == 1
    assert not Export.objects.filter(pk=export.pk).exists()
    assert list(Path(taken_out.folder_of(1)).parent.iterdir()) == []


def test_what_fails_for_good_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    export = asked(case=world.closed)

    def broken(export_id: int) -> None:
        raise RuntimeError

    monkeypatch.setattr("workflows.jobs.make_one", broken)
    for attempts in range(3):
        context: Any = type("Context", (), {"job": type("Job", (), {"attempts": attempts})})
        with pytest.raises(RuntimeError):
            make_export(context, export_id=export.pk)
        export.refresh_from_db()
        assert (export.state == "failed") is (attempts == 2)
    assert "Het is driemaal geprobeerd" in signed_in("victor").get(f"{PATH}{export.pk}/").content.decode()


@pytest.mark.parametrize("username", ["marleen", "gijs", "bea", "mallory", "noor"])
def test_for_whom_it_is_not_there_is_no_such_page(world: World, username: str) -> None:
    export = asked()
    for path in (PATH, f"{PATH}{export.pk}/", f"{PATH}{export.pk}/bestand/"):
        assert signed_in(username).get(path).status_code == 404
    assert signed_in(username).post(f"{PATH}{export.pk}/afbreken/").status_code == 404


@pytest.mark.long
def test_an_export_is_of_who_asked_for_it_alone(world: World) -> None:
    export = asked()
    keeping.make(export.pk)
    for path in (f"{PATH}{export.pk}/", f"{PATH}{export.pk}/bestand/"):
        assert signed_in("helene").get(path).status_code == 404
    assert export.name not in signed_in("helene").get(PATH).content.decode()


def test_a_case_of_another_regeling_or_none_at_all_is_not_found(world: World, played: Any) -> None:
    other = played["centraal-gelderland"].closed
    for asked_for in (other.pk, 987_654_321, "x", "9" * 40, "\0", "-1"):
        assert signed_in("victor").get(PATH, {"zaak": asked_for}).status_code == 404
    client = signed_in("victor")
    assert client.post(f"{PATH}?zaak={other.pk}", {"hat": hat("victor").pk, "format": "csv"}).status_code == 404
    ids = set(Case.objects.filter(scheme=world.closed.scheme).values_list("pk", flat=True))
    assert set(asked().case_ids) <= ids


@pytest.mark.parametrize(
    "changes",
    [
        {"format": ""}, {"format": "exe"}, {"format": "\0"}, {"kind": "x" * 200_000}, {"since": "2026-13-45"},
        {"since": "\0"}, {"since": "9" * 500}, {"state": "\ud800"}, {"hat": "987654321"}, {"hat": "x"},
        {"since": "22-11-2099"},
    ],
)  # fmt: skip
def test_bad_input_gets_a_message_and_nothing_else(world: World, changes: dict[str, str]) -> None:
    fields = {"hat": str(hat("victor").pk), "format": "csv", **changes}
    body = "&".join(f"{name}={value}" for name, value in fields.items())
    response = signed_in("victor").post(
        PATH, body.encode("utf-8", "surrogatepass"), content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code in (400, 422)
    assert Export.objects.count() == 0


def test_nobody_fills_the_queue(world: World) -> None:
    for _ in range(keeping.MOST_AT_ONCE):
        asked(case=world.closed)
    fields = {"hat": hat("victor").pk, "format": "csv"}
    response = signed_in("victor").post(PATH, fields)
    assert response.status_code == 422
    assert "Wacht tot er een klaar is" in response.content.decode()


def test_a_service_asks_who_may(world: World) -> None:
    me = User.objects.get(username="marleen")
    keeper = Keeper(user_id=me.pk, appointment_id=hat("marleen").pk)
    with pytest.raises(NotAllowed):
        keeping.ask(keeper=keeper, scheme=world.closed.scheme, format="csv", wish=Wish())


def test_a_case_leads_there_for_who_may(world: World) -> None:
    path = reverse("case", args=[world.voting.pk])
    link = f"{PATH}?zaak={world.voting.pk}"
    assert link in signed_in("victor").get(path).content.decode()
    assert link not in signed_in("marleen").get(path).content.decode()
    assert world.voting.number in signed_in("victor").get(link).content.decode()
