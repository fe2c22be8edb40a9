"""Under seal: what comes in without an account, what all that is kept can open, and two openers who open it."""

import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Stranger
from django.urls import reverse
from pytest_django import Settings

from audit import clock
from audit.models import Act
from cases.models import Case, Document, DocumentVersion, Procurement, SealedTender, Tender, TenderDesk
from cases.rules.sealing import Cost
from cases.selectors import tenders as found
from cases.services import seals
from cases.services.envelopes import folder_of
from config.demo import buying, tendering
from config.demo.players import do, holder, open_task, who
from roles.authorize import NotAllowed
from roles.models import Scheme
from tests.workflows import attack, buy, play
from tests.workflows.visits import signed_in
from workflows import tendering as doing
from workflows.pages import tender as page

pytestmark = pytest.mark.django_db
FIRM, SECRET = "Zorggroep Het Geheime Pad", "ONVINDBARE-ZIN-IN-HET-PLAN"


@pytest.fixture(scope="module")
def quick() -> Iterator[None]:
    """A guess need not cost a second where nobody guesses."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seals, "cost", lambda: Cost(iterations=1, memory=64))
        yield


@pytest.fixture(scope="module")
def market(ground: None, quick: None) -> int:
    """A procurement whose desk is open, under seal."""
    case = buy.brought_to("release")
    tendering.enrol_keys(case.scheme)
    buying.release(case, mode=TenderDesk.Mode.SEALED)
    buying.clarify(case)
    return case.pk


@pytest.fixture
def case(market: int, settings: Settings, tmp_path: Path) -> Case:
    """With a file store of its own: what another test opened lies plain in that one's."""
    settings.MEDIA_ROOT = tmp_path / "files"
    caches["memory"].clear()
    return Case.objects.get(pk=market)


def desk_of(case: Case) -> TenderDesk:
    desk = found.desk_of(Procurement.objects.get(pk=case.pk))
    assert desk is not None
    return desk


def closing(case: Case) -> datetime:
    moment = Procurement.objects.get(pk=case.pk).closing_at
    assert moment is not None
    return moment


def close(case: Case) -> None:
    """The clock ends the wait; tests move it with `clock.moved_to`."""
    buy.let_pass(case)
    assert play.open_steps(case) == ["opening"]


def filled(case: Case, **changes: Any) -> dict[str, Any]:
    """What a firm fills in."""
    lots = Procurement.objects.get(pk=case.pk).lots.all()
    content = b"%PDF-1.4\n" + SECRET.encode() + b"\n" + b"x" * 200_000
    values: dict[str, Any] = {
        "firm": FIRM, "registration": "87654321", "contact": "Vertegenwoordiger X", "email": "geheim@pad.example",
        "documents": SimpleUploadedFile("plan van aanpak.pdf", content), "entitled": "on",
        **{f"price_{lot.pk}": "123.456,78" for lot in lots},
    }  # fmt: skip
    return {name: value for name, value in (values | changes).items() if value is not None}


def post(case: Case, **changes: Any) -> Any:
    return Stranger().post(reverse("tender", args=[desk_of(case).address]), filled(case, **changes))


def code_in(response: Any) -> str:
    return str(response.context["receipt"].code)


def private(me: Any) -> X25519PrivateKey:
    key = found.seal_key(me.person_id, me.position.body.scheme_id)
    assert key is not None
    return seals._unlock(key, tendering.passphrase(me))


def test_a_tender_comes_in_without_an_account_and_nothing_plain_is_written(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a temporary file")

    for name in ("NamedTemporaryFile", "TemporaryFile", "mkstemp", "SpooledTemporaryFile"):
        monkeypatch.setattr(tempfile, name, refuse)
    response = post(case)
    assert response.status_code == 200, response.content.decode()
    assert "Ontvangen en verzegeld" in response.content.decode()
    [sealed] = SealedTender.objects.all()
    assert {file.name for file in folder_of(sealed.folder).iterdir()} == {"manifest", "document-1"}
    assert sealed.digest == response.context["receipt"].digest
    assert "sessionid" not in response.cookies
    assert response.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert not attack.loot().holds(code_in(response))


@pytest.mark.long
def test_all_that_is_kept_opens_nothing_nor_does_one_opener(case: Case) -> None:
    assert post(case).status_code == 200
    tendering.hand_in(case, "Nog een firma", Decimal("0.95"))
    one, two, *_ = tendering.openers(case)
    loot = attack.loot()
    assert not any(loot.holds(words) for words in (FIRM, SECRET, "geheim@pad.example", "123456.78", "Nog een firma"))
    assert not loot.holds(tendering.passphrase(one))
    assert private(one).private_bytes_raw() not in loot.keys
    assert attack.opened(loot) == []
    for me in tendering.openers(case):
        assert attack.opened(loot, with_keys=(private(me),)) == []
        assert attack.opened(loot, words=(tendering.passphrase(me),)) == []
    together = attack.opened(loot, with_keys=(private(one), private(two)))
    assert len(together) == 2, "the attack itself works"
    assert any(FIRM.encode() in each for each in together)


@pytest.mark.long
def test_after_the_first_of_two_still_nothing_opens(case: Case) -> None:
    post(case)
    close(case)
    first, second, third, *_ = tendering.openers(case)
    with clock.moved_to(closing(case) + timedelta(hours=1)):
        task = open_task(case, "opening")
        doing.begin_opening(
            **who(first), case_id=case.pk, task_id=task.pk, passphrase=tendering.passphrase(first)
        )  # fmt: skip
        loot = attack.loot()
        assert not any(loot.holds(words) for words in (FIRM, SECRET, "geheim@pad.example"))
        assert attack.opened(loot) == []
        assert attack.opened(loot, with_keys=(private(first),)) == []
        with pytest.raises(NotAllowed, match="U nam de eerste laag al weg"):
            do(first, case, "opening", "opened", passphrase=tendering.passphrase(first))
        with pytest.raises(NotAllowed, match="past niet"):
            do(second, case, "opening", "opened", passphrase=tendering.passphrase(third))
        assert not Tender.objects.exists()
        do(second, case, "opening", "opened", passphrase=tendering.passphrase(second))
    [tender] = Tender.objects.filter(procurement=case.pk)
    assert str(tender.firm) == FIRM
    [paper] = tender.papers.all()
    [version] = DocumentVersion.objects.filter(document=paper.document)
    assert paper.document.classification == "confidential"
    with version.file.open() as file:
        assert SECRET.encode() in file.read()
    act = Act.objects.get(chain=case.chain, outcome="opened")
    assert version.sha256 in act.documents.split()
    assert Act.objects.filter(chain=case.chain, verb="begin_opening").count() == 1
    assert play.open_steps(case) == ["eligibility"]


@pytest.mark.long
def test_two_openers_open_on_the_page_one_after_the_other(case: Case) -> None:
    post(case)
    close(case)
    first, second, *_ = tendering.openers(case)
    path = reverse("task", args=[case.pk, open_task(case, "opening").pk])
    with clock.moved_to(closing(case) + timedelta(hours=1)):
        for me, told in ((first, "U bent de eerste van twee"), (second, "U bent de tweede van twee")):
            assert me.person.user is not None
            client = signed_in(me.person.user.username)
            assert told in client.get(path).content.decode()
            sent = {"outcome": "opened", "hat": str(me.pk), "key": "own"}
            wrong = client.post(path, sent | {"passphrase": "een andere lange zin"})
            assert wrong.status_code == 422
            assert "past niet op de sleutel" in wrong.content.decode()
            assert "een andere lange zin" not in wrong.content.decode()
            assert client.post(path, sent | {"passphrase": tendering.passphrase(me)}).status_code == 302
    assert [str(each.firm) for each in Tender.objects.filter(procurement=case.pk)] == [FIRM]


def test_the_desk_goes_by_one_clock_and_late_is_late(case: Case) -> None:
    with clock.moved_to(closing(case) - timedelta(seconds=30)):
        code = code_in(post(case))
    with clock.moved_to(closing(case)):
        late = post(case)
        assert late.status_code == 403
        assert "Te laat" in late.content.decode()
        address = desk_of(case).address
        assert Stranger().get(reverse("tender", args=[address])).status_code == 403
        assert (
            Stranger().post(reverse("withdraw-tender", args=[address]), {"code": code, "sure": "on"}).status_code == 403
        )
    assert SealedTender.objects.count() == 1
    published = Procurement.objects.get(pk=case.pk).published_at
    assert published is not None
    with clock.moved_to(published - timedelta(days=1)):
        assert "nog niet open" in post(case).content.decode()
    assert Stranger().get(reverse("tender", args=["a-guess"])).status_code == 404


def test_a_tender_is_replaced_or_withdrawn_by_its_code_alone(
    case: Case, django_capture_on_commit_callbacks: Any
) -> None:
    first = code_in(post(case))
    wrong = post(case, instead_of="abcde-fghjk-mnpqr-stuvw-xyz23")
    assert wrong.status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        second = code_in(post(case, instead_of=f" {first.upper()} "))
    before, after = SealedTender.objects.order_by("pk")
    assert (before.state, after.state) == ("replaced", "sealed")
    assert after.replaces == before
    assert not folder_of(before.folder).exists()
    assert len(list(folder_of(after.folder).parent.iterdir())) == 1, "nothing is left of what was refused"
    where = reverse("withdraw-tender", args=[desk_of(case).address])
    assert Stranger().post(where, {"code": first, "sure": "on"}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert "Ingetrokken" in Stranger().post(where, {"code": second, "sure": "on"}).content.decode()
    assert not folder_of(after.folder).exists()
    assert [act.verb for act in Act.objects.filter(chain=desk_of(case).chain).order_by("seq")] == [
        "hand_in_tender", "replace_tender", "withdraw_tender",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"documents": None}, "Voeg ten minste één document toe"),
        ({"documents": SimpleUploadedFile("leeg.pdf", b"")}, "leeg.pdf” is leeg"),
        ({"documents": SimpleUploadedFile("virus.exe", b"MZ")}, "virus.exe” kan niet"),
        ({"documents": SimpleUploadedFile("plan.pdf", b"PK\x03\x04")}, "heet wel pdf, maar is het niet"),
        ({"documents": SimpleUploadedFile("../../etc/\u202eplan .PDF", b"%PDF-")}, ""),
        ({"documents": SimpleUploadedFile("x" * 400 + ".pdf", b"%PDF-1.4")}, ""),
        ({"documents": [SimpleUploadedFile(f"{n}.pdf", b"%PDF-") for n in range(11)]}, "ten hoogste 10 bestanden"),
        ({"documents": [SimpleUploadedFile(f"{n}.pdf", b"%PDF-") for n in range(13)]}, "ten hoogste 10 bestanden"),
        ({"registration": "12"}, "acht cijfers"),
        ({"firm": "x" * 201}, "200"),
        ({"entitled": None}, "mag inschrijven"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_in_words(case: Case, changes: dict[str, Any], reason: str) -> None:
    response = post(case, **changes)
    if reason:
        assert response.status_code in (413, 422)
        assert reason in response.content.decode()
        assert not SealedTender.objects.exists()
    else:
        assert response.status_code == 200, response.content.decode()


def test_a_file_that_is_too_large_is_told_and_not_kept(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflows.forms.sealing.MOST_EACH", 100_000)
    response = post(case)
    assert response.status_code == 422
    assert "te groot" in response.content.decode()
    assert not SealedTender.objects.exists()


def test_without_a_price_nobody_tenders(case: Case) -> None:
    lots = Procurement.objects.get(pk=case.pk).lots.all()
    response = post(case, **{f"price_{lot.pk}": "" for lot in lots})
    assert "ten minste één perceel" in response.content.decode()


def test_who_knocks_too_often_waits(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "ATTEMPTS", 2)
    assert [post(case, firm="").status_code for _ in range(3)] == [422, 422, 429]


def test_a_changed_seal_is_told_and_the_others_open(case: Case) -> None:
    post(case)
    tendering.hand_in(case, "Firma met geluk", Decimal("0.9"))
    close(case)
    broken = SealedTender.objects.earliest("pk")
    file = folder_of(broken.folder) / "document-1"
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    with clock.moved_to(closing(case) + timedelta(hours=1)):
        tendering.open_together(case)
    states = {str(each.firm): each.state for each in Tender.objects.filter(procurement=case.pk)}
    assert states == {"Onbekend: de verzegeling was beschadigd": "invalid", "Firma met geluk": "opened"}
    act = Act.objects.get(chain=case.chain, outcome="opened")
    assert act.data["broken"] == [broken.digest]


def test_nothing_is_opened_before_the_closing_and_nobody_to_open_is_no_hindrance(case: Case) -> None:
    post(case)
    close(case)
    me = tendering.openers(case)[0]
    with pytest.raises(NotAllowed, match="nog open"):
        doing.begin_opening(
            **who(me), case_id=case.pk, task_id=open_task(case, "opening").pk, passphrase=tendering.passphrase(me)
        )
    SealedTender.objects.all()
    assert not Tender.objects.exists()


def test_a_desk_where_nobody_came_is_opened_by_one(case: Case) -> None:
    close(case)
    do(tendering.openers(case)[0], case, "opening", "opened")
    assert play.open_steps(case) == ["no_tenders"]


@pytest.mark.long
def test_with_fewer_than_four_keys_nothing_is_released_under_seal(ground: None, quick: None) -> None:
    case = buy.brought_to("release", scheme="centraal-gelderland")
    with pytest.raises(NotAllowed, match="ten minste 4 openers met een sleutel") as refused:
        buying.release(case, mode=TenderDesk.Mode.SEALED)
    assert str(tendering.openers(case)[0].person) in str(refused.value)
    assert play.open_steps(case) == ["release"]


def test_the_escrow_key_counts_for_one_and_opens_with_another(case: Case, quick: None) -> None:
    scheme = Scheme.objects.get(pk=case.scheme_id)
    key, words = tendering.enrol_escrow(scheme)
    assert not attack.loot().holds(words)
    procurement = Procurement.objects.get(pk=case.pk)
    ready = found.readiness(procurement)
    assert key in ready.keys
    assert len(ready.keys) == 5
    assert holder(case, "release") is not None
    assert Document.objects.filter(case=case).exists()
