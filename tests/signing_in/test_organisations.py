"""Signing in at one's own organisation (OIDC), against a provider that runs here and behaves, or does not."""

import logging
import time
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from audit.models import Act
from config.security import policy
from config.signing_in.organisations import Organisation, for_allauth
from tests.signing_in.conftest import Account, enrol_app, log_in
from tests.signing_in.provider import CLIENT, SECRET, Provider

ADDRESS = "noor.timmermans@beesel.example"
FAILED = "Inloggen is niet gelukt"
UNKNOWN = "bestaat voor u nog geen account"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider(claims={"email": ADDRESS}) as provider:
        yield provider


@pytest.fixture
def beesel(provider: Provider, settings: Settings) -> Organisation:
    """Known by its e-mail addresses."""
    return _configure(settings, Organisation("beesel", "Gemeente Beesel", provider.url, CLIENT, SECRET,
        domains=("beesel.example",), amr=("mfa",), acr=("hoog",)))  # fmt: skip


@pytest.fixture
def noor() -> User:
    noor = User.objects.get(username="noor")
    noor.email = ADDRESS
    noor.save()
    return noor


def _configure(settings: Settings, *organisations: Organisation) -> Organisation:
    settings.OIDC_PROVIDERS = list(organisations)
    settings.SOCIALACCOUNT_PROVIDERS = for_allauth(organisations)
    return organisations[0]


def _sign_in(client: Client, next_page: str = "/?filter=open") -> HttpResponse:
    """What a browser does: our form, their page, back to ours."""
    answer = client.post("/inloggen/bij/beesel/", {"next": next_page})
    assert answer.status_code == 302, answer.content.decode()
    there = requests.get(answer.headers["Location"], allow_redirects=False, timeout=5)
    back = urlsplit(there.headers["Location"])
    assert back.netloc == "testserver"
    return client.get(f"{back.path}?{back.query}")  # type: ignore[return-value]


def test_the_whole_round_signs_in_the_person_with_that_address(
    client: Client, provider: Provider, beesel: Organisation, noor: User
) -> None:
    provider.claims["amr"] = ["pwd", "mfa"]
    assert "Gemeente Beesel" in client.get("/inloggen/").content.decode()
    assert _sign_in(client).headers["Location"] == "/?filter=open"
    assert client.get("/").content.decode() == "De taken van noor"
    assert provider.asked == [
        "/.well-known/openid-configuration", "/authorize", "/.well-known/openid-configuration", "/token", "/keys",
    ]  # fmt: skip


def test_the_question_carries_pkce_a_state_and_a_nonce(client: Client, beesel: Organisation) -> None:
    question = parse_qs(urlsplit(client.post("/inloggen/bij/beesel/").headers["Location"]).query)
    assert question["code_challenge_method"] == ["S256"]
    assert question["redirect_uri"] == ["https://testserver/inloggen/bij/beesel/terug/"]
    assert all(len(question[name][0]) >= 16 for name in ("code_challenge", "state", "nonce"))


def test_the_request_cannot_change_the_question(client: Client, beesel: Organisation) -> None:
    answer = client.post("/inloggen/bij/beesel/?process=connect&scope=admin&auth_params=nonce%3Dx%26prompt%3Dnone")
    question = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert sorted(question["scope"][0].split()) == ["email", "openid", "profile"]
    assert question["nonce"] != ["x"]
    assert "prompt" not in question


def test_a_link_alone_signs_nobody_in(client: Client, beesel: Organisation) -> None:
    assert "Verder naar Gemeente Beesel" in client.get("/inloggen/bij/beesel/").content.decode()


@pytest.mark.parametrize(
    ("claims", "enough"),
    [
        ({}, False),
        ({"amr": ["pwd"]}, False),
        ({"amr": "mfa"}, False),
        ({"acr": "laag"}, False),
        ({"amr": ["pwd", "mfa"]}, True),
        ({"acr": "hoog"}, True),
    ],
)
def test_a_second_factor_counts_when_the_provider_says_it_asked_for_one(
    client: Client, provider: Provider, beesel: Organisation, noor: User, claims: dict[str, object], enough: bool
) -> None:
    provider.claims |= claims
    _sign_in(client)
    answer = client.get("/")
    assert (answer.status_code == 200) is enough
    if not enough:
        assert answer.headers["Location"] == "/account/"


@pytest.mark.long
def test_who_has_a_second_factor_here_is_asked_for_it_unless_the_provider_did(
    client: Client, account: Account, provider: Provider, beesel: Organisation, noor: User
) -> None:
    account("noor")
    log_in(client, "noor")
    enrol_app(client)
    client.post("/uitloggen/")
    assert _sign_in(client).headers["Location"] == "/inloggen/tweede-stap/"
    client.post("/uitloggen/")
    provider.claims["amr"] = ["mfa"]
    assert _sign_in(client).headers["Location"] == "/?filter=open"


@pytest.mark.parametrize(
    "address",
    ["niemand@beesel.example", "karim@venlo.example", "bestuur@beesel.example", "x@beesel.example.elders.example"],
)
def test_whom_we_do_not_know_reads_so_and_nothing_is_made(
    client: Client, provider: Provider, beesel: Organisation, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor whom this organisation may not speak for, nor an address that two people share."""
    User.objects.filter(username="karim").update(email="karim@venlo.example")
    User.objects.filter(username__in=["els", "petra"]).update(email="bestuur@beesel.example")
    before = User.objects.count()
    provider.claims["email"] = address
    answer = _sign_in(client)
    assert answer.status_code == 403
    assert UNKNOWN in answer.content.decode()
    assert User.objects.count() == before
    assert not SocialAccount.objects.exists()
    assert client.get("/").status_code == 302
    assert address not in caplog.text


def test_a_blocked_account_stays_blocked(client: Client, beesel: Organisation, noor: User) -> None:
    noor.is_active = False
    noor.save()
    assert _sign_in(client).headers["Location"] == "/inloggen/geblokkeerd/"
    assert client.get("/").status_code == 302


def _expired(provider: Provider) -> None:
    provider.claims["exp"] = int(time.time()) - 120


def _another_key(provider: Provider) -> None:
    provider.signs_with = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _no_signature(provider: Provider) -> None:
    provider.without_signature = True


def _another_question(provider: Provider) -> None:
    provider.claims["nonce"] = "van-een-ander"


def _for_another_client(provider: Provider) -> None:
    provider.claims["aud"] = "een-andere-toepassing"


def _to_another_party(provider: Provider) -> None:
    provider.claims |= {"aud": [CLIENT, "ander"], "azp": "ander"}


def _by_another_provider(provider: Provider) -> None:
    provider.claims["iss"] = "https://elders.example"


def _under_another_name(provider: Provider) -> None:
    provider.discovery["jwks_uri"] = f"{provider.url}/weg"


def _nobody(provider: Provider) -> None:
    provider.claims["email"] = ""
    provider.userinfo = {"email": ADDRESS, "sub": "iemand-anders"}


@pytest.mark.parametrize(
    "fault",
    [
        _expired, _another_key, _no_signature, _another_question, _for_another_client, _to_another_party,
        _by_another_provider, _under_another_name, _nobody,
    ],
)  # fmt: skip
def test_a_token_that_is_not_in_order_signs_nobody_in(
    client: Client,
    provider: Provider,
    beesel: Organisation,
    noor: User,
    fault: Callable[[Provider], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "config")
    fault(provider)
    answer = _sign_in(client)
    assert answer.status_code == 401
    assert FAILED in answer.content.decode()
    assert client.get("/").status_code == 302
    assert "Sign-in through beesel failed" in caplog.text
    assert ADDRESS not in caplog.text


def test_an_answer_to_somebody_else_is_refused(
    client: Client, provider: Provider, beesel: Organisation, noor: User
) -> None:
    """The state belongs to the session that asked: nobody is tricked into the session of another."""
    provider.claims["amr"] = ["mfa"]
    answer = client.post("/inloggen/bij/beesel/")
    there = requests.get(answer.headers["Location"], allow_redirects=False, timeout=5)
    back = urlsplit(there.headers["Location"])
    victim = Client()
    assert victim.get(f"{back.path}?{back.query}").status_code == 401
    assert client.get(f"{back.path}?{back.query}").status_code == 302
    assert client.get(f"{back.path}?{back.query}").status_code == 401, "an answer counts once"


def test_what_the_token_does_not_say_is_asked_once_more(
    client: Client, provider: Provider, beesel: Organisation, noor: User
) -> None:
    del provider.claims["email"]
    provider.claims["amr"] = ["mfa"]
    provider.userinfo = {"email": ADDRESS}
    assert _sign_in(client).headers["Location"] == "/?filter=open"
    assert provider.asked[-1] == "/userinfo"


def test_who_stops_half_way_is_back_at_the_sign_in_page(client: Client, beesel: Organisation) -> None:
    state = parse_qs(urlsplit(client.post("/inloggen/bij/beesel/").headers["Location"]).query)["state"][0]
    answer = client.get(f"/inloggen/bij/beesel/terug/?error=access_denied&state={state}", follow=True)
    assert answer.redirect_chain == [("/inloggen/", 302)]
    assert "afgebroken" in answer.content.decode()


def test_a_provider_that_does_not_answer_is_no_error_of_ours(client: Client, settings: Settings) -> None:
    _configure(settings, Organisation("beesel", "Gemeente Beesel", "http://127.0.0.1:9", CLIENT, SECRET))
    answer = client.post("/inloggen/bij/beesel/")
    assert answer.status_code == 401
    assert FAILED in answer.content.decode()


def test_a_provider_that_calls_itself_otherwise_is_refused(
    client: Client, provider: Provider, beesel: Organisation
) -> None:
    provider.discovery["issuer"] = "https://elders.example"
    assert client.post("/inloggen/bij/beesel/").status_code == 401


def test_an_unknown_provider_does_not_exist(client: Client) -> None:
    assert client.get("/inloggen/bij/elders/").status_code == 404
    assert client.get("/inloggen/bij/elders/terug/?code=x&state=y").status_code == 404


@pytest.fixture
def by_number(provider: Provider, settings: Settings) -> Organisation:
    """Known by a number that means nothing elsewhere, linked by the administrator."""
    provider.claims = {"oid": "0f8a-41", "amr": ["mfa"]}
    return _configure(settings, Organisation("beesel", "Gemeente Beesel", provider.url, CLIENT, SECRET,
        claim="oid", amr=("mfa",)))  # fmt: skip


def test_without_domains_only_who_was_linked_comes_in(
    client: Client, provider: Provider, by_number: Organisation, noor: User
) -> None:
    assert UNKNOWN in _sign_in(client).content.decode()
    call_command("link_account", "noor", "beesel", "0f8a-41", verbosity=0)
    assert _sign_in(client).headers["Location"] == "/?filter=open"
    assert client.get("/").content.decode() == "De taken van noor"
    [linked] = SocialAccount.objects.all()
    assert linked.extra_data == {}, "nothing of what the provider tells is kept"
    act = Act.objects.get(verb="link_account")
    assert (act.chain, act.actor) == ("system", "system")
    assert "0f8a-41" not in act.details


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["niemand", "beesel", "1"], "geen account"),
        (["noor", "elders", "1"], "OIDC_PROVIDERS"),
        (["karim", "beesel", "0f8a-41"], "al gekoppeld"),
    ],
)
def test_a_link_that_cannot_be_is_refused(by_number: Organisation, arguments: list[str], complaint: str) -> None:
    call_command("link_account", "noor", "beesel", "0f8a-41", verbosity=0)
    with pytest.raises(CommandError, match=complaint):
        call_command("link_account", *arguments, verbosity=0)


def test_our_form_may_lead_to_the_provider_and_nowhere_else(beesel: Organisation) -> None:
    assert f"form-action 'self' {beesel.origin};" in policy()
