"""A body meets: one record for the whole agenda, one act per case, and a decision list that its chair confirms."""

import io
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from pypdf import PdfReader

from audit import clock
from audit.models import Act
from cases.models import AgendaItem, Ballot, Case, Document, Meeting
from cases.services.ballots import Ballotpaper
from config.demo.players import hat, open_task, who
from roles.authorize import NotAllowed
from roles.services import adopt_decision_rule
from tests.races import at_once
from tests.workflows import meet, play
from workflows import meetings
from workflows.engine import Gone, Stale
from workflows.meetings import Treatment

pytestmark = pytest.mark.django_db


def at_pho(*titles: str) -> list[Case]:
    return [play.brought_to("pho_decision", title=title) for title in titles]


def text_of(document: Document | None) -> str:
    assert document is not None
    latest = document.versions.latest("number")
    with latest.file.open("rb") as file:
        pages = PdfReader(io.BytesIO(file.read())).pages
    return "\n".join(page.extract_text() for page in pages)


@pytest.mark.long
def test_three_cases_are_decided_in_one_meeting_and_confirmed_with_one_list() -> None:
    first, second, third = cases = at_pho("Jeugdhulp 2028", "Dyslexie 2028", "Vervoer 2028")
    meeting = meet.convened()
    items = meet.agenda_of(meeting)
    assert [item.case for item in items] == cases
    failures = meet.record(meeting, [
        meet.hammered(items[0]),
        meet.voted(items[1], meeting, ["noor", "daan"], minority="Beesel en Bergen vinden het te duur."),
        meet.hammered(items[2], "reject", explanation="Past niet in het beleid."),
    ])  # fmt: skip
    assert failures == []
    acts = Act.objects.filter(correlation=_of(meeting, "record_agenda"))
    assert sorted(acts.values_list("chain", flat=True)) == sorted([*(c.chain for c in cases), meeting.chain])

    assert meetings.confirm_list(**meet.by_presider(meeting)) == []
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.CONFIRMED
    assert set(Ballot.objects.values_list("state", "meeting")) >= {("confirmed", meeting.pk)}
    for case in cases:
        case.refresh_from_db()
    assert [play.open_steps(case) for case in (first, second)] == [["acceptance"], ["acceptance"]]
    assert third.state == Case.State.REJECTED
    confirmed = Act.objects.filter(verb__in=["confirm", "confirm_list"], correlation=_of(meeting, "confirm_list"))
    assert confirmed.count() == 4

    words = text_of(meeting.decision_list)
    for told in ("Jeugdhulp 2028", "Dyslexie 2028", "Verlenen", "Afwijzen", "5 voor, 2 tegen", "Te duur.",
                 "Beesel en Bergen vinden", "vastgesteld op", "Hamerstuk"):  # fmt: skip
        assert told in words, words
    assert meeting.public_list is None


def _of(meeting: Meeting, verb: str) -> Any:
    return Act.objects.get(chain=meeting.chain, verb=verb).correlation


@pytest.mark.long
def test_what_was_decided_meanwhile_is_told_and_the_rest_goes_on() -> None:
    first, second, third = at_pho("Jeugdhulp 2028", "Dyslexie 2028", "Vervoer 2028")
    meeting = meet.convened()
    items = meet.agenda_of(meeting)
    play.meet(second, "pho_decision", "grant")
    failures = meet.record(meeting, [meet.hammered(item) for item in items])
    assert [(each.item.case, "al afgerond" in each.reason) for each in failures] == [(second, True)]
    assert [item.state for item in meeting.items.all()] == ["done", "failed", "done"]
    meetings.confirm_list(**meet.by_presider(meeting))
    assert play.open_steps(first) == play.open_steps(third) == ["acceptance"]
    assert "Niet vastgelegd" in text_of(Meeting.objects.get().decision_list)


def test_an_item_that_was_put_off_comes_back_on_the_next_agenda() -> None:
    [case] = at_pho("Jeugdhulp 2028")
    meeting = meet.convened()
    [item] = meet.agenda_of(meeting)
    with pytest.raises(Stale, match="al op een agenda"):
        meet.agenda_of(meet.convened(), case)
    assert meet.record(meeting, [Treatment(item_id=item.pk, how="postponed", words="Te laat op de avond.")]) == []
    again = meet.convened()
    assert [each.case for each in meet.agenda_of(again)] == [case]


@pytest.mark.long
def test_the_chair_sends_the_list_back_and_it_is_recorded_again() -> None:
    [case] = at_pho("Jeugdhulp 2028")
    meeting = meet.convened()
    [item] = meet.agenda_of(meeting)
    meet.record(meeting, [meet.hammered(item)])
    seen = meet.by_presider(meeting)
    with pytest.raises(NotAllowed, match="wat er niet klopt"):
        meetings.return_list(**seen, words=" ")
    meetings.return_list(**seen, words="Noor stemde tegen.")
    assert Ballot.objects.filter(meeting=meeting).latest("id").state == Ballot.State.LAPSED
    with pytest.raises(Stale):
        meetings.confirm_list(**seen)
    assert meet.record(meeting, [meet.voted(item, meeting, ["noor"])]) == []
    meetings.confirm_list(**meet.by_presider(meeting))
    assert play.open_steps(case) == ["acceptance"]
    assert Document.objects.get(meeting=meeting).versions.count() == 3


@pytest.mark.long
def test_items_behind_closed_doors_stay_out_of_the_public_list() -> None:
    shown, hidden = at_pho("Jeugdhulp 2028", "Overname van een aanbieder")
    meeting = meet.convened()
    items = meet.agenda_of(meeting)
    meetings.set_item(
        **meet.by_secretary("pho"), meeting_id=meeting.pk, item_id=items[1].pk, hammer=False, closed=True
    )  # fmt: skip
    meet.record(meeting, [meet.hammered(item) for item in items])
    meeting.refresh_from_db()
    full, public = text_of(meeting.decision_list), text_of(meeting.public_list)
    assert str(hidden.title) in full
    assert str(shown.title) in public
    assert str(hidden.title) not in public
    assert "achter gesloten deuren behandeld en hier weggelaten" in public.replace("\n", " ")
    assert [meeting.decision_list.classification, meeting.public_list.classification] == ["secret", "internal"]  # type: ignore[union-attr]


def test_only_the_secretary_of_the_body_makes_the_agenda() -> None:
    meeting = meet.convened()
    for name, body in (("wim", "rmt"), ("karim", "pho"), ("helene", "mgr"), ("mallory", "")):
        if name != "mallory":
            with pytest.raises(NotAllowed):
                meetings.put_point(**who(hat(name, body)), meeting_id=meeting.pk, title="Rondvraag")
    with pytest.raises(NotAllowed):
        meetings.convene(**who(hat("wim", "rmt")), body_id=meeting.body_id, starts_at=clock.now())


def test_only_who_presided_confirms() -> None:
    [_] = at_pho("Jeugdhulp 2028")
    meeting = meet.convened()
    [item] = meet.agenda_of(meeting)
    meet.record(meeting, [meet.hammered(item)])
    meeting.refresh_from_db()
    asked: dict[str, Any] = {"meeting_id": meeting.pk, "revision": meeting.revision}
    for name in ("anouk", "noor"):
        with pytest.raises(NotAllowed):
            meetings.confirm_list(**who(hat(name, "pho")), **asked)


@pytest.mark.long
def test_the_agenda_is_arranged_and_points_are_added_and_removed() -> None:
    first, second = at_pho("Jeugdhulp 2028", "Dyslexie 2028")
    meeting, me = meet.convened(starts_at=clock.now() + timedelta(days=3)), meet.by_secretary("pho")
    items = meet.agenda_of(meeting)
    meetings.put_point(**me, meeting_id=meeting.pk, title="Rondvraag")
    point = meeting.items.get(kind="point")
    meetings.arrange(**me, meeting_id=meeting.pk, order=[point.pk, items[1].pk, items[0].pk])
    assert [item.case for item in meeting.items.all()] == [None, second, first]
    meetings.remove(**me, meeting_id=meeting.pk, item_id=point.pk)
    assert meeting.items.count() == 2
    with pytest.raises(NotAllowed, match="moet nog beginnen"):
        meet.record(meeting, [])
    meetings.cancel(**me, meeting_id=meeting.pk, reason="Te weinig leden.")
    with pytest.raises(Stale, match="vervallen"):
        meetings.put_point(**me, meeting_id=meeting.pk, title="Rondvraag")
    assert meet.agenda_of(meet.convened())


BAD: dict[str, Callable[[Meeting, AgendaItem], Any]] = {
    "an item of another meeting": lambda m, i: meet.record(meet.convened(), [meet.hammered(i)]),
    "no such item": lambda m, i: meet.record(m, [Treatment(item_id=2**40, proposal="grant")]),
    "presence of somebody else": lambda m, i: meetings.record(
        **meet.by_secretary("pho"), meeting_id=m.pk, revision=0, treatments=[],
        presence={hat("helene").pk: "present"},
    ),
    "presence in other words": lambda m, i: meetings.record(
        **meet.by_secretary("pho"), meeting_id=m.pk, revision=0, treatments=[],
        presence=dict.fromkeys(meet.attendance(m), "maybe"),
    ),
    "nobody there": lambda m, i: meetings.record(
        **meet.by_secretary("pho"), meeting_id=m.pk, revision=0, treatments=[],
        presence=dict.fromkeys(meet.attendance(m), "absent"),
    ),
    "no such meeting": lambda m, i: meetings.cancel(**meet.by_secretary("pho"), meeting_id=2**40, reason="x"),
    "a task that is none of this body": lambda m, i: meetings.put_on_agenda(
        **meet.by_secretary("pho"), meeting_id=m.pk, task_ids=[2**40]
    ),
    "a point without words": lambda m, i: meetings.put_point(**meet.by_secretary("pho"), meeting_id=m.pk, title=" "),
    "a meeting long ago": lambda m, i: meet.convened(starts_at=clock.now() - timedelta(days=400)),
    "a meeting in the far future": lambda m, i: meet.convened(starts_at=clock.now() + timedelta(days=4000)),
    "a second call of a meeting that had its quorum": lambda m, i: meet.convened(second_call_of=m.pk),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_refused_in_words(what: str) -> None:
    at_pho("Jeugdhulp 2028")
    meeting = meet.convened()
    [item] = meet.agenda_of(meeting)
    with pytest.raises((NotAllowed, Gone)) as refused:
        BAD[what](meeting, item)
    assert str(refused.value)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.revision) == (Meeting.State.PLANNED, 0)


REFUSED_ITEMS: dict[str, Callable[[AgendaItem, Meeting], Treatment]] = {
    "an outcome that the step does not have": lambda i, m: meet.hammered(i, "approve"),
    "put off without a date": lambda i, m: meet.hammered(i, "defer"),
    "a vote against without a reason": lambda i, m: Treatment(
        item_id=i.pk, proposal="grant", form="votes",
        papers={meet.seat("noor", m): Ballotpaper(choice="against")},
    ),
    "a vote of who is no member": lambda i, m: Treatment(
        item_id=i.pk, proposal="grant", form="votes", papers={hat("helene").pk: Ballotpaper(choice="for")}
    ),
    "a form that there is not": lambda i, m: Treatment(item_id=i.pk, proposal="grant", form="applause"),
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("what", REFUSED_ITEMS)
def test_an_item_that_is_refused_leaves_nothing_in_its_case(what: str) -> None:
    case, other = at_pho("Jeugdhulp 2028", "Dyslexie 2028")
    meeting = meet.convened()
    item, fine = meet.agenda_of(meeting)
    before = Act.objects.filter(chain=case.chain).count()
    failures = meet.record(meeting, [REFUSED_ITEMS[what](item, meeting), meet.hammered(fine)])
    assert [each.item for each in failures] == [item]
    assert failures[0].reason
    assert Act.objects.filter(chain=case.chain).count() == before
    assert not Ballot.objects.filter(case=case, step="pho_decision").exists()
    assert Ballot.objects.get(case=other, step="pho_decision").meeting == meeting
    assert open_task(case, "pho_decision")


@pytest.mark.long
def test_by_law_a_meeting_without_quorum_is_called_again_and_then_decides() -> None:
    """Gemeentewet 20 (Wgr 22): the second meeting needs no quorum for what was on the first agenda."""
    [case] = at_pho("Jeugdhulp 2028")
    body = meet.body_called("pho")
    adopt_decision_rule(
        body=body, valid_from=clock.today(), quorum=Fraction(1, 2), quorum_exceeds=True, majority="simple",
        abstentions_count=False, tie="next_meeting", written_allowed=False, written_days=0, basis="Wgr art. 22",
        by_law=True,
    )  # fmt: skip
    meeting = meet.convened()
    [item] = meet.agenda_of(meeting)
    away = meet.others("pho")[:4]
    assert meet.record(meeting, [meet.hammered(item)], absent=away) == []
    meeting.refresh_from_db()
    assert meeting.quorate is False
    assert meeting.items.get().ballot.tally["result"] == "not_opened"  # type: ignore[union-attr]
    with pytest.raises(NotAllowed, match="24 uur"):
        meet.convened(starts_at=clock.now() + timedelta(hours=2), second_call_of=meeting.pk)
    with clock.moved_to(clock.now() + timedelta(days=2)):
        again = meet.convened(second_call_of=meeting.pk)
        with pytest.raises(NotAllowed, match="één keer"):
            meet.convened(starts_at=clock.now() + timedelta(days=4), second_call_of=meeting.pk)
        [taken_over] = again.items.all()
        assert taken_over.case == case
        assert meet.record(again, [meet.hammered(taken_over)], absent=away) == []
        assert meetings.confirm_list(**meet.by_presider(again)) == []
    assert play.open_steps(case) == ["acceptance"]


@pytest.mark.long
def test_two_secretaries_record_at_once_and_one_is_told(committed: None) -> None:
    at_pho("Jeugdhulp 2028", "Dyslexie 2028")
    meeting = meet.convened()
    items = meet.agenda_of(meeting)
    asked: dict[str, Any] = {
        **meet.by_secretary("pho"), "meeting_id": meeting.pk, "revision": 0, "presence": meet.attendance(meeting),
    }  # fmt: skip
    results = at_once(
        lambda: meetings.record(**asked, treatments=[meet.hammered(items[0]), meet.hammered(items[1])]),
        lambda: meetings.record(**asked, treatments=[meet.hammered(items[1]), meet.hammered(items[0], "reject")]),
    )
    assert sorted(type(result).__name__ for result in results) == ["Stale", "list"]
    assert Ballot.objects.filter(step="pho_decision").count() == 2
    assert Act.objects.filter(chain=meeting.chain, verb="record_agenda").count() == 1


def test_an_agenda_takes_a_decision_once(committed: None) -> None:
    at_pho("Jeugdhulp 2028")
    meeting = meet.convened()
    asked: dict[str, Any] = {**meet.by_secretary("pho"), "meeting_id": meeting.pk}
    results = at_once(lambda: meetings.put_on_agenda(**asked), lambda: meetings.put_on_agenda(**asked))
    assert sorted(map(str, results)) == ["0", "1"]
    assert meeting.items.count() == 1
