"""Coming back with a receipt: what a reporter may do then, and what they may not."""

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile

from audit import clock
from escalation.whistleblowing import keyring
from escalation.whistleblowing.models import Report, Visit
from escalation.whistleblowing.sealed import sealed
from escalation.whistleblowing.services import returning
from tests.whistleblowing.cast import Holder, acts_of, handler_says, talk_of
from tests.whistleblowing.reporting import Reporter

pytestmark = pytest.mark.usefixtures("lane")


def test_a_name_may_be_given_later_and_consent_given_and_withdrawn(zwaluw: Reporter, cast: dict[str, Holder]) -> None:
    receipt = zwaluw.sends(what="Eerst anoniem")
    zwaluw.returns(receipt)
    assert "toestemming geven" not in zwaluw.page.lower()
    zwaluw.does("naam", identity="named", name="Zwaluw Vermeer", contact="")
    zwaluw.does("toestemming", words="Aan de onderzoeker")
    assert "Trek in" in zwaluw.page
    zwaluw.does("intrekken", sure="on")
    assert "Trek in" not in zwaluw.page
    assert [verb for verb, _ in acts_of(cast["silke"])] == ["receive", "add", "consent", "withdraw_consent"]
    assert acts_of(cast["silke"])[1][1] == {"identity": "named"}
    assert "De melder is: Zwaluw Vermeer" in [said["words"] for said in talk_of(cast["silke"])]


@pytest.mark.parametrize(
    ("what", "given"),
    [
        ("antwoord", {"words": ""}), ("antwoord", {"words": "\x00"}), ("antwoord", {"words": "x" * 20_001}),
        ("naam", {"identity": "anonymous", "name": "Zwaluw"}), ("naam", {"identity": "named", "name": ""}),
        ("toestemming", {"words": " "}), ("intrekken", {}), ("verslag", {"verdict": "wrong", "words": ""}),
        ("verslag", {}),
    ],
)  # fmt: skip
def test_a_form_beside_the_talk_that_is_not_right_says_so(zwaluw: Reporter, what: str, given: dict[str, str]) -> None:
    zwaluw.returns(zwaluw.sends(what="Iets")).does(what, **given)
    assert zwaluw.answer.status_code == 422


def test_a_transcript_is_corrected_then_signed(zwaluw: Reporter, cast: dict[str, Holder]) -> None:
    receipt = zwaluw.sends(what="Liever mondeling")
    for number in ("1a2b", "3c4d"):
        handler_says(cast["silke"], kind="transcript", words=f"Verslag {number}", transcript=number)
        zwaluw.returns(receipt)
        assert f"Verslag {number}" in zwaluw.page
        if number == "1a2b":
            zwaluw.does("verslag", verdict="wrong", words="Het was dinsdag", verslag=number)
        else:
            zwaluw.does("verslag", verdict="right", words="", verslag=number)
        assert "Lees het verslag" not in zwaluw.page
    assert [details for _, details in acts_of(cast["silke"])][1:] == [{"corrects": "1a2b"}, {"signed": "3c4d"}]


@pytest.mark.parametrize("number", ["", "9f9f", "x" * 200_000])
def test_a_transcript_that_is_not_there_is_not_signed(zwaluw: Reporter, number: str) -> None:
    zwaluw.returns(zwaluw.sends(what="Iets")).does("verslag", verdict="right", words="", verslag=number)
    assert zwaluw.answer.status_code == 410
    assert "Dit verslag is er niet." in zwaluw.page


def test_a_visit_ends_when_it_is_closed_and_after_half_an_hour(zwaluw: Reporter) -> None:
    receipt = zwaluw.sends(what="Iets")
    token = zwaluw.returns(receipt).hidden("bewijs")
    with sealed():
        assert Visit.objects.count() == 1
        assert token not in str(bytes(Visit.objects.get().token).hex())
    assert "gesloten" in zwaluw.does("sluiten").page
    assert zwaluw.does("lees", bewijs=token).answer.status_code == 410
    token = zwaluw.returns(receipt).hidden("bewijs")
    with sealed():
        visit = Visit.objects.get()
        assert visit.expires_at - clock.now() >= returning.VISIT
        visit.expires_at = clock.now()
        visit.save()
    assert zwaluw.does("lees", bewijs=token).answer.status_code == 410


def test_a_question_is_called_one_and_what_is_wrong_with_an_answer_is_told_first(
    zwaluw: Reporter, cast: dict[str, Holder]
) -> None:
    receipt = zwaluw.sends(what="Iets")
    handler_says(cast["silke"], kind="question", verb="message", words="Waar was dat?")
    page = zwaluw.returns(receipt).page
    assert "Een vraag aan u" in page
    page = zwaluw.does("naam", identity="", name="").page
    assert "<title>Fout: " in " ".join(page.split())
    assert page.index("Er is niets verstuurd") < page.index("Waar uw melding staat")
    assert page.count("autofocus") == 1, "a browser without a script goes to what is wrong"


def test_half_a_token_opens_nothing(zwaluw: Reporter) -> None:
    token = zwaluw.returns(zwaluw.sends(what="Iets")).hidden("bewijs")
    for other in (token[:64], token[:64] + "0" * 64, token[64:] + token[:64], token + "00"):
        with pytest.raises(returning.Over):
            returning.visitor(other)


def test_a_receipt_may_be_written_as_people_write(zwaluw: Reporter) -> None:
    receipt = zwaluw.sends(what="Gevonden")
    for typed in (receipt, receipt.replace(" ", ""), receipt.replace(" ", "-"), f"  {receipt} "):
        assert "Gevonden" in zwaluw.returns(typed).page


@pytest.mark.long
def test_a_hundred_wrong_receipts_are_told_to_wait_and_leave_nothing(zwaluw: Reporter) -> None:
    right = zwaluw.sends(what="Gevonden")
    wrong = Reporter()
    answers = [wrong.returns(f"{number:016d}").answer.status_code for number in range(100)]
    assert answers == [422] * 20 + [429] * 80
    assert wrong.returns(right).answer.status_code == 429
    caches["memory"].clear()
    assert "Gevonden" in wrong.returns(right).page


def test_a_file_of_another_report_is_not_found(zwaluw: Reporter) -> None:
    mine = zwaluw.sends(what="Van mij", documents=SimpleUploadedFile("mijn.txt", b"mijn"))
    zwaluw.returns(mine)
    number = zwaluw.page.partition('name="bestand"')[2].partition('value="')[2].partition('"')[0]
    other = Reporter()
    other.returns(other.sends(what="Van een ander"))
    assert other.does("bestand", bestand=number).answer.status_code == 410


def test_a_report_whose_shred_key_is_gone_is_as_unknown_as_any(zwaluw: Reporter, cast: dict[str, Holder]) -> None:
    receipt = zwaluw.sends(what="Vernietigd")
    with sealed(holder=cast["silke"].pk):
        keyring.shred(Report.objects.get().pk)
    assert zwaluw.returns(receipt).answer.status_code == 422
