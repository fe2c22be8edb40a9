"""Limburg-Noord as its data founds it, and short ways to name who sits where."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User

from audit import clock
from audit.services import HatLabel, acting
from roles.models import Appointment, Body, Person, Position, Scheme
from roles.models.fields import holding_on
from roles.setup import set_up_fixture


@pytest.fixture
def scheme(db: None) -> Scheme:
    return set_up_fixture("limburg-noord")


@pytest.fixture
def on_2_march_2027(scheme: Scheme) -> Iterator[date]:
    """A day after which the roles of owner and client could have been separated."""
    with clock.moved_to(datetime(2027, 3, 2, 10, tzinfo=ZoneInfo("Europe/Amsterdam"))):
        yield clock.today()


def user(name: str) -> User:
    return User.objects.get(username=name)


def person(name: str) -> Person:
    return Person.objects.select_related("user", "name").get(user__username=name)


def body(code: str) -> Body:
    return Body.objects.select_related("scheme").get(code=code, scheme__code="limburg-noord")


def position(path: str) -> Position:
    """For instance db/db_member."""
    code, role = path.split("/")
    found = Position.objects.select_related("body__scheme", "role", "group")
    return found.get(body__code=code, role__code=role, body__scheme__code="limburg-noord")


def seat(name: str, path: str) -> Appointment:
    """The appointment that somebody holds today."""
    held = Appointment.objects.filter(holding_on(clock.today()), person__user__username=name)
    return held.select_related("position__body__scheme", "person").get(position=position(path))


@pytest.fixture
def acted() -> Callable[..., None]:
    """Somebody did something in a case before."""

    def act(name: str, *, capacity: str, duty: str, chain: str = "case/1") -> None:
        with acting(chain=chain, verb=duty, actor=person(name).actor, duty=duty, hat=HatLabel(capacity=capacity)):
            pass

    return act
