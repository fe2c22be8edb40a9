"""The pages of the meldpunt: what handlers see and send, and that for anybody else there are none."""

import re
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit import clock
from escalation.whistleblowing import files
from escalation.whistleblowing.forms.desk import ASKED
from escalation.whistleblowing.models import Envelope
from escalation.whistleblowing.pages import visits
from escalation.whistleblowing.pages.showing import DONE
from escalation.whistleblowing.rules.flow import STEPS
from escalation.whistleblowing.sealed import ALIAS, sealed
from escalation.whistleblowing.services import clock as notices
from escalation.whistleblowing.services import dossiers, intake, keys, returning
from escalation.whistleblowing.services.intake import Told
from tests.client import Client
from tests.whistleblowing import keyholders
from tests.whistleblowing.desk import NAME, TO_CLOSING, WORD, Desk, brought_to, declare, seen, step

pytestmark = pytest.mark.usefixtures("lane")

PAGES = [
    "reports-desk", "report-orally", "report-certificates", "open-report", "report-dossier", "report-step",
    "report-printed", "report-file",
]  # fmt: skip


@pytest.fixture
def desk(lane: None) -> Desk:
    return Desk()


class Screen:
    """Somebody of the meldpunt, with their vault open."""

    def __init__(self, username: str) -> None:
        self.client = Client()
        self.client.force_login(User.objects.get(username=username))
        holder = keys.held(keyholders.seat(username))
        self.client.cookies[visits.COOKIE] = keys.unlock(holder=holder, passphrase=keyholders.words_of(username))

    def get(self, name: str) -> Any:
        return self.client.get(reverse(name))

    def page(self, name: str = "report-dossier") -> str:
        found = self.get(name)
        assert found.status_code == 200
        return words_in(found)

    def send(self, name: str, **fields: Any) -> Any:
        return self.client.post(reverse(name), fields)

    def open(self, report: UUID) -> "Screen":
        assert self.send("open-report", report=str(report)).status_code == 302
        return self

    def take(self, report: UUID, verb: str, *, number: int, **fields: Any) -> Any:
        return self.send("report-step", report=str(report), step=verb, seen=str(number), send="1", **fields)


@pytest.mark.long
@pytest.mark.parametrize("username", ["ilse", "helene", "victor", "bea", ""])
def test_to_others_there_is_no_such_page(username: str) -> None:
    client = Client()
    if username:
        client.force_login(User.objects.get(username=username))
    for ask in (client.get, client.post):
        nowhere = ask("/nergens/")
        for page in PAGES:
            answer = ask(reverse(page))
            assert answer.status_code == nowhere.status_code == 404, page
            assert without_token(answer) == without_token(nowhere), page


def words_in(answer: Any) -> str:
    words: str = answer.content.decode()
    return words


def without_token(answer: Any) -> bytes:
    return re.sub(rb"\b[A-Za-z0-9]{64}\b", b"", answer.content)


def test_every_step_has_its_words_on_the_form_and_in_the_story() -> None:
    assert ASKED.keys() == STEPS.keys()
    assert STEPS.keys() - {"destroy"} <= DONE.keys()


def test_a_handler_opens_the_vault_first(desk: Desk) -> None:
    client = Client()
    client.force_login(User.objects.get(username="silke"))
    assert client.get("/meldpunt")["Location"] == "/meldpunt/", "also where the last slash is left out"
    answer = client.get(reverse("reports-desk"))
    assert answer.status_code == 302
    assert answer["Location"] == reverse("open-vault")


@pytest.mark.long
def test_a_report_is_found_read_and_handled(desk: Desk) -> None:
    report = desk.report().report
    silke = Screen("silke")
    assert WORD in silke.page("reports-desk")
    page = silke.open(report).page()
    assert WORD in page
    assert "Belangenconflict nagaan" in page
    assert "Ik ben niet betrokken" in words_in(silke.send("report-step", report=str(report), step="check_conflict"))
    assert silke.take(report, "check_conflict", number=0, outcome="free").status_code == 302
    assert silke.take(report, "acknowledge", number=1, words="Dank u.").status_code == 302
    page = silke.page()
    assert "Dank u." in page
    assert "In onderzoek nemen" in page
    answer = silke.get("report-dossier")
    assert "no-store" in answer["Cache-Control"]
    assert str(report) not in reverse("report-dossier")


@pytest.mark.long
def test_every_step_has_a_form_that_goes_through(desk: Desk) -> None:
    report = brought_to(desk, "acknowledge")
    silke = Screen("silke").open(report)
    for number, (verb, outcome, words) in enumerate(TO_CLOSING, start=2):
        form = silke.send("report-step", report=str(report), step=verb)
        assert form.status_code == 200
        assert "Fout: " not in words_in(form)
        answer = silke.take(report, verb, number=number, outcome=outcome, words=words)
        assert answer.status_code == 302, words_in(answer)
    until = clock.today().replace(year=clock.today().year + 1)
    given = {"keep_until": until.isoformat(), "words": "Afgerond."}
    assert silke.take(report, "close", number=8, **given).status_code == 302
    assert "Bewaren en vernietigen" in silke.page()


@pytest.mark.long
def test_what_another_did_meanwhile_is_told_and_nothing_that_was_typed_is_lost(desk: Desk) -> None:
    report = brought_to(desk, "acknowledge")
    silke = Screen("silke").open(report)
    step(desk.tariq, report, "note", "note", "Intussen.")
    answer = silke.take(report, "acknowledge", number=2, words="Dit typte ik.")
    assert answer.status_code == 409
    page = words_in(answer)
    assert "Een ander heeft intussen iets in deze melding vastgelegd" in page
    assert "Dit typte ik." in page
    assert 'name="seen" value="3"' in " ".join(page.split())
    assert silke.take(report, "acknowledge", number=3, words="Dit typte ik.").status_code == 302


def test_a_handler_who_was_removed_gets_a_clear_message_in_the_middle_of_a_form(desk: Desk) -> None:
    report = brought_to(desk, "acknowledge")
    tariq = Screen("tariq").open(report)
    with sealed(holder=desk.tariq.holder.pk):
        Envelope.objects.get(report=report, holder=desk.tariq.holder).delete()
    for answer in (tariq.take(report, "acknowledge", number=2, words=WORD), tariq.get("report-dossier")):
        assert answer.status_code == 404
        assert "Er is niets vastgelegd" in words_in(answer)
    assert seen(desk.silke, report) == 2


LONG = "x" * 200_000


ODD: list[tuple[dict[str, Any], int]] = [
    ({"words": ""}, 422), ({"words": LONG}, 422), ({"words": "a\x00b"}, 422), ({"outcome": "free"}, 422),
    ({"outcome": ""}, 422), ({"seen": ""}, 409), ({"seen": "-1"}, 409), ({"seen": "9" * 400}, 409),
    ({"seen": "\x00"}, 409), ({"report": ""}, 404), ({"report": "\x00"}, 404), ({"report": LONG}, 404),
    ({"step": "nothing"}, 404), ({"step": ""}, 404), ({"step": "acknowledge"}, 422), ({"words": b"\xff\xfe"}, 302),
]  # fmt: skip


@pytest.mark.long
def test_what_nobody_types_gets_an_answer_in_words(desk: Desk) -> None:
    report = brought_to(desk, "admit")
    silke = Screen("silke").open(report)
    given = {"report": str(report), "step": "note", "seen": "3", "send": "1", "outcome": "note", "words": "Goed."}
    answers = [silke.send("report-step", **given | fields).status_code for fields, _ in ODD]
    assert answers == [status for _, status in ODD]


def test_a_form_that_is_too_large_says_so_and_is_not_sent(desk: Desk) -> None:
    screen, report = Screen("silke"), desk.report().report
    before = seen(desk.silke, report)
    answer = screen.open(report).take(report, "aftercare", number=before, text="x" * 2_000_000)
    assert answer.status_code == 413
    assert "Er is niets verstuurd en niets vastgelegd." in words_in(answer)
    assert seen(desk.silke, report) == before


@pytest.mark.long
def test_a_report_of_nobody_is_not_there(desk: Desk) -> None:
    silke = Screen("silke")
    for report in ("", "\x00", "nergens", str(uuid4())):
        assert silke.send("open-report", report=report).status_code == 302
        assert silke.get("report-dossier").status_code == silke.get("report-printed").status_code == 404
        assert silke.send("report-file", report=report, file="x").status_code == 404


def test_another_mans_report_is_not_there_either(desk: Desk) -> None:
    report = desk.report(without=(desk.tariq,)).report
    tariq = Screen("tariq").open(report)
    assert tariq.get("report-dossier").status_code == 404
    assert tariq.take(report, "check_conflict", number=0, outcome="free").status_code == 404
    assert dossiers.name_of(report) not in tariq.page("reports-desk")


@pytest.mark.long
def test_the_identity_is_on_one_page_once(desk: Desk) -> None:
    report = brought_to(desk, "admit")
    silke, tariq = Screen("silke").open(report), Screen("tariq").open(report)
    assert silke.take(report, "request_identity", number=3, words="Nodig.").status_code == 302
    assert "Inzage in identiteit goedkeuren" in tariq.page()
    assert tariq.take(report, "approve_identity", number=4).status_code == 302
    assert "Identiteit inzien" in silke.page()
    assert NAME in words_in(silke.take(report, "see_identity", number=5))
    assert silke.take(report, "see_identity", number=6).status_code == 422
    for who in (silke, tariq):
        assert NAME not in who.page() + who.page("report-printed")


def test_the_printed_dossier_holds_the_talk_and_the_story(desk: Desk) -> None:
    report = brought_to(desk, "inform")
    page = Screen("silke").open(report).page("report-printed")
    for words in (WORD, "Wij bellen u.", "Een misstand.", "Bevestigd.", "Silke Peeters"):
        assert words in page


def test_who_tells_a_report_gets_a_receipt_and_signs_what_was_written(desk: Desk) -> None:
    silke = Screen("silke")
    given = {"identity": intake.ANONYMOUS, "what": "Verteld aan de balie."}
    assert silke.send("report-orally", identity="", what="").status_code == 422
    page = words_in(silke.send("report-orally", **given))
    [line] = dossiers.listed(desk.silke)
    [receipt] = re.findall(r"\d{4} \d{4} \d{4} \d{4}", page)
    token = returning.knock(receipt.replace(" ", ""))
    assert token
    reporter = returning.visitor(token)
    [transcript] = [each for each in returning.read(reporter).said if each.kind == "transcript"]
    assert "Verteld aan de balie." in transcript.words
    returning.answer_transcript(visitor=reporter, transcript=transcript.more["transcript"], signed=True, words="")
    assert dossiers.dossier(desk.silke, line.report.pk).standing.transcripts == frozenset()


@pytest.mark.long
def test_the_second_person_reads_who_asks_and_why_and_may_say_no(desk: Desk) -> None:
    report = brought_to(desk, "admit")
    silke, tariq = Screen("silke").open(report), Screen("tariq").open(report)
    number = seen(desk.silke, report)
    assert (
        silke.take(report, "request_identity", number=number, words="Wij moeten de melder spreken.").status_code == 302
    )
    page = words_in(tariq.send("report-step", report=str(report), step="approve_identity"))
    assert "Silke Peeters" in page
    assert "Wij moeten de melder spreken." in page
    assert (
        tariq.take(report, "decline_identity", number=number + 1, words="Stel de vraag in het gesprek.").status_code
        == 302
    )
    page = silke.page()
    assert "Stel de vraag in het gesprek." in page
    assert "Tweede persoon" not in page
    answer = silke.send("report-step", report=str(report), step="see_identity")
    assert answer.status_code == 302, "nothing was approved"
    assert silke.take(report, "request_identity", number=number + 2, words="Opnieuw, met reden.").status_code == 302


def test_the_page_says_with_whom_a_report_is_not_to_be_talked_over(desk: Desk) -> None:
    kept, told = desk.report(without=(desk.silke,)).report, desk.report().report
    page = Screen("tariq").open(kept).page()
    assert "Niet: Silke Peeters" in page
    assert "de melder hield de melding hier weg" in page
    declare(desk.silke, told, "involved")
    page = Screen("tariq").open(told).page()
    assert "Niet: Silke Peeters" in page
    assert "verklaarde betrokken te zijn" in page
    assert "Niet:" not in Screen("tariq").open(desk.report().report).page()


def test_a_deputy_to_whom_a_report_is_told_has_it_and_hands_over_its_receipt(desk: Desk) -> None:
    answer = Screen("hanna").send("report-orally", identity=intake.ANONYMOUS, what="Verteld aan de balie.")
    assert answer.status_code == 200
    assert re.search(r"\d{4} \d{4} \d{4} \d{4}", words_in(answer))
    assert len(dossiers.listed(desk.hanna)) == len(dossiers.listed(desk.silke)) == 1


def test_a_file_comes_as_it_was_sent(desk: Desk) -> None:
    arriving = files.Arriving("bewijs.txt")
    arriving.add(b"zwart op wit")
    told = Told(what="Zie bijlage.", documents=[arriving.end()])
    report = intake.submit(channel=desk.channel, told=told).report
    silke = Screen("silke").open(report)
    assert "bewijs.txt" in silke.page()
    [enclosed] = dossiers.dossier(desk.silke, report).enclosed.values()
    answer = silke.send("report-file", report=str(report), file=str(enclosed.id))
    assert b"".join(answer.streaming_content) == b"zwart op wit"
    assert "attachment" in answer["Content-Disposition"]
    assert silke.send("report-file", report=str(report), file=str(uuid4())).status_code == 404


def paper(words: bytes = b"inkt op papier") -> SimpleUploadedFile:
    return SimpleUploadedFile("factuur.txt", words)


def fetched(desk: Desk, report: UUID) -> bytes:
    """The one file in it, as another handler than who enclosed it gets it."""
    [number] = dossiers.dossier(desk.tariq, report).enclosed
    answer = Screen("tariq").send("report-file", report=str(report), file=number)
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize(("verb", "outcome", "told"), [
    ("note", "note", False), ("investigate", "ongoing", False), ("interview", "other", False),
    ("interview", "reporter", True), ("message", "message", True), ("message", "question", True),
])  # fmt: skip
def test_a_file_of_a_handler_goes_where_the_words_go(desk: Desk, verb: str, outcome: str, told: bool) -> None:
    sent = desk.report()
    report = sent.report
    for who in (desk.silke, desk.tariq):
        declare(who, report)
    step(desk.silke, report, "acknowledge")
    step(desk.silke, report, "admit", words="Een misstand.")
    silke, tariq = Screen("silke").open(report), Screen("tariq").open(report)
    form = words_in(silke.send("report-step", report=str(report), step=verb))
    assert 'type="file"' in form
    assert "Fout: " not in form, "nothing was sent yet"
    given = {"outcome": outcome, "words": "Zie de factuur.", "documents": paper()}
    assert silke.take(report, verb, number=seen(desk.silke, report), **given).status_code == 302
    for page in (tariq.page(), tariq.page("report-printed")):
        assert "factuur.txt" in page
    assert fetched(desk, report) == b"inkt op papier"
    token = returning.knock(sent.receipt)
    assert token
    talk = returning.read(returning.visitor(token))
    assert [file.name for said in talk.said for file in said.files] == (["factuur.txt"] if told else [])


def test_a_step_without_words_of_its_own_takes_no_file(desk: Desk) -> None:
    report = brought_to(desk, "admit")
    silke = Screen("silke").open(report)
    assert 'type="file"' not in words_in(silke.send("report-step", report=str(report), step="admit"))
    assert silke.take(report, "admit", number=3, words="Een misstand.", documents=paper()).status_code == 302
    assert dossiers.dossier(desk.silke, report).enclosed == {}
    assert waiting() == []


@pytest.mark.parametrize(("number", "words", "file", "status"), [
    (2, "Zie de factuur.", b"inkt", 409), (3, "", b"inkt", 422), (3, "Zie de factuur.", b"", 422),
])  # fmt: skip
def test_of_a_step_that_was_not_taken_no_file_is_kept_and_it_is_asked_again(
    desk: Desk, number: int, words: str, file: bytes, status: int
) -> None:
    report = brought_to(desk, "admit")
    silke = Screen("silke").open(report)
    answer = silke.take(report, "note", number=number, outcome="note", words=words, documents=paper(file))
    assert answer.status_code == status
    assert "Kies de bestanden opnieuw" in words_in(answer)
    assert dossiers.dossier(desk.silke, report).enclosed == {}
    assert waiting() == []


def test_a_file_whose_step_fails_after_all_is_of_no_report(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    report = brought_to(desk, "admit")

    def full(**named: Any) -> None:
        raise OSError("No space left")

    monkeypatch.setattr(notices, "tell", full)
    given = {"outcome": "note", "words": "Zie de factuur.", "documents": paper()}
    assert Screen("silke").open(report).take(report, "note", number=3, **given).status_code == 500
    assert [each for each in Path(settings.SEALED_FILES).rglob("*") if each.is_file()] == []
    assert seen(desk.silke, report) == 3


def test_what_is_sent_to_any_page_is_never_spooled(desk: Desk, tmp_path: Path, settings: Any) -> None:
    """Django would, for so much of it; and has no place for it here."""
    settings.FILE_UPLOAD_TEMP_DIR, settings.FILE_UPLOAD_MAX_MEMORY_SIZE = str(tmp_path / "nowhere"), 1
    report = brought_to(desk, "admit")
    silke = Screen("silke").open(report)
    for name in ("open-report", "report-file", "report-orally", "report-step", "open-vault", "decide-about-key"):
        answer = silke.send(name, report=str(report), documents=paper(b"kwartel" * 40_000))
        assert answer.status_code < 500, name
    assert waiting() == []


def test_what_somebody_brings_along_goes_with_what_they_tell(desk: Desk) -> None:
    given = {"identity": intake.ANONYMOUS, "what": "Verteld aan de balie."}
    assert Screen("silke").send("report-orally", **given, documents=paper()).status_code == 200
    [line] = dossiers.listed(desk.silke)
    assert fetched(desk, line.report.pk) == b"inkt op papier"
    again = Screen("silke").send("report-orally", **given | {"what": ""}, documents=paper())
    assert again.status_code == 422
    assert "Kies de bestanden opnieuw" in words_in(again)
    assert waiting() == []


def waiting() -> list[Path]:
    """What lies there and belongs to no report."""
    folder = Path(settings.SEALED_FILES, "arriving")
    return list(folder.iterdir()) if folder.is_dir() else []


@pytest.mark.long
def test_the_pages_ask_as_many_questions_for_many_reports_as_for_few(desk: Desk) -> None:
    silke, asked = Screen("silke"), []
    for many in (3, 9):
        for _ in range(many):
            declare(desk.silke, desk.report().report)
        counts = []
        for alias in (ALIAS, "default"):
            silke.page("reports-desk")
            with CaptureQueriesContext(connections[alias]) as queries:
                silke.page("reports-desk")
            counts.append(len(queries))
        asked.append(counts)
    assert asked[0] == asked[1]


@pytest.mark.long
def test_the_page_of_a_report_asks_as_many_questions_for_a_long_story_as_for_a_short_one(desk: Desk) -> None:
    report = brought_to(desk, "admit")
    silke, asked = Screen("silke").open(report), []
    for _ in range(2):
        silke.page()
        with CaptureQueriesContext(connections[ALIAS]) as queries:
            silke.page()
        asked.append(len(queries))
        for number in range(10):
            words = {"outcome": "note", "words": f"Aantekening {number}."}
            silke.take(report, "note", number=seen(desk.silke, report), **words, documents=paper())
    assert asked[0] == asked[1]
