"""Local accounts: who comes in with a password, and what a wrong one tells."""

import re

import pytest
from django.core import mail
from django.test import Client

from config import settings as product
from tests.signing_in.conftest import PASSWORD, Account, log_in

WRONG = "De gebruikersnaam of het wachtwoord klopt niet."
TOO_OFTEN = "Te veel pogingen."


def test_an_anonymous_visitor_is_sent_to_the_sign_in_page_and_back_again(client: Client, account: Account) -> None:
    account("femke")
    answer = client.get("/?filter=open")
    assert answer.headers["Location"] == "/inloggen/?next=/%3Ffilter%3Dopen"
    page = client.get(answer.headers["Location"]).content.decode()
    assert 'name="next" value="/?filter=open"' in page
    answer = client.post(answer.headers["Location"], {"login": "femke", "password": PASSWORD})
    assert answer.headers["Location"] == "/?filter=open"


def test_a_part_of_a_page_that_htmx_asks_for_becomes_a_whole_sign_in_page(client: Client) -> None:
    asking = {"HX-Request": "true", "HX-Current-URL": "http://testserver/?filter=open"}
    answer = client.get("/", headers=asking)
    assert answer.headers["HX-Redirect"] == "/inloggen/?next=/%3Ffilter%3Dopen"


def test_nobody_is_sent_on_to_another_site(client: Client, account: Account) -> None:
    account("femke")
    answer = client.post("/inloggen/?next=https://elders.example/", {"login": "femke", "password": PASSWORD})
    assert answer.headers["Location"] == "/"


def test_who_is_unknown_and_who_mistypes_read_the_same(client: Client, account: Account) -> None:
    account("femke")
    blocked = account("olaf")
    blocked.is_active = False
    blocked.save()
    pages = set()
    for username in ("femke", "niemand", "olaf"):
        page = client.post("/inloggen/", {"login": username, "password": "mis"}).content.decode()
        assert WRONG in page
        pages.add(re.sub(rf'{username}|value="\w{{64}}"|\w{{64}}', "", page))
    assert len(pages) == 1


def test_after_five_wrong_passwords_the_right_one_does_not_help_for_a_while(client: Client, account: Account) -> None:
    account("femke")
    for _ in range(5):
        assert WRONG in client.post("/inloggen/", {"login": "femke", "password": "mis"}).content.decode()
    assert TOO_OFTEN in client.post("/inloggen/", {"login": "femke", "password": PASSWORD}).content.decode()


def test_the_count_is_kept_for_unknown_names_too(client: Client) -> None:
    for _ in range(5):
        client.post("/inloggen/", {"login": "niemand", "password": "mis"})
    assert TOO_OFTEN in client.post("/inloggen/", {"login": "niemand", "password": "mis"}).content.decode()


def test_what_was_typed_as_a_name_is_not_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    client.post("/inloggen/", {"login": "mijn-geheime-wachtwoord", "password": "ook-geheim"})
    assert "Sign-in failed" in caplog.text
    assert "geheim" not in caplog.text


def test_logging_out_takes_a_form_and_ends_the_session(client: Client, account: Account) -> None:
    account("femke")
    assert log_in(client, "femke") == "/"
    assert "Wilt u uitloggen?" in client.get("/uitloggen/").content.decode()
    assert client.get("/").status_code == 200
    answer = client.post("/uitloggen/", follow=True)
    assert "U bent uitgelogd." in answer.content.decode()
    assert client.get("/").status_code == 302


def test_nobody_can_make_an_account_or_link_one(client: Client, account: Account) -> None:
    account("femke")
    log_in(client, "femke")
    for path in ("/signup/", "/accounts/signup/", "/account/email/", "/social/connections/", "/3rdparty/"):
        assert client.get(path).status_code == 404


def test_a_forgotten_password_is_replaced_by_mail(client: Client, account: Account) -> None:
    femke = account("femke")
    femke.email = "femke@mgr.example"
    femke.save()
    client.post("/wachtwoord/vergeten/", {"email": "femke@mgr.example"})
    [message] = mail.outbox
    assert message.subject == "Rolzuiver: Nieuw wachtwoord kiezen"
    link = re.search(r"testserver(/wachtwoord/nieuw/\S+)", str(message.body))
    assert link
    form = client.get(link[1]).headers["Location"]
    short = client.post(form, {"password1": "kort", "password2": "kort"}).content.decode()
    assert "12 tekens" in short
    new = "een-heel-ander-wachtwoord"
    assert "opgeslagen" in client.post(form, {"password1": new, "password2": new}, follow=True).content.decode()
    assert log_in(client, "femke", new) == "/"
    assert "al gebruikt of verlopen" in Client().get(link[1]).content.decode()


@pytest.mark.parametrize("address", ["niemand@mgr.example", "gijs@venlo.example"])
def test_asking_for_a_new_password_does_not_tell_who_has_one(client: Client, account: Account, address: str) -> None:
    """Gijs signs in at his own organisation, and gets no second way in."""
    gijs = account("gijs")
    gijs.email = "gijs@venlo.example"
    gijs.set_unusable_password()
    gijs.save()
    answer = client.post("/wachtwoord/vergeten/", {"email": address}, follow=True)
    assert "Kijk in uw e-mail" in answer.content.decode()
    assert mail.outbox == []


def test_a_password_can_be_changed_by_who_knows_it(client: Client, account: Account) -> None:
    account("femke")
    log_in(client, "femke")
    new = "een-heel-ander-wachtwoord"
    wrong = client.post("/account/wachtwoord/", {"oldpassword": "mis", "password1": new, "password2": new})
    assert "niet uw huidige wachtwoord" in wrong.content.decode()
    answer = client.post(
        "/account/wachtwoord/", {"oldpassword": PASSWORD, "password1": new, "password2": new}, follow=True
    )
    assert "Uw wachtwoord is gewijzigd." in answer.content.decode()


def test_passwords_are_kept_with_argon2() -> None:
    assert product.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def test_a_forged_form_is_refused_with_what_to_do(account: Account) -> None:
    femke = account("femke")
    client = Client(enforce_csrf_checks=True)
    client.force_login(femke)
    answer = client.post("/uitloggen/")
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Dit formulier is verlopen" in page
    assert "cookie not set" not in page.lower()


@pytest.mark.parametrize("path", ["/inloggen/", "/wachtwoord/vergeten/", "/demo/"])
def test_the_sign_in_pages_run_nothing_that_stands_in_the_page(client: Client, path: str) -> None:
    page = client.get(path)
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    for attributes, content in re.findall(r"<script([^>]*)>(.*?)</script>", page.content.decode(), re.DOTALL):
        assert "src=" in attributes or 'type="application/json"' in attributes, content
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page.content.decode())
