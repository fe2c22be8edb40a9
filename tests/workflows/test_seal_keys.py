"""Keys of openers: enrolled and changed on a page, under words that are kept nowhere."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from audit.models import Act
from cases.models import KeyLock, SealKey
from cases.rules.sealing import Cost
from cases.selectors import tenders as found
from cases.services import seals
from config.demo.players import hat, who
from roles.authorize import NotAllowed
from roles.models import Scheme
from tests.workflows import attack
from tests.workflows.visits import page, signed_in
from workflows import tendering
from workflows.register import Keeper

pytestmark = pytest.mark.django_db
FIRST, SECOND = "vier blauwe fietsen op zolder", "de kat van de buren slaapt nooit"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "cost", lambda: Cost(iterations=1, memory=64))


def send(name: str, address: str, **fields: Any) -> Any:
    me = hat(name)
    return signed_in(name).post(reverse(address), {"hat": str(me.pk), "known": "on"} | fields)


@pytest.mark.long
def test_an_opener_makes_a_key_and_changes_its_words() -> None:
    assert "U hebt nog geen sleutel" in page("dagmar", reverse("seal-keys"))
    assert send("dagmar", "enrol-key", passphrase=FIRST, again=FIRST).status_code == 302
    key = SealKey.objects.get()
    assert key.short in page("dagmar", reverse("seal-keys"))
    seals._unlock(key, FIRST)
    assert send("dagmar", "change-passphrase", old=SECOND, passphrase=SECOND, again=SECOND).status_code == 422
    assert send("dagmar", "change-passphrase", old=FIRST, passphrase=SECOND, again=SECOND).status_code == 302
    key = SealKey.objects.get()
    seals._unlock(key, SECOND)
    with pytest.raises(NotAllowed, match="past niet"):
        seals._unlock(key, FIRST)
    loot = attack.loot()
    assert not loot.holds(FIRST)
    assert not loot.holds(SECOND)
    assert KeyLock.objects.count() == 1, "of an earlier lock nothing is left, not even in a history"
    verbs = Act.objects.filter(chain=hat("dagmar").position.body.scheme.chain).values_list("verb", flat=True)
    assert {"enrol_seal_key", "change_seal_passphrase"} <= set(verbs)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"passphrase": "kort", "again": "kort"}, "ten minste 16 tekens"),
        ({"passphrase": "aaaaaaaaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaaaaaaaa"}, "in eigen woorden"),
        ({"passphrase": FIRST, "again": SECOND}, "niet dezelfde"),
        ({"passphrase": FIRST, "again": FIRST, "known": ""}, "zelf bewaart"),
        ({"passphrase": "mijn login wachtwoord!", "again": "mijn login wachtwoord!"}, "inlogwachtwoord"),
    ],
)
def test_words_that_will_not_do_are_refused(fields: dict[str, str], reason: str) -> None:
    user = User.objects.get(username="dagmar")
    user.set_password("mijn login wachtwoord!")
    user.save()
    response = send("dagmar", "enrol-key", **fields)
    assert response.status_code == 422
    assert reason in response.content.decode()
    assert FIRST not in response.content.decode()
    assert not SealKey.objects.exists()


def test_another_key_ends_the_first_for_what_comes_later() -> None:
    scheme, me = Scheme.objects.get(code="limburg-noord"), hat("dagmar")
    first = tendering.enrol_key(keeper=Keeper(**who(me)), scheme=scheme, passphrase=FIRST)
    second = tendering.enrol_key(keeper=Keeper(**who(me)), scheme=scheme, passphrase=SECOND)
    first.refresh_from_db()
    assert first.ended_at is not None
    assert found.seal_key(me.person_id, scheme.pk) == second


def test_the_escrow_words_are_shown_once_and_kept_nowhere() -> None:
    response = send("bram", "escrow-key", ready="on")
    assert response.status_code == 200
    words = response.context["passphrase"]
    assert words in response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"
    assert not attack.loot().holds(words)
    key = found.escrow_key(Scheme.objects.get(code="limburg-noord").pk)
    assert key is not None
    seals._unlock(key, words)
    assert words not in page("bram", reverse("seal-keys"))


def test_nobody_else_makes_keys() -> None:
    with pytest.raises(NotAllowed):
        tendering.enrol_key(
            keeper=Keeper(**who(hat("marleen"))), scheme=Scheme.objects.get(code="limburg-noord"), passphrase=FIRST
        )
