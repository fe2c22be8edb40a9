"""The pages of keys: each keyholder by their own account; to anybody else there is no such address."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import caches
from django.urls import reverse

from escalation.whistleblowing.models import Keyholder
from escalation.whistleblowing.services import holders, keys
from tests.client import Client
from tests.whistleblowing.keyholders import Channel, enrol, new_handler, reads, seat, vault_of, words_of
from tests.whistleblowing.rows import a_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lane")]

OTHER = "een heel andere wachtzin dan die"
PAGES = [
    "open-vault", "shut-vault", "report-keys", "decide-about-key", "enrol-report-key", "change-report-passphrase",
    "renew-report-key", "lost-report-key", "withdraw-report-key",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _nobody_tried() -> None:
    caches["memory"].clear()


class Visitor:
    """Somebody at their screen."""

    def __init__(self, username: str) -> None:
        self.client = Client()
        self.client.force_login(User.objects.get(username=username))

    def open(self, passphrase: str) -> "Visitor":
        assert self.send("open-vault", passphrase=passphrase).status_code == 302
        return self

    def page(self, name: str = "report-keys") -> str:
        return self.client.get(reverse(name)).content.decode()

    def send(self, name: str, **fields: Any) -> Any:
        return self.client.post(reverse(name), fields)

    def decide(self, what: str, about: int, **fields: Any) -> Any:
        return self.send("decide-about-key", what=what, about=str(about), **fields)


def without_token(answer: Any) -> str:
    return re.sub(r'(?<="X-CSRFToken": ")[^"]*|(?<=csrfmiddlewaretoken" value=")[^"]*', "", answer.content.decode())


def chosen(passphrase: str) -> dict[str, str]:
    return {"passphrase": passphrase, "again": passphrase, "known": "on"}


@pytest.mark.long
@pytest.mark.parametrize("username", ["ilse", "bea", ""])
def test_to_others_there_is_no_such_page(username: str) -> None:
    client = Client(enforce_csrf_checks=True)
    if username:
        client.force_login(User.objects.get(username=username))
    for ask in (client.get, client.post, client.put):
        unknown = ask("/meldpunt/bestaat/niet/")
        for page in PAGES:
            ours = ask(reverse(page))
            assert ours.status_code == unknown.status_code == 404
            assert without_token(ours) == without_token(unknown)
            assert ours.headers == unknown.headers


def test_a_form_of_another_site_does_nothing() -> None:
    enrol("silke")
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(username="silke"))
    assert client.post(reverse("open-vault"), {"passphrase": words_of("silke")}).status_code == 403
    assert "kluis" not in client.cookies


@pytest.mark.long
def test_a_handler_makes_a_key_opens_the_vault_and_shuts_it() -> None:
    silke = Visitor("silke")
    assert "U hebt nog geen sleutel" in silke.page()
    assert "nog niet open" in silke.page()
    assert silke.send("enrol-report-key", **chosen(words_of("silke"))).status_code == 302
    assert silke.send("open-vault", passphrase="dat is hem niet").status_code == 422
    answer = silke.send("open-vault", passphrase=words_of("silke"))
    cookie = answer.cookies["kluis"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/meldpunt/", True, "Strict")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Kluis sluiten" in silke.page()
    silke.send("shut-vault")
    assert "Kluis openen" in silke.page()


def test_the_vault_of_somebody_else_is_not_open_to_who_signs_in_after_them() -> None:
    Channel()
    silke = Visitor("silke").open(words_of("silke"))
    silke.client.force_login(User.objects.get(username="tariq"))
    assert "Kluis openen" in silke.page()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"passphrase": "kort", "again": "kort"}, "ten minste 16 tekens"),
        ({"passphrase": OTHER, "again": "iets heel anders dan dat"}, "niet dezelfde"),
        ({"passphrase": OTHER, "again": OTHER, "known": ""}, "zelf bewaart"),
        ({"passphrase": "mijn login wachtwoord!", "again": "mijn login wachtwoord!"}, "inlogwachtwoord"),
        ({"passphrase": "x" * 200_000, "again": "x" * 200_000}, "300"),
        ({"passphrase": "zestien tekens \x00 en nog wat", "again": ""}, "Null"),
        ({}, "verplicht"),
    ],
)
def test_words_that_will_not_do_are_refused_in_dutch(fields: dict[str, str], reason: str) -> None:
    user = User.objects.get(username="silke")
    user.set_password("mijn login wachtwoord!")
    user.save()
    answer = Visitor("silke").send("enrol-report-key", **({"known": "on"} | fields))
    assert answer.status_code == 422
    assert reason.lower() in answer.content.decode().lower()
    assert Keyholder.objects.count() == 0


def test_the_escrow_key_is_shown_once_and_opens_no_vault() -> None:
    otto = Visitor("otto")
    assert otto.send("enrol-report-key").status_code == 422
    answer = otto.send("enrol-report-key", ready="on")
    assert "Schrijf deze wachtzin nu over" in answer.content.decode()
    assert otto.send("open-vault", passphrase=OTHER).status_code == 302
    assert "kluis" not in otto.client.cookies
    assert otto.send("enrol-report-key", ready="on").status_code == 422


@pytest.mark.long
def test_after_ten_tries_one_waits() -> None:
    enrol("silke")
    silke = Visitor("silke")
    answers = [silke.send("open-vault", passphrase=f"poging {number}") for number in range(11)]
    assert [each.status_code for each in answers] == [422] * 10 + [429]
    assert silke.send("open-vault", passphrase=words_of("silke")).status_code == 429
    assert "Wacht tien minuten" in answers[-1].content.decode()


@pytest.mark.long
def test_a_new_handler_is_admitted_with_the_reports_that_were_ticked() -> None:
    people = Channel()
    given, kept = (a_report(people.silke, people.tariq, people.otto) for _ in range(2))
    new_handler()
    fresh = enrol("dagmar")
    silke = Visitor("silke")
    assert silke.decide("admit", fresh.pk).url == reverse("open-vault")
    silke.open(words_of("silke"))
    asked = silke.decide("admit", fresh.pk).content.decode()
    assert f"{str(kept.id)[:4]}-{str(kept.id)[4:8]}".upper() in asked
    assert silke.decide("admit", fresh.pk, confirmed="1", reports=[str(given.id)]).status_code == 422
    assert silke.decide("admit", fresh.pk, confirmed="1", sure="on", reports=["onzin"]).status_code == 422
    assert silke.decide("admit", fresh.pk, confirmed="1", sure="on", reports=[str(given.id)]).status_code == 302
    assert reads(vault_of("dagmar")) == {str(given.id)}
    assert "Meldingen delen" in silke.decide("share", fresh.pk).content.decode()
    assert silke.decide("share", fresh.pk, confirmed="1", sure="on", reports=[str(kept.id)]).status_code == 302
    assert reads(vault_of("dagmar")) == {str(given.id), str(kept.id)}
    assert silke.decide("share", fresh.pk).status_code == 302, "there is nothing left to share"


@pytest.mark.long
def test_two_end_the_key_of_a_third() -> None:
    people = Channel()
    silke = Visitor("silke").open(words_of("silke"))
    assert silke.decide("propose_end", people.tariq.pk, confirmed="1", sure="on").status_code == 302
    [proposal] = holders.proposals(people.silke.channel, people.silke)
    assert silke.decide("end", proposal.pk, confirmed="1", sure="on").status_code == 422
    otto = Visitor("otto")
    assert "Beëindigen" in otto.page()
    assert otto.decide("end", proposal.pk, confirmed="1", sure="on", passphrase=OTHER).status_code == 422
    assert otto.decide("end", proposal.pk, confirmed="1", sure="on", passphrase=people.paper).status_code == 302
    assert seat("tariq").holder is None
    assert (
        "er niet meer"
        in otto.client.post(
            reverse("decide-about-key"), {"what": "end", "about": str(proposal.pk)}, follow=True
        ).content.decode()
    )


@pytest.mark.long
def test_a_proposal_is_turned_down() -> None:
    people = Channel()
    Visitor("silke").open(words_of("silke")).decide("propose_end", people.tariq.pk, confirmed="1", sure="on")
    [proposal] = holders.proposals(people.silke.channel, people.silke)
    answer = Visitor("hanna").open(words_of("hanna")).decide("reject", proposal.pk, confirmed="1", sure="on")
    assert answer.status_code == 302
    assert holders.proposals(people.silke.channel, people.silke) == []
    assert seat("tariq").holder


@pytest.mark.long
def test_a_lost_passphrase_is_recovered_on_the_pages() -> None:
    people = Channel()
    made = a_report(people.silke, people.tariq, people.otto)
    assert Visitor("silke").send("lost-report-key", **chosen(OTHER)).status_code == 302
    assert "Wacht op herstel" in Visitor("silke").page()
    [proposal] = holders.proposals(people.silke.channel, people.tariq)
    tariq = Visitor("tariq").open(words_of("tariq"))
    assert tariq.decide("approve_recovery", proposal.pk, confirmed="1", sure="on").status_code == 302
    answer = Visitor("otto").decide("recover", proposal.pk, confirmed="1", sure="on", passphrase=people.paper)
    assert answer.status_code == 302
    assert reads(vault_of("silke", OTHER)) == {str(made.id)}


def test_a_key_is_renewed_and_its_passphrase_changed_on_the_pages() -> None:
    Channel()
    silke = Visitor("silke").open(words_of("silke"))
    assert silke.send("change-report-passphrase", old=words_of("silke"), **chosen(OTHER)).status_code == 302
    assert "Kluis openen" in silke.page()
    assert silke.send("renew-report-key", old=words_of("silke"), **chosen(words_of("silke"))).status_code == 422
    assert silke.send("renew-report-key", old=OTHER, **chosen(words_of("silke"))).status_code == 302
    silke.open(words_of("silke"))


def test_the_keeper_renews_or_replaces_the_escrow_key() -> None:
    people = Channel()
    otto = Visitor("otto")
    assert otto.send("renew-report-key", old=OTHER, ready="on").status_code == 422
    assert "Schrijf" in otto.send("renew-report-key", old=people.paper, ready="on").content.decode()
    assert keys.missing(people.silke.channel) == []
    assert "Een behandelaar laat" in otto.send("lost-report-key", ready="on").content.decode()
    assert otto.send("withdraw-report-key").status_code == 302
    assert keys.missing(people.silke.channel) == []


@pytest.mark.long
def test_whatever_is_sent_is_answered_in_words() -> None:
    enrol("silke")
    silke = Visitor("silke").open(words_of("silke"))
    sent = [("admit", about) for about in ("", "0", "-1", "9" * 40, "x", "\x00", "²", "1" * 200_000)]
    sent += [(what, "1") for what in ("end", "recover", "", "onzin", "\x00")]
    for what, about in sent:
        answer = silke.client.post(
            reverse("decide-about-key"), {"what": what, "about": about, "confirmed": "1"}, follow=True
        )
        assert answer.status_code == 200
        assert "er niet meer" in answer.content.decode()


def test_pages_of_a_keyholder_without_a_key_lead_to_the_overview() -> None:
    silke = Visitor("silke")
    for page in ("open-vault", "change-report-passphrase", "renew-report-key", "lost-report-key"):
        assert silke.client.get(reverse(page)).status_code == 302
    assert "nog geen sleutel" in silke.client.post(reverse("withdraw-report-key"), follow=True).content.decode()
