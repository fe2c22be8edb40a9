"""Agenda-abonnementen: what programs outside fetch by a secret address, and who makes and ends that address."""

import re
from datetime import datetime, timedelta
from typing import Any

import icalendar
import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.urls import reverse

from audit import clock
from audit.models import Act
from audit.services import acting
from cases.models import Document, Meeting
from cases.services.documents import Paper
from config.demo import players
from escalation.models import BodyFeed, Deadline, PersonalFeed
from escalation.rules.terms import AMSTERDAM
from escalation.services import feeds as keys
from roles.authorize import NotAllowed
from roles.models import Body, Person
from roles.services import end_appointment
from tests.client import Client
from tests.pages.world import CG, PDF
from tests.workflows import evaluate, meet, play
from tests.workflows.play import brought_to, hat, who
from tests.workflows.visits import signed_in
from workflows import feeds, improving, meetings, services

pytestmark = pytest.mark.django_db

OVERVIEW = "/kalender/abonnementen/"


def key_of(username: str) -> str:
    return keys.renew_personal(person=Person.objects.get(user__username=username))


def body(code: str) -> Body:
    return Body.objects.get(code=code, scheme__code="limburg-noord")


def key_of_body(code: str) -> str:
    return feeds.renew_of_body(**meet.by_secretary(code), body_id=body(code).pk)


def fetched(key: str, **headers: str) -> HttpResponse:
    """By a program that knows nothing but the address."""
    response = Client().get(reverse("feed", args=[key]), headers=headers)
    assert isinstance(response, HttpResponse)
    return response


def events(key: str) -> dict[str, Any]:
    """Strictly read: by their names, without the host."""
    response = fetched(key)
    assert response.status_code == 200
    calendar = icalendar.Calendar.from_ical(response.content)
    assert [component.errors for component in calendar.walk() if component.errors] == []
    found = {str(event["uid"]).removesuffix("@testserver"): event for event in calendar.walk("VEVENT")}
    assert len(found) == len(calendar.walk("VEVENT")), "each name once"
    return found


def titles(key: str) -> list[str]:
    return sorted(str(event["summary"]) for event in events(key).values())


# --- What is in it


def test_it_holds_ones_tasks_rounds_and_meetings_by_number_and_step_alone() -> None:
    case = brought_to("pho_decision", title="Vertrouwelijk plan")
    play.open_round(case, "pho_decision", "grant", closes_at=clock.now() + timedelta(days=5))
    meet.convened("pho", starts_at=clock.now() + timedelta(days=9))
    found = titles(key_of("ilse"))
    assert found == [
        "PHO Limburg-Noord, vergadering 1 van " + str(clock.today().year),
        f"Uw taak: Stem uitbrengen: PHO-besluit ({case.number})",
    ]
    text = fetched(key_of("ilse")).content.decode()
    assert "Vertrouwelijk plan" not in text
    assert "Bergen" not in text
    assert "Ilse" not in text


def test_a_whole_day_is_a_day_and_what_ends_at_a_time_has_a_time_in_amsterdam() -> None:
    case = brought_to("intake")
    [task] = events(key_of("gijs")).values()
    last = Deadline.objects.get(case=case, state="armed").due_at.date()
    assert (task.decoded("dtstart"), task.decoded("dtend")) == (last, last + timedelta(days=1))
    meeting = meet.convened("pho", starts_at=clock.now().replace(microsecond=0) + timedelta(days=3))
    event = events(key_of("ilse"))[f"meeting-{meeting.pk}"]
    assert event["dtstart"].params["TZID"] == "Europe/Amsterdam"
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(hours=2)


@pytest.mark.parametrize("day", ["2027-03-28", "2026-10-25"])
def test_a_meeting_on_the_day_that_the_clock_changes_is_at_its_hour(day: str) -> None:
    starts = datetime.fromisoformat(f"{day}T19:30").replace(tzinfo=AMSTERDAM)
    with clock.moved_to(starts - timedelta(days=20)):
        meeting = meet.convened("pho", starts_at=starts)
        event = events(key_of("ilse"))[f"meeting-{meeting.pk}"]
    assert event.to_ical().count(f"{day.replace('-', '')}T193000".encode()) == 1
    assert event.decoded("dtstart") == starts


def test_a_date_that_moves_keeps_its_name_and_raises_its_sequence() -> None:
    case = brought_to("intake")
    key = key_of("gijs")
    [(name, before)] = events(key).items()
    services.suspend(**who(case.submitted_by), case_id=case.pk, reason="Wacht op de raad.")
    assert events(key) == {}
    with clock.moved_to(clock.now() + timedelta(days=10)):
        services.resume(**who(case.submitted_by), case_id=case.pk)
        [(same, after)] = events(key).items()
    assert same == name
    assert after.decoded("dtstart") > before.decoded("dtstart")
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert after.decoded("last-modified") > before.decoded("last-modified")
    assert before.decoded("dtstamp") == before.decoded("last-modified")


def test_a_meeting_that_moves_or_is_called_off_keeps_its_name() -> None:
    meeting = meet.convened("pho", starts_at=clock.now() + timedelta(days=3))
    key, name = key_of("ilse"), f"meeting-{meeting.pk}"
    assert (events(key)[name]["sequence"], events(key)[name]["status"]) == (0, "CONFIRMED")
    asked = {**meet.by_secretary("pho"), "meeting_id": meeting.pk}
    meetings.change(**asked, starts_at=clock.now() + timedelta(days=4), place="Venlo")
    assert (events(key)[name]["sequence"], events(key)[name]["location"]) == (1, "Venlo")
    meetings.cancel(**asked, reason="Te weinig punten.")
    assert (events(key)[name]["sequence"], events(key)[name]["status"]) == (2, "CANCELLED")


def test_what_somebody_wrote_as_a_place_begins_no_line() -> None:
    written = "Raadhuis; zaal 2, boven\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Vals"
    meeting = meet.convened("pho", starts_at=clock.now() + timedelta(days=3))
    asked = {**meet.by_secretary("pho"), "meeting_id": meeting.pk}
    meetings.change(**asked, starts_at=meeting.starts_at, place=written)
    found = events(key_of("ilse"))
    assert list(found) == [f"meeting-{meeting.pk}"]
    assert found[f"meeting-{meeting.pk}"]["location"] == " ".join(written.split())


# --- What is not


@pytest.mark.long
def test_nothing_at_all_of_a_case_with_secret_papers_or_behind_closed_doors() -> None:
    secret, closed, plain = brought_to("intake"), brought_to("rmt_validation"), brought_to("intake")
    assert len(events(key_of("marleen"))) == 3
    paper = Paper(
        title="Geheim", classification="secret", filename="a.pdf", media_type="application/pdf",
        content=ContentFile(PDF),
    )  # fmt: skip
    services.add_document(**who(players.holder(secret, "intake")), case_id=secret.pk, paper=paper)
    assert Document.objects.filter(case=secret, classification="secret").exists()
    meeting = meet.convened("rmt", starts_at=clock.now() + timedelta(days=3))
    [item] = meet.agenda_of(meeting, closed)
    meetings.set_item(**meet.by_secretary("rmt"), meeting_id=meeting.pk, item_id=item.pk, hammer=False, closed=True)
    for name in ("marleen", "gijs", "wim"):
        text = fetched(key_of(name)).content.decode()
        assert str(secret.number) not in text
        assert str(closed.number) not in text
    assert [title for title in titles(key_of("gijs")) if plain.number in title] == [f"Uw taak: Intake ({plain.number})"]


def test_nothing_of_a_confidential_case() -> None:
    case = brought_to("intake")
    assert titles(key_of("gijs")) == [f"Uw taak: Intake ({case.number})"]
    with acting(chain=case.chain, verb="test_secret"):
        case.confidential = True
        case.save(update_fields=["confidential"])
    assert titles(key_of("gijs")) == []


def test_where_a_meeting_is_behind_closed_doors_stays_inside() -> None:
    meeting = meet.convened("pho", starts_at=clock.now() + timedelta(days=3), closed_doors=True)
    assert "location" not in events(key_of("ilse"))[f"meeting-{meeting.pk}"]


# --- Whose


def test_rights_are_asked_anew_each_time_so_an_ended_appointment_empties_it() -> None:
    brought_to("intake")
    key = key_of("gijs")
    assert len(events(key)) == 1
    end_appointment(appointment=hat("gijs"), last_day=clock.today(), reason="Andere baan")
    assert f"Benoeming eindigt: {hat('gijs').position}" in titles(key)
    with clock.moved_to(clock.now() + timedelta(days=1)):
        assert events(key) == {}


def test_an_account_that_was_blocked_finds_nothing() -> None:
    brought_to("intake")
    key = key_of("gijs")
    User.objects.filter(username="gijs").update(is_active=False)
    assert events(key) == {}


def test_of_a_body_it_holds_its_meetings_and_what_it_has_to_decide() -> None:
    case = brought_to("pho_decision")
    brought_to("rmt_validation", title="Niet van het PHO")
    meeting = meet.convened("pho", starts_at=clock.now() + timedelta(days=3))
    key = key_of_body("pho")
    assert titles(key) == [str(meeting), f"Uiterste dag: PHO-besluit ({case.number})"]
    for seat in body("pho").positions.all():
        for appointment in seat.appointments.filter(valid_until=None):
            end_appointment(appointment=appointment, last_day=clock.today(), reason="Verkiezingen")
    with clock.moved_to(clock.now() + timedelta(days=1)):
        assert titles(key) == [], "while nobody sits in it, nobody may see it"


@pytest.mark.long
def test_nothing_of_another_regeling() -> None:
    brought_to("pho_decision", scheme=CG)
    meet.convened("pfo-zorg", scheme=CG, starts_at=clock.now() + timedelta(days=3))
    assert titles(key_of("ilse")) == []
    assert titles(key_of_body("pho")) == []


# --- The key


def test_only_a_digest_is_kept_and_the_address_is_shown_once() -> None:
    client = signed_in("gijs")
    shown = client.post(OVERVIEW, {"renew": "1"})
    assert shown.headers["Cache-Control"] == "no-store"
    [address] = re.findall(r'value="(http://testserver/kalender/feed/[^"]+)"', shown.content.decode())
    key = address.removesuffix(".ics").rpartition("/")[2]
    assert len(key) >= 43
    assert PersonalFeed.objects.get().digest == keys.digest_of(key)
    assert key not in str(list(PersonalFeed.objects.values()))
    assert key not in str(dict(client.session.items()))
    assert key not in client.get(OVERVIEW).content.decode()
    assert fetched(key).status_code == 200


def test_a_wrong_an_old_and_a_revoked_key_get_the_very_same_answer() -> None:
    old, of_body = key_of("gijs"), key_of_body("pho")
    now = key_of("gijs")
    feeds.end_of_body(**meet.by_secretary("pho"), body_id=body("pho").pk)
    revoked = key_of("els")
    keys.end_personal(person=hat("els").person)
    forged = [old, of_body, revoked, "x", "a" * 43, now[:-1], now + "a", now.swapcase(), "é" * 20, "%00", "..", "'; --"]
    answers = {(r.status_code, r.content, str(sorted(r.headers.items()))) for r in map(fetched, forged)}
    assert len(answers) == 1
    assert answers.pop()[:2] == (404, b"Niet gevonden.")
    assert fetched(now).status_code == 200


def test_it_is_private_and_unchanged_it_is_not_sent_again() -> None:
    brought_to("intake")
    key = key_of("gijs")
    first = fetched(key)
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["Referrer-Policy"] == "no-referrer"
    again = fetched(key, if_none_match=first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert "private" in again.headers["Cache-Control"]
    brought_to("intake", title="Een tweede")
    changed = fetched(key, if_none_match=first.headers["ETag"])
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


def test_a_browser_that_is_signed_in_gets_what_a_program_gets() -> None:
    """Even when its session no longer holds: the address must not travel on into the sign-in page."""
    key = key_of("gijs")
    client = signed_in("ilse")
    with clock.moved_to(clock.now() + timedelta(days=1)):
        end_appointment(appointment=hat("ilse"), last_day=clock.today() - timedelta(days=1), reason="Weg")
        assert client.get(reverse("feed", args=[key])).status_code == 200
    assert Client().post(reverse("feed", args=[key])).status_code == 405


def test_it_takes_as_many_queries_however_much_there_is(django_assert_num_queries: Any) -> None:
    brought_to("intake")
    key = key_of("gijs")
    with django_assert_num_queries(11):
        fetched(key)
    brought_to("intake", title="Een tweede")
    brought_to("pho_decision", title="Een derde")
    with django_assert_num_queries(11):
        fetched(key)


# --- Who makes and ends it


def test_of_a_body_by_its_secretary_and_each_time_as_an_act_of_the_regeling() -> None:
    pho = body("pho")
    secretary, client = hat("anouk"), signed_in("anouk")
    address = reverse("body-feed", args=[pho.pk])
    shown = client.post(address, {"renew": "1", "hat": str(secretary.pk)})
    [key] = re.findall(r'/kalender/feed/([^"]+)\.ics"', shown.content.decode())
    assert fetched(key).status_code == 200
    again = client.post(address, {"renew": "1", "hat": str(secretary.pk)})
    [other] = re.findall(r'/kalender/feed/([^"]+)\.ics"', again.content.decode())
    assert fetched(key).status_code == 404
    assert client.post(address, {"end": "1", "hat": str(secretary.pk)}).status_code == 302
    assert fetched(other).status_code == 404
    acts = Act.objects.filter(chain=pho.scheme.chain, verb__endswith="_body_feed").order_by("seq")
    assert [act.verb for act in acts] == ["renew_body_feed", "renew_body_feed", "end_body_feed"]
    assert {act.actor for act in acts} == {secretary.person.actor}
    assert {act.data["body"] for act in acts} == {f"body/{pho.pk}"}
    assert key not in str(list(acts.values()))
    assert [feed.revoked_at is None for feed in BodyFeed.objects.order_by("pk")] == [False, False]


@pytest.mark.parametrize("username", ["ilse", "wim", "victor", "bea"])
def test_nobody_but_the_secretary_of_a_body_makes_or_ends_its_address(username: str) -> None:
    pho = body("pho")
    mine = who(hat(username))
    with pytest.raises(NotAllowed):
        feeds.renew_of_body(**mine, body_id=pho.pk)
    with pytest.raises(NotAllowed):
        feeds.end_of_body(**mine, body_id=pho.pk)
    address = reverse("body-feed", args=[pho.pk])
    assert signed_in(username).post(address, {"renew": "1", "hat": str(hat(username).pk)}).status_code == 404
    assert not BodyFeed.objects.exists()


def test_somebody_ends_their_own() -> None:
    key = key_of("gijs")
    assert signed_in("gijs").post(OVERVIEW, {"end": "1"}).status_code == 302
    assert fetched(key).status_code == 404
    assert not PersonalFeed.objects.exists()


# --- One meeting as a file


def test_who_sits_in_the_body_takes_a_meeting_along_under_the_name_that_it_has_in_a_feed() -> None:
    meeting = meet.convened("pho", starts_at=clock.now() + timedelta(days=3))
    path = reverse("meeting-file", args=[meeting.pk])
    response = signed_in("noor").get(path)
    [event] = icalendar.Calendar.from_ical(response.content).walk("VEVENT")
    assert event["uid"] == f"meeting-{meeting.pk}@testserver"
    assert response.headers["Content-Disposition"].endswith(f'pho-{meeting.year}-{meeting.number}.ics"')
    assert path in signed_in("noor").get(reverse("meeting", args=[meeting.pk])).content.decode()
    assert path not in signed_in("victor").get(reverse("meeting", args=[meeting.pk])).content.decode()
    assert signed_in("victor").get(path).status_code == 404
    assert Meeting.objects.count() == 1


@pytest.mark.long
def test_an_action_stands_in_the_feed_of_who_has_it_until_it_is_done() -> None:
    improvement = evaluate.improvement(scale="local")
    assert improvement.named is not None
    user = improvement.named.person.user
    assert user is not None
    key, name = key_of(user.username), f"action-{improvement.pk}"
    event = events(key)[name]
    assert str(event["summary"]) == f"Actie: uiterste dag ({improvement.origin.number})"
    assert str(event["url"]).endswith(reverse("improvement", args=[improvement.pk]))
    assert event["dtstart"].dt == improvement.due_on
    assert name not in events(key_of("mallory"))
    improving.progress(**who(improvement.named), improvement_id=improvement.pk, status="done")
    assert name not in events(key)
