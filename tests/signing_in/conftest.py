"""People of the demo, who here have passwords, and browsers that sign in for real."""

import re
from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

PASSWORD = "paard-batterij-nietje"

Account = Callable[[str], User]


@pytest.fixture(autouse=True)
def _pages(db: None, settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.signing_in.urls"
    settings.LOGIN_REDIRECT_URL = "tasks"


@pytest.fixture(autouse=True)
def _one_half_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test begins in one half minute and ends in the next, where codes differ."""
    now = [*totp.yield_hotp_counters_from_time()]
    monkeypatch.setattr(totp, "yield_hotp_counters_from_time", lambda: iter(now))


@pytest.fixture
def client() -> Client:
    """One that does no more than it is asked."""
    return Client()


@pytest.fixture
def account() -> Account:
    """Of somebody by the name in the fixture, with a password."""

    def find(username: str) -> User:
        user = User.objects.get(username=username)
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
        return user

    return find


def log_in(client: Client, username: str, password: str = PASSWORD) -> str:
    """Where somebody is after filling in name and password."""
    answer = client.post("/inloggen/", {"login": username, "password": password}, follow=True)
    return str(answer.redirect_chain[-1][0] if answer.redirect_chain else "/inloggen/")


def code_of(secret: str) -> str:
    """What an authenticator app would show now."""
    [counter] = totp.yield_hotp_counters_from_time()
    return str(totp.format_hotp_value(totp.hotp_value(secret, counter)))


def enrol_app(client: Client) -> str:
    """Set up an authenticator app, and give its secret."""
    page = client.get("/account/app/").content.decode()
    found = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    assert found, page
    assert client.post("/account/app/", {"code": code_of(found[1])}).status_code == 302
    return found[1]
