"""What who reports sees and does at /melden/: from the first page to the last, with all that can go wrong."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.rules import sealing
from escalation.whistleblowing import keyring
from escalation.whistleblowing.models import Envelope, Identity, Keyholder, Message, Report, Term
from escalation.whistleblowing.rules import vault
from escalation.whistleblowing.sealed import sealed
from escalation.whistleblowing.services import identities, sharing
from escalation.whistleblowing.services.keys import Opened
from tests.client import Client
from tests.whistleblowing.cast import Holder, acts_of, private_of, readers, reports, talk_of, waiting
from tests.whistleblowing.reporting import ADDRESS, Reporter
from tests.whistleblowing.rows import a_holder

pytestmark = pytest.mark.usefixtures("lane")


def test_a_report_is_made_without_a_cookie_and_read_by_who_handles_it(
    zwaluw: Reporter, cast: dict[str, Holder]
) -> None:
    receipt = zwaluw.sends(what="De wethouder gunde buiten de procedure om.", who="Een wethouder")
    assert zwaluw.answer.status_code == 200
    assert not zwaluw.client.cookies
    [said] = talk_of(cast["silke"])
    assert said["kind"] == "report"
    assert said["words"] == (
        "Wat is er gebeurd?\nDe wethouder gunde buiten de procedure om.\n\nWie zijn erbij betrokken?\nEen wethouder"
    )
    assert acts_of(cast["tariq"]) == [("receive", {"identity": "anonymous", "without": []})]
    assert "De wethouder gunde" in zwaluw.returns(receipt).page
    assert "uiterlijk" in zwaluw.page


def test_every_page_is_kept_by_nobody_and_runs_nothing(zwaluw: Reporter) -> None:
    receipt = zwaluw.sends(what="Het ging mis.")
    for answer in (zwaluw.answer, Reporter().look().answer, Reporter().returns(receipt).answer):
        headers = answer.headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "script-src" not in headers["Content-Security-Policy"]
        assert "Set-Cookie" not in headers
        page = answer.content.decode()  # type: ignore[attr-defined]
        assert "<script" not in page
        assert "csrfmiddlewaretoken" not in page


def test_who_is_signed_in_is_as_unknown_as_anybody(cast: dict[str, Holder]) -> None:
    client = Client()
    client.force_login(User.objects.get(username="ilse"))
    as_ilse, as_nobody = Reporter(client), Reporter()
    assert as_ilse.look().page == as_nobody.look().page
    assert as_ilse.begins().page.replace(as_ilse.hidden("concept"), "") == as_nobody.begins().page.replace(
        as_nobody.hidden("concept"), ""
    )


def test_what_is_written_can_be_looked_at_and_changed_before_it_is_sent(
    zwaluw: Reporter, cast: dict[str, Holder]
) -> None:
    zwaluw.begins().previews(what="Eerste versie", documents=SimpleUploadedFile("bijlage.txt", b"bewijs"))
    assert "bijlage.txt" in zwaluw.page
    assert not reports(cast)
    zwaluw.does("wijzig")
    assert "Eerste versie" in zwaluw.page
    assert "bijlage.txt" in zwaluw.page
    zwaluw.previews(what="Tweede versie").does("verstuur")
    zwaluw.returns(zwaluw.receipt)
    assert "Tweede versie" in zwaluw.page
    assert zwaluw.downloads() == b"bewijs"


def test_a_file_can_be_left_out_after_all(zwaluw: Reporter) -> None:
    zwaluw.begins().previews(what="Met bestand", documents=SimpleUploadedFile("weg.txt", b"weg")).does("wijzig")
    number = zwaluw.page.partition('name="drop"')[2].partition('value="')[2].partition('"')[0]
    zwaluw.previews(what="Zonder bestand", drop=[number])
    assert "weg.txt" not in zwaluw.page
    assert not waiting()


def test_the_same_page_sent_twice_is_one_report_with_one_receipt(zwaluw: Reporter, cast: dict[str, Holder]) -> None:
    zwaluw.begins().previews(what="Eén keer", documents=SimpleUploadedFile("a.txt", b"a"))
    preview = zwaluw.hidden("concept")
    receipt = zwaluw.does("verstuur").receipt
    again = Reporter().does("verstuur", concept=preview)
    assert again.receipt == receipt
    assert "al verstuurd" in again.page
    assert len(reports(cast)) == 1
    assert again.returns(receipt).downloads() == b"a"


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"what": ""}, "Wat is er gebeurd?"),
        ({"what": "x", "identity": ""}, "Kies hoe u wilt melden."),
        ({"what": "x", "identity": "koning"}, "Kies hoe u wilt melden."),
        ({"what": "x", "identity": "named"}, "Vul uw naam in, of kies voor anoniem."),
        ({"what": "x", "name": "Zwaluw"}, "U koos voor anoniem."),
        ({"what": "x", "contact": "06 12345678"}, "U koos voor anoniem."),
        ({"what": "x" * 20_001}, "20000"),
        ({"what": "x", "without": ["987654321"]}, "Kies uit de namen hieronder."),
        ({"what": "x", "without": ["x"]}, "Kies uit de namen hieronder."),
        ({"what": "x", "documents": SimpleUploadedFile("leeg.txt", b"")}, "dit bestand is leeg."),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_lost(zwaluw: Reporter, given: dict[str, Any], problem: str) -> None:
    zwaluw.begins().previews(**given)
    assert zwaluw.answer.status_code == 422
    assert problem in zwaluw.page
    assert given["what"][:30] in zwaluw.page


@pytest.mark.parametrize(
    "given",
    [
        {}, {"doe": ""}, {"doe": "bestaat-niet"}, {"doe": "bekijk"}, {"doe": "bekijk", "concept": "verzonnen"},
        {"doe": "verstuur", "concept": "x" * 200_000}, {"doe": "nieuw"}, {"doe": "nieuw", "kanaal": "x\x00"},
        {"doe": "terug"}, {"doe": "terug", "receipt": "\x00"}, {"doe": "terug", "receipt": "9" * 200_000},
        {"doe": "terug", "receipt": "١٢٣٤"}, {"doe": "lees"}, {"doe": "lees", "bewijs": "geen hex"},
        {"doe": "lees", "bewijs": "00" * 64}, {"doe": "lees", "bewijs": "0" * 200_000},
        {"doe": "bestand", "bewijs": "00" * 64, "bestand": "../../etc/passwd"},
        {"doe": "antwoord", "bewijs": ""}, {"doe": "sluiten", "bewijs": "\x00"}, {"doe": "sluiten", "bewijs": "zz"},
        {"doe": "x" * 900_000}, {"doe": "x" * 2_000_000},
    ],
)  # fmt: skip
def test_bad_input_gets_a_page_in_dutch(zwaluw: Reporter, given: dict[str, str]) -> None:
    answer = zwaluw.client.post(ADDRESS, given)
    assert answer.status_code in {200, 410, 413, 422}
    assert "Misstand melden" in answer.content.decode()


def test_who_only_asks_whether_the_page_is_there_gets_its_headers(zwaluw: Reporter) -> None:
    whole, head = zwaluw.client.get(ADDRESS), zwaluw.client.head(ADDRESS)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == whole.headers


def test_too_much_is_said_to_be_too_much_and_not_sent(zwaluw: Reporter) -> None:
    body = "doe=verstuur&" + "x" * 2_000_000
    answer = zwaluw.client.generic("POST", ADDRESS, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "Er is niets verstuurd. Ga met uw browser terug" in answer.content.decode()


def test_bytes_that_are_no_form_get_a_page_in_dutch(zwaluw: Reporter) -> None:
    whole = b'--x\r\nContent-Disposition: form-data; name="doe"\r\n\r\nbekijk\r\n'
    file = b'--x\r\nContent-Disposition: form-data; name="documents"; filename="a.txt"\r\n\r\nhalf a fi'
    for body, kind in (
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"), (b"{}", "application/json"),
        (b"", "multipart/form-data"),
        (b"x", "multipart/form-data; boundary=x"), (whole + file, "multipart/form-data; boundary=x"),
        (whole + file, "multipart/form-data; boundary=" + "x" * 500),
    ):  # fmt: skip
        answer = zwaluw.client.generic("POST", ADDRESS, body, content_type=kind)
        assert answer.status_code in {413, 422}, (kind, body)
        assert "Misstand melden" in answer.content.decode()
    assert not waiting()


@pytest.mark.parametrize("given", [{"what": "", "identity": "named"}, {"what": "x", "identity": ""}])
def test_what_was_not_found_right_is_not_sent(zwaluw: Reporter, cast: dict[str, Holder], given: dict[str, Any]) -> None:
    assert zwaluw.begins().does("verstuur").answer.status_code == 422
    zwaluw.begins().previews(**given)
    assert zwaluw.does("verstuur").answer.status_code == 422
    assert not reports(cast)


def test_somebody_who_is_left_out_gets_nothing_and_a_deputy_steps_in(zwaluw: Reporter, cast: dict[str, Holder]) -> None:
    zwaluw.begins()
    assert "Silke Peeters" in zwaluw.page
    assert "Otto Ramakers" not in zwaluw.page
    zwaluw.previews(what="Over Silke", without=[str(cast["silke"].pk)])
    assert "Silke Peeters" in zwaluw.page
    zwaluw.does("verstuur")
    assert readers(cast) == {"tariq", "hanna", "otto"}
    assert acts_of(cast["tariq"])[0][1]["without"] == [cast["silke"].pk]
    with sealed(holder=cast["silke"].pk):
        assert not Report.objects.exists()
        assert not Envelope.objects.exists()
        assert not Message.objects.exists()


def test_who_was_left_out_gets_nothing_by_another_key_either(zwaluw: Reporter, cast: dict[str, Holder]) -> None:
    zwaluw.sends(what="Over Silke", without=[str(cast["silke"].pk)])
    tariq = Opened(cast["tariq"].row, cast["tariq"].private)
    with sealed():
        cast["silke"].row.ended_at = cast["silke"].row.enrolled_at
        cast["silke"].row.save()
    again = a_holder("silke")
    assert sharing.to_give(tariq, again) == []
    assert len(sharing.to_give(tariq, cast["otto"].row)) == 0  # has it
    assert len(sharing.to_give(tariq, a_holder("vera"))) == 1


def test_nobody_can_be_left_out_until_nobody_is_left(zwaluw: Reporter, cast: dict[str, Holder]) -> None:
    everybody = [str(cast[name].pk) for name in ("silke", "tariq", "hanna")]
    zwaluw.begins().previews(what="Allemaal", without=everybody)
    assert zwaluw.answer.status_code == 422
    assert "blijft er niemand over" in zwaluw.page


def test_a_channel_without_keys_says_so_and_points_elsewhere() -> None:
    page = Reporter().look().page
    assert "U kunt hier nu niet melden" in page
    assert "huisvoorklokkenluiders.nl" in page
    assert Reporter().begins().answer.status_code == 422


def test_a_name_in_confidence_is_in_no_message_and_opens_for_two(zwaluw: Reporter, cast: dict[str, Holder]) -> None:
    zwaluw.sends(what="In vertrouwen", identity="confidential", name="Zwaluw Vermeer", contact="06 12345678")
    assert "Zwaluw" not in json.dumps(talk_of(cast["silke"]))
    with sealed(holder=cast["silke"].pk):
        row = Identity.objects.get()
        label = identities.label(row.report_id, row.number)
        silke, otto = (cast[name].row for name in ("silke", "otto"))
        peeled = sealing.peel(row.envelopes, tender=label, private=private_of(cast["silke"]))
        key = sealing.finish(
            peeled, tender=label, first=sealing.fingerprint(bytes(silke.public_key)), private=private_of(cast["otto"])
        )
        about = ("identity", str(row.report_id), str(row.number))
        inner = vault.unbox(keyring.key_of(row.report_id), bytes(row.body), about=("shredded", *about))
        found = json.loads(vault.unpad(vault.unbox(key, inner, about=about)))
    assert otto.kind == Keyholder.Kind.ESCROW
    assert (found["name"], found["contact"]) == ("Zwaluw Vermeer", "06 12345678")


def test_the_terms_begin_with_the_report(zwaluw: Reporter, cast: dict[str, Holder]) -> None:
    zwaluw.sends(what="Iets")
    with sealed(holder=cast["silke"].pk):
        report = Report.objects.get()
        assert {term.kind for term in Term.objects.all()} == {"acknowledge", "inform"}
    assert (report.received_at.minute, report.received_at.second) == (0, 0)
