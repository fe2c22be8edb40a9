"""Every sign-in page: in Dutch, in one piece, and behind the sign-in where that is due."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import User
from django.test import Client

from config.signing_in.urls import SIGN_IN
from tests.client import Client as SignedIn
from tests.signing_in.conftest import PASSWORD, Account

PAGES = [f"/{route.pattern}" for route in SIGN_IN if "<" not in str(route.pattern)]
LEAD_ELSEWHERE = {  # by now
    "/inloggen/tweede-stap/", "/inloggen/passkey/", "/account/app/", "/account/bevestigen/passkey/",
}  # fmt: skip
OPEN = ("/inloggen/", "/uitloggen/", "/wachtwoord/")
ENGLISH = re.compile(r"\b(the|your|you|password|sign|please|enter|key|keys|add|remove)\b", re.IGNORECASE)


@pytest.mark.parametrize("path", PAGES)
def test_an_anonymous_visitor_sees_only_the_pages_that_lead_in(client: Client, path: str) -> None:
    answer = client.get(path)
    sent_to_sign_in = answer.status_code == 302 and answer.headers["Location"].startswith("/inloggen/?next=")
    assert sent_to_sign_in is not path.startswith(OPEN)


@pytest.mark.parametrize("path", [path for path in PAGES if path not in LEAD_ELSEWHERE])
def test_every_page_is_dutch_and_has_one_heading(account: Account, path: str) -> None:
    femke = account("femke")
    TOTP.activate(femke, generate_totp_secret())
    RecoveryCodes.activate(femke)
    browser = SignedIn()
    browser.force_login(femke)
    answer = browser.get(path)
    if answer.status_code == 302:  # for who is not signed in
        answer = Client().get(path)
    page = answer.content.decode()
    assert page.count("<h1") == 1
    text = re.sub(r"<(script|style|svg).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    assert not ENGLISH.findall(text)


def test_a_page_that_is_asked_for_too_often_says_so(client: Client) -> None:
    answers = [client.post("/wachtwoord/vergeten/", {"email": "x@mgr.example"}) for _ in range(6)]
    assert answers[-1].status_code == 429
    assert "Even rustig aan" in answers[-1].content.decode()


def test_a_used_recovery_code_is_counted(account: Account) -> None:
    femke = account("femke")
    TOTP.activate(femke, generate_totp_secret())
    code = RecoveryCodes.activate(femke).generate_codes()[0]
    browser = Client()
    browser.post("/inloggen/", {"login": "femke", "password": PASSWORD})
    browser.post("/inloggen/tweede-stap/", {"code": code})
    assert "nog 9 ongebruikte" in browser.get("/account/").content.decode()
    assert Authenticator.objects.filter(user=User.objects.get(username="femke")).count() == 2
