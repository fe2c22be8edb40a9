"""Whoever decides shows a second factor: an app with codes or a passkey."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.test import Client

from audit.clock import today
from config.signing_in.standing import must_have_second_factor
from roles import services
from roles.models import Appointment, Person
from tests.signing_in.authenticator import SoftwareAuthenticator
from tests.signing_in.conftest import PASSWORD, Account, code_of, enrol_app, log_in

NEEDED = "Stel daarom eerst een tweede stap in"

WHO = [
    ("noor", True, "PHO and AB"),
    ("karim", True, "chairs the DB"),
    ("anouk", True, "secretary of the PHO, records what it decides"),
    ("petra", True, "RMT, client"),
    ("els", True, "municipal account manager, client"),
    ("helene", True, "director, decides by mandate"),
    ("bea", True, "administrator, appoints those who decide"),
    ("femke", False, "procurement adviser"),
    ("naomi", False, "lawyer"),
    ("victor", True, "auditor, may take noodtoegang"),
    ("mallory", False, "no appointment at all"),
]


@pytest.mark.parametrize(("username", "needed", "why"), WHO)
def test_who_decides_must_have_a_second_factor(username: str, needed: bool, why: str) -> None:
    assert must_have_second_factor(User.objects.get(username=username)) is needed, why


@pytest.mark.parametrize(
    ("flow", "step", "needed"),
    [
        ("register", "keep_mandates", True),
        ("register", "see_audit", False),
        ("commissioning", "acceptance", True),
        ("commissioning", "intake", False),
    ],
)
def test_whom_the_regeling_lets_keep_its_register_or_decide_by_mandate_must_have_one(
    flow: str, step: str, needed: bool
) -> None:
    naomi = Appointment.objects.select_related("position__body__scheme", "person__user").get(
        person__user__username="naomi"
    )
    body = naomi.position.body
    services.bind_step(scheme=body.scheme, flow=flow, step=step, role=naomi.position.role, body=body)
    assert naomi.person.user
    assert must_have_second_factor(naomi.person.user) is needed


def test_a_superuser_must_have_one_without_any_seat() -> None:
    assert must_have_second_factor(User(pk=0, is_superuser=True))


def test_who_stands_in_for_one_who_decides_must_have_one_too() -> None:
    helene = Person.objects.get(user__username="helene").appointments.get()
    femke = Person.objects.select_related("user").get(user__username="femke")
    assert femke.user
    assert not must_have_second_factor(femke.user)
    services.substitute(
        appointment=helene, person=femke, valid_from=today(), valid_until=today() + timedelta(7), reason="vakantie"
    )
    assert must_have_second_factor(femke.user)


@pytest.mark.long
def test_without_one_there_is_nothing_to_reach_but_setting_one_up(client: Client, account: Account) -> None:
    account("noor")
    assert log_in(client, "noor") == "/account/"
    for path in ("/", "/account/wachtwoord/", "/account/passkeys/", "/account/herstelcodes/"):
        answer = client.get(path, follow=True)
        assert answer.redirect_chain == [("/account/", 302)]
        assert NEEDED in answer.content.decode()
    assert client.post("/", {"stem": "voor"}).headers["Location"] == "/account/"
    assert client.get("/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/account/"


@pytest.mark.long
def test_an_app_is_set_up_with_a_code_and_asked_for_at_the_next_sign_in(client: Client, account: Account) -> None:
    account("noor")
    log_in(client, "noor")
    secret = enrol_app(client)
    codes = re.findall(r"<li><code>(\d{8})</code></li>", client.get("/account/herstelcodes/").content.decode())
    assert len(codes) == 10
    assert "maar één" in client.get("/account/herstelcodes/").content.decode()
    assert client.get("/").status_code == 200

    client.post("/uitloggen/")
    assert log_in(client, "noor") == "/inloggen/tweede-stap/"
    assert client.get("/").status_code == 302
    assert "klopt niet" in client.post("/inloggen/tweede-stap/", {"code": "000000"}).content.decode()
    code = code_of(secret)
    assert client.post("/inloggen/tweede-stap/", {"code": code}).headers["Location"] == "/"
    assert client.get("/").content.decode() == "De taken van noor"

    client.post("/uitloggen/")
    log_in(client, "noor")
    assert "klopt niet" in client.post("/inloggen/tweede-stap/", {"code": code}).content.decode(), "used already"
    assert client.post("/inloggen/tweede-stap/", {"code": codes[0]}).headers["Location"] == "/"

    client.post("/uitloggen/")
    log_in(client, "noor")
    assert "klopt niet" in client.post("/inloggen/tweede-stap/", {"code": codes[0]}).content.decode(), "once only"


@pytest.mark.long
def test_guessing_codes_stops_after_five(client: Client, account: Account) -> None:
    account("noor")
    log_in(client, "noor")
    secret = enrol_app(client)
    client.post("/uitloggen/")
    log_in(client, "noor")
    for _ in range(5):
        client.post("/inloggen/tweede-stap/", {"code": "000000"})
    assert "Te veel pogingen" in client.post("/inloggen/tweede-stap/", {"code": code_of(secret)}).content.decode()


def test_the_secret_of_an_app_is_not_readable_in_the_database(client: Client, account: Account) -> None:
    account("noor")
    log_in(client, "noor")
    secret = enrol_app(client)
    for authenticator in Authenticator.objects.all():
        assert secret not in json.dumps(authenticator.data)


def test_the_drawing_to_scan_stands_in_the_page_itself(client: Client, account: Account) -> None:
    account("noor")
    log_in(client, "noor")
    page = client.get("/account/app/").content.decode()
    assert "<svg" in page
    assert "data:image" not in page


def test_whoever_decides_cannot_remove_the_last_one(client: Client, account: Account) -> None:
    account("noor")
    log_in(client, "noor")
    enrol_app(client)
    answer = client.post("/account/app/verwijderen/")
    assert "hebt daarom altijd een tweede stap nodig" in answer.content.decode()
    assert Authenticator.objects.filter(user__username="noor", type="totp").exists()


def test_who_does_not_decide_may_have_one_and_remove_it(client: Client, account: Account) -> None:
    account("femke")
    log_in(client, "femke")
    enrol_app(client)
    answer = client.post("/account/app/verwijderen/", follow=True)
    assert "De app is verwijderd." in answer.content.decode()


@pytest.mark.long
def test_a_session_that_began_before_it_was_set_up_begins_again(client: Client, account: Account) -> None:
    """Somebody else may have the password; setting up a second factor shuts them out at once."""
    account("noor")
    other = Client()
    log_in(other, "noor")
    log_in(client, "noor")
    enrol_app(client)
    answer = other.get("/account/app/", follow=True)
    assert answer.redirect_chain[-1][0] == "/inloggen/?next=/account/app/"
    assert "Log opnieuw in en gebruik die" in answer.content.decode()


@pytest.mark.long
def test_changing_how_one_signs_in_asks_again_after_five_minutes(client: Client, account: Account) -> None:
    account("femke")
    log_in(client, "femke")
    assert client.get("/account/app/").status_code == 200
    _let_time_pass(client, 301)
    answer = client.get("/account/app/")
    assert answer.headers["Location"] == "/account/bevestigen/?next=%2Faccount%2Fapp%2F"
    wrong = client.post("/account/bevestigen/", {"password": "mis", "next": "/account/app/"})
    assert "klopt niet" in wrong.content.decode()
    right = client.post("/account/bevestigen/", {"password": PASSWORD, "next": "/account/app/"})
    assert right.headers["Location"] == "/account/app/"
    assert client.get("/account/app/").status_code == 200


@pytest.fixture
def passkey() -> SoftwareAuthenticator:
    return SoftwareAuthenticator("https://testserver")


@pytest.mark.long
def test_a_passkey_is_a_second_factor(client: Client, account: Account, passkey: SoftwareAuthenticator) -> None:
    account("noor")
    log_in(client, "noor")
    answer = _add(client, passkey)
    assert "De passkey is toegevoegd." in client.get(answer.headers["Location"]).content.decode()
    assert client.get("/").status_code == 200
    assert "Werklaptop" in client.get("/account/passkeys/").content.decode()

    client.post("/uitloggen/")
    assert log_in(client, "noor") == "/inloggen/tweede-stap/"
    options = _options(client.get("/inloggen/tweede-stap/"))["request_options"]
    answer = client.post("/inloggen/tweede-stap/", {"credential": json.dumps(passkey.get(options))}, secure=True)
    assert answer.headers["Location"] == "/"
    assert client.get("/").content.decode() == "De taken van noor"


def test_a_passkey_alone_signs_in_too(client: Client, account: Account, passkey: SoftwareAuthenticator) -> None:
    account("noor")
    log_in(client, "noor")
    _add(client, passkey)
    client.post("/uitloggen/")
    asked = client.get("/inloggen/passkey/", headers={"Accept": "application/json"}).json()
    answer = client.post(
        "/inloggen/passkey/", {"credential": json.dumps(passkey.get(asked["request_options"]))}, secure=True
    )
    assert answer.headers["Location"] == "/"
    assert client.get("/").content.decode() == "De taken van noor"


WRONG_PASSKEYS = [
    ("another key", lambda answer, other: other | {"id": answer["id"], "rawId": answer["rawId"]}),
    ("nonsense", lambda answer, other: {"id": "x"}),
    ("nothing", lambda answer, other: None),
    ("a list", lambda answer, other: [answer]),
]


@pytest.mark.long
@pytest.mark.parametrize(("what", "twist"), WRONG_PASSKEYS)
def test_a_wrong_passkey_is_refused(
    client: Client, account: Account, passkey: SoftwareAuthenticator, what: str, twist: Any
) -> None:
    account("noor")
    log_in(client, "noor")
    _add(client, passkey)
    client.post("/uitloggen/")
    log_in(client, "noor")
    options = _options(client.get("/inloggen/tweede-stap/"))["request_options"]
    given = twist(passkey.get(options), SoftwareAuthenticator("https://testserver").get(options))
    answer = client.post("/inloggen/tweede-stap/", {"credential": json.dumps(given)}, secure=True)
    assert answer.status_code == 200, what
    assert client.get("/").status_code == 302


def test_a_passkey_of_a_look_alike_site_is_refused(client: Client, account: Account) -> None:
    account("noor")
    log_in(client, "noor")
    answer = _add(client, SoftwareAuthenticator("https://testserver.elders.example"))
    assert answer.status_code == 200
    assert not Authenticator.objects.filter(user__username="noor").exists()


@pytest.mark.long
def test_the_last_passkey_stays_with_who_decides(
    client: Client, account: Account, passkey: SoftwareAuthenticator
) -> None:
    account("noor")
    log_in(client, "noor")
    _add(client, passkey)
    [found] = Authenticator.objects.filter(user__username="noor", type="webauthn")
    page = f"/account/passkeys/{found.pk}/verwijderen/"
    assert "niet meer inloggen" in client.get(page).content.decode()
    assert "hebt daarom altijd een tweede stap nodig" in client.post(page, follow=True).content.decode()
    enrol_app(client)
    assert "De passkey is verwijderd." in client.post(page, follow=True).content.decode()


def test_nobody_sees_or_removes_the_passkey_of_another(
    client: Client, account: Account, passkey: SoftwareAuthenticator
) -> None:
    account("noor")
    account("femke")
    log_in(client, "noor")
    _add(client, passkey)
    [found] = Authenticator.objects.filter(user__username="noor", type="webauthn")
    other = Client()
    log_in(other, "femke")
    assert other.post(f"/account/passkeys/{found.pk}/verwijderen/").status_code == 404


def _add(client: Client, passkey: SoftwareAuthenticator) -> Any:
    options = _options(client.get("/account/passkeys/toevoegen/"))["creation_options"]
    given = {"name": "Werklaptop", "credential": json.dumps(passkey.create(options))}
    return client.post("/account/passkeys/toevoegen/", given, secure=True)


def _options(page: Any) -> Any:
    found = re.search(r'<script id="js_data" type="application/json">(.*?)</script>', page.content.decode())
    assert found, page.content.decode()
    return json.loads(found[1])


def _let_time_pass(client: Client, seconds: int) -> None:
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= seconds
    session.save()
