"""How long a session holds: until somebody's seats change."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from audit import clock
from audit.clock import today
from config.signing_in.jobs import forget_sessions
from config.signing_in.standing import standing
from roles import services
from roles.models import Appointment, Person, Position
from tests.client import Client as SignedIn

CHANGED = "Uw benoemingen zijn gewijzigd."


@pytest.fixture
def femke() -> SignedIn:
    """Procurement adviser; decides nothing."""
    return _signed_in("femke")


def _signed_in(username: str) -> SignedIn:
    client = SignedIn()
    client.force_login(User.objects.get(username=username))
    return client


def _person(username: str) -> Person:
    return Person.objects.get(user__username=username)


def _end(appointment: Appointment) -> None:
    services.end_appointment(appointment=appointment, last_day=today() - timedelta(1), reason="Uit dienst")


def _appoint(person: Person) -> None:
    adviser = Position.objects.get(role__code="procurement_adviser", body__scheme__code="limburg-noord")
    services.appoint(person=person, position=adviser, valid_from=today())


def _stand_in(person: Person) -> None:
    lawyer = Appointment.objects.get(position__role__code="lawyer", position__body__scheme__code="limburg-noord")
    services.substitute(appointment=lawyer, person=person, valid_from=today(), valid_until=today(), reason="Ziekte")


CHANGES: list[tuple[str, str, Callable[[Person], None]]] = [
    ("an appointment ends", "femke", lambda person: _end(person.appointments.get())),
    ("an appointment begins", "mallory", _appoint),
    ("a substitution begins", "femke", _stand_in),
]


@pytest.mark.parametrize(("what", "username", "change"), CHANGES)
def test_a_session_ends_when_its_bearers_seats_change(
    what: str, username: str, change: Callable[[Person], None]
) -> None:
    client = _signed_in(username)
    assert client.get("/").status_code == 200
    change(_person(username))
    answer = client.get("/?filter=open", follow=True)
    assert answer.redirect_chain == [("/inloggen/?next=/%3Ffilter%3Dopen", 302)], what
    assert CHANGED in answer.content.decode()


def test_the_session_of_somebody_else_goes_on(femke: SignedIn) -> None:
    _end(_person("olaf").appointments.get())
    assert femke.get("/").status_code == 200


def test_a_form_that_is_being_sent_in_is_not_lost(femke: SignedIn) -> None:
    """authorize() judges it by the seats of now; the page after that asks to sign in again."""
    _end(_person("femke").appointments.get())
    assert femke.post("/", {"toelichting": "lang verhaal"}).status_code == 200
    assert femke.get("/").status_code == 302


def test_a_form_of_who_came_to_decide_without_a_second_factor_is_held_up(client: Client) -> None:
    mallory = User.objects.get(username="mallory")
    client.force_login(mallory)
    director = Position.objects.get(role__code="director", body__scheme__code="limburg-noord")
    services.appoint(person=_person("mallory"), position=director, valid_from=today())
    assert client.post("/", {"besluit": "akkoord"}).headers["Location"] == "/account/"


@pytest.mark.usefixtures("committed")
def test_a_seat_that_passes_its_date_ends_the_session_by_itself() -> None:
    person = _person("femke")
    services.end_appointment(appointment=person.appointments.get(), last_day=today(), reason="Uit dienst")
    client = _signed_in("femke")
    assert client.get("/").status_code == 200
    with clock.moved_to(datetime.now(UTC) + timedelta(days=1)):
        assert client.get("/").status_code == 302


def test_a_session_that_expired_is_forgotten_at_night(femke: SignedIn) -> None:
    session = femke.session
    session.set_expiry(datetime.now(UTC) - timedelta(minutes=1))
    session.save()
    forget_sessions(timestamp=0)
    assert not Session.objects.filter(pk=session.session_key).exists()


def test_htmx_is_told_to_leave_the_page(femke: SignedIn) -> None:
    _end(_person("femke").appointments.get())
    answer = femke.get("/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/?filter=open"})
    assert answer.headers["HX-Redirect"] == "/inloggen/?next=/%3Ffilter%3Dopen"


def test_a_blocked_account_is_out_at_once(femke: SignedIn) -> None:
    User.objects.filter(username="femke").update(is_active=False)
    assert femke.get("/").status_code == 302


@pytest.mark.parametrize("username", ["noor", "femke", "mallory"])
def test_asking_what_somebody_is_takes_one_query(
    username: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = User.objects.get(username=username)
    with django_assert_num_queries(1):
        standing(user)


def test_the_session_cookie_is_hidden_from_scripts_and_other_sites() -> None:
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
    assert settings.SESSION_EXPIRE_AT_BROWSER_CLOSE
