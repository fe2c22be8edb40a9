"""The pages of meetings: who sees what, and a meeting from convening to a confirmed list, without JavaScript."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils.timezone import localtime

from audit import clock
from audit.models import AccessRecord
from cases.models import Document, Meeting
from cases.services.documents import Paper
from config.demo.players import hat, open_task
from tests.workflows import meet, play
from tests.workflows.visits import page, queries, signed_in
from workflows import meetings

pytestmark = pytest.mark.django_db


def url(name: str, meeting: Meeting, *args: int) -> str:
    return reverse(name, args=[meeting.pk, *args])


def post(username: str, path: str, **data: Any) -> Any:
    return signed_in(username).post(path, data)


def paper(title: str, level: str = "internal") -> Paper:
    return Paper(
        title=title, classification=level, filename="stuk.pdf", media_type="application/pdf",
        content=ContentFile(b"%PDF-1.7 " + title.encode()),
    )  # fmt: skip


def anouk() -> str:
    return str(hat("anouk", "pho").pk)


@pytest.mark.long
def test_a_meeting_from_convening_to_a_confirmed_list() -> None:
    cases = [play.brought_to("pho_decision", title=title) for title in ("Jeugdhulp 2028", "Dyslexie 2028")]
    body = meet.body_called("pho")
    moment = localtime(clock.now() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    answer = post("anouk", reverse("convene", args=[body.pk]), hat=anouk(), starts_at=moment, place="Venlo")
    meeting = Meeting.objects.get()
    assert answer.headers["Location"] == url("meeting-agenda", meeting)

    agenda = url("meeting-agenda", meeting)
    assert "Jeugdhulp 2028" in page("anouk", agenda)
    assert post("anouk", agenda, hat=anouk(), all="1").status_code == 302
    assert post("anouk", agenda, hat=anouk(), point="1", title="Rondvraag").status_code == 302
    first, second, third = meeting.items.all()
    for button in ({"up": second.pk}, {"hammer": first.pk}, {"closed_item": third.pk}):
        assert post("anouk", agenda, hat=anouk(), **button).status_code == 302
    assert [str(item.title or item.case.title) for item in meeting.items.all()] == [  # type: ignore[union-attr]
        "Dyslexie 2028", "Jeugdhulp 2028", "Rondvraag"
    ]  # fmt: skip
    assert "Hamerstuk voorgesteld" in page("anouk", agenda)
    assert "Op de agenda" in page("anouk", reverse("case", args=[cases[0].pk]))

    form = page("anouk", url("record-meeting", meeting))
    given = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    data: dict[str, Any] = {"hat": anouk(), "revision": given["revision"]}
    for member in meet.members("pho"):
        data[f"member-{member.pk}-state"] = "present"
        for item in (first, second):
            data[f"item-{item.pk}-{member.pk}-choice"] = "for"
    against = meet.members("pho")[0]
    data |= {
        f"item-{first.pk}-how": "decided", f"item-{first.pk}-proposal": "grant", f"item-{first.pk}-form": "hammered",
        f"item-{second.pk}-how": "decided", f"item-{second.pk}-proposal": "grant", f"item-{second.pk}-form": "votes",
        f"item-{second.pk}-{against.pk}-choice": "against",
        f"item-{third.pk}-how": "decided", f"item-{third.pk}-words": "Niets te melden.",
    }  # fmt: skip
    answer = post("anouk", url("record-meeting", meeting), **data)
    assert answer.status_code == 302
    told = page("anouk", url("meeting", meeting))
    assert "motivering" in told  # a vote against without a reason was refused, the rest stands
    data["revision"] = Meeting.objects.get().revision
    data[f"item-{second.pk}-{against.pk}-motivation"] = "Te duur."
    assert post("anouk", url("record-meeting", meeting), **data).status_code == 302

    chair = "ilse"
    confirm = url("confirm-list", meeting)
    assert "Uw taak: besluitenlijst vaststellen" in page(chair, url("meeting", meeting))
    asked = {"hat": str(hat(chair, "pho").pk), "revision": Meeting.objects.get().revision}
    assert post(chair, confirm, **asked, decision="return").status_code == 422
    assert post(chair, confirm, **asked, decision="confirm").status_code == 302
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.CONFIRMED
    assert [play.open_steps(case) for case in cases] == [["acceptance"], ["acceptance"]]
    assert "Vastgesteld op" in page("noor", url("meeting", meeting))


@pytest.mark.long
def test_others_learn_nothing_of_a_meeting_and_of_what_is_behind_closed_doors() -> None:
    meeting = meet.convened(starts_at=clock.now() + timedelta(days=3))
    me = meet.by_secretary("pho")
    meetings.put_point(**me, meeting_id=meeting.pk, title="Openbaar punt")
    meetings.put_point(**me, meeting_id=meeting.pk, title="Overname", closed=True)
    closed = meeting.items.get(closed=True)
    meetings.add_paper(**me, meeting_id=meeting.pk, item_id=closed.pk, paper=paper("Bod van een aanbieder"))
    meetings.add_paper(**me, meeting_id=meeting.pk, paper=paper("Geheim stuk", "secret"))
    meetings.add_paper(**me, meeting_id=meeting.pk, paper=paper("Toelichting"))
    seen = page("noor", url("meeting", meeting))
    for words in ("Openbaar punt", "Overname", "Bod van een aanbieder", "Geheim stuk", "Toelichting"):
        assert words in seen
    for name in ("helene", "victor"):  # they see the cases of the regeling, and sit in no body
        seen = page(name, url("meeting", meeting))
        assert "Openbaar punt" in seen
        assert "Toelichting" in seen
        for words in ("Overname", "Bod van een aanbieder", "Geheim stuk"):
            assert words not in seen
        for document in Document.objects.filter(meeting=meeting):
            allowed = document.item is None and document.classification == "internal"
            answer = signed_in(name).get(url("meeting-document", meeting, document.pk, 1))
            assert answer.status_code == (200 if allowed else 404)
            assert not allowed or b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    for name in ("marleen", "mallory", "bea", "cemal"):
        page(name, url("meeting", meeting), status=404)
        assert str(meeting) not in page(name, reverse("meetings"))


def test_a_look_at_a_confidential_paper_leaves_a_trace() -> None:
    meeting = meet.convened()
    meetings.add_paper(**meet.by_secretary("pho"), meeting_id=meeting.pk, paper=paper("Advies", "confidential"))
    document = Document.objects.get(meeting=meeting)
    answer = signed_in("noor").get(url("meeting-document", meeting, document.pk, 1))
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 Advies"  # type: ignore[attr-defined]
    looked = AccessRecord.objects.get(chain=meeting.chain)
    assert looked.subject == f"document/{document.pk}/1"
    assert looked.actor == hat("noor", "pho").person.actor


def test_a_secretary_of_two_bodies_sees_both() -> None:
    shown = page("bram", reverse("meetings"))
    for code in ("db", "ab"):
        assert reverse("convene", args=[meet.body_called(code).pk]) in shown
    assert reverse("convene", args=[meet.body_called("pho").pk]) not in shown


@pytest.mark.long
def test_deciding_urgently_is_offered_to_the_chair_alone_and_flagged_in_the_case() -> None:
    case = play.brought_to("pho_decision")
    task = open_task(case, "pho_decision")
    path = reverse("urgent", args=[case.pk, task.pk])
    assert "Met spoed besluiten" in page("ilse", reverse("case", args=[case.pk]))
    assert "Met spoed besluiten" not in page("noor", reverse("case", args=[case.pk]))
    assert signed_in("noor").get(path).status_code == 403
    me = str(hat("ilse", "pho").pk)
    assert post("ilse", path, hat=me, proposal="grant").status_code == 422
    assert post("ilse", path, hat=me, proposal="grant", reason="Morgen eindigt het contract.").status_code == 302
    shown = page("noor", reverse("case", args=[case.pk]))
    assert "Spoedbesluit: nog niet bekrachtigd" in shown
    assert "Morgen eindigt het contract." in shown
    meeting = meet.convened()
    assert "Spoedbesluit bekrachtigen" in page("noor", url("meeting", meeting))
    [item] = meeting.items.all()
    meet.record(meeting, [meet.voted(item, meeting, meet.others("pho"), proposal="", words="Dit had kunnen wachten.")])
    for path in (reverse("case", args=[case.pk]), reverse("case-trail", args=[case.pk])):
        shown = page("victor", path)
        assert "Spoedbesluit: niet bekrachtigd" in shown
        assert "Dit had kunnen wachten." in shown


BAD = {
    "no date": {"starts_at": ""},
    "a date that is none": {"starts_at": "2026-13-45T10:00"},
    "long ago": {"starts_at": "2001-01-01T10:00"},
    "a place without end": {"place": "x" * 5000},
    "another's hat": {"hat": "1"},
    "no hat": {"hat": ""},
}


@pytest.mark.parametrize("what", BAD)
def test_bad_input_comes_back_with_words(what: str) -> None:
    given = {"hat": anouk(), "starts_at": "2026-12-12T10:00", "place": "Venlo", **BAD[what]}
    answer = post("anouk", reverse("convene", args=[meet.body_called("pho").pk]), **given)
    assert answer.status_code == 422
    assert "Er ging iets mis" in answer.content.decode() or "fout" in answer.content.decode().lower()
    assert not Meeting.objects.exists()


@pytest.mark.parametrize("values", [
    {"put": "9999999"}, {"put": "abc"}, {"point": "1", "title": ""}, {"remove": "9999999"}, {},
])  # fmt: skip
def test_bad_buttons_change_nothing(values: dict[str, str]) -> None:
    meeting = meet.convened(starts_at=clock.now() + timedelta(days=1))
    answer = post("anouk", url("meeting-agenda", meeting), hat=anouk(), **values)
    assert answer.status_code == 422
    assert not meeting.items.exists()


@pytest.mark.long
def test_the_pages_take_a_fixed_number_of_queries() -> None:
    play.brought_to("pho_decision", title="Jeugdhulp 2028")
    first = meet.convened()
    meet.agenda_of(first)
    meetings.put_point(**meet.by_secretary("pho"), meeting_id=first.pk, title="Rondvraag")
    meetings.add_paper(**meet.by_secretary("pho"), meeting_id=first.pk, paper=paper("Stuk"))
    before = queries("anouk", reverse("meetings")), queries("anouk", url("meeting", first))
    for title in ("Dyslexie 2028", "Vervoer 2028"):
        play.brought_to("pho_decision", title=title)
    meet.agenda_of(first)
    for number in range(3):
        meetings.put_point(**meet.by_secretary("pho"), meeting_id=first.pk, title=f"Punt {number}")
        meetings.add_paper(**meet.by_secretary("pho"), meeting_id=first.pk, paper=paper(f"Stuk {number}"))
        meet.convened()
    assert (queries("anouk", reverse("meetings")), queries("anouk", url("meeting", first))) == before


def test_recording_asks_who_was_there_and_keeps_what_was_typed() -> None:
    play.brought_to("pho_decision", title="Jeugdhulp 2028")
    meeting = meet.convened()
    [item] = meet.agenda_of(meeting)
    answer = post(
        "anouk", url("record-meeting", meeting), hat=anouk(), revision=0,
        **{
            f"item-{item.pk}-how": "decided", f"item-{item.pk}-proposal": "defer",
            f"item-{item.pk}-minority": "Noor is tegen.",
        },
    )  # fmt: skip
    assert answer.status_code == 422
    words = answer.content.decode()
    assert "Noor is tegen." in words
    assert "Kies tot welke datum" in words
    assert meeting.items.get().state == "open"
