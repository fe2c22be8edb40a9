"""Agenda-abonnementen (feeds): who makes one, and what is in it when a program outside fetches it.

Whoever has the address has the feed. So it holds numbers of cases and names of steps, never what a case is about or who
is; nothing of what is confidential; and it is filled anew each time, by what its owner may see at that moment.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from audit import clock
from cases.models import Improvement, Meeting
from escalation.models import BodyFeed, PersonalFeed
from escalation.rules.happening import Event
from escalation.services import feeds
from roles import selectors as roles
from roles.authorize import Authority, authorize
from roles.models import Appointment, Body, Person, Substitution
from workflows.meetings.sitting import for_secretary
from workflows.selectors import calendar, improvements
from workflows.selectors.calendar import Due, Whose, Wish

BEFORE, AFTER = timedelta(days=60), timedelta(days=400)
LASTS = timedelta(hours=2)  # what a meeting is taken to last; nobody records its end

Link = Callable[..., str]  # the whole address of a page, by its name and numbers


@transaction.atomic
def renew_of_body(*, user_id: int, body_id: int, appointment_id: int, substitution_id: int | None = None) -> str:
    """By the secretary: the key, to be shown once. An earlier one opens nothing any more. Raises NotAllowed."""
    body, by = _by_secretary(body_id, "renew_body_feed", user_id, appointment_id, substitution_id)
    return feeds.renew_of_body(body=body, by=by)


@transaction.atomic
def end_of_body(*, user_id: int, body_id: int, appointment_id: int, substitution_id: int | None = None) -> None:
    body, by = _by_secretary(body_id, "end_body_feed", user_id, appointment_id, substitution_id)
    feeds.end_of_body(body=body, by=by)


def _by_secretary(
    body_id: int, verb: str, user_id: int, appointment_id: int, substitution_id: int | None
) -> tuple[Body, Authority]:
    body = Body.objects.select_related("scheme").get(pk=body_id)
    by = authorize(
        user_id=user_id, appointment_id=appointment_id, substitution_id=substitution_id,
        wanted=for_secretary(body, verb, appointment_id),
    )  # fmt: skip
    return body, by


def name_of(feed: PersonalFeed | BodyFeed) -> str:
    return f"Rolzuiver, {feed.body}" if isinstance(feed, BodyFeed) else "Rolzuiver"


def events_of(feed: PersonalFeed | BodyFeed, link: Link) -> list[Event]:
    """What is in it now. Whoever lost their appointments, or may not sign in, finds nothing."""
    today = clock.today()
    if isinstance(feed, BodyFeed):
        return _of_body(feed.body, today, link)
    return _of_person(feed.person, today, link)


def _of_person(person: Person, today: date, link: Link) -> list[Event]:
    user = person.user
    if user is None or not user.is_active:
        return []
    hats, scopes = roles.hats(user.pk, today), roles.scopes(user.pk)
    wish = Wish(first=today - BEFORE, last=today + AFTER, outside=True)
    return [
        *_meetings(calendar.met(wish, hats=hats, scopes=scopes), link),
        *_due(calendar.due(wish, hats=hats, scopes=scopes), link),
        *_actions(hats, scopes, person, wish, link),
        *(_seats(user.pk, wish, link) if hats else ()),
    ]


def _of_body(body: Body, today: date, link: Link) -> list[Event]:
    """Of what everybody who sits in it may see; while nobody does, nothing."""
    scopes = roles.shared_scopes(body.pk)
    wish = Wish(first=today - BEFORE, last=today + AFTER, whose=Whose.BODIES, outside=True)
    if not scopes:
        return []
    return [
        *_meetings(calendar.met_by(wish, body.pk), link),
        *_due(calendar.due(wish, scopes=scopes, bodies=[body.pk]), link),
    ]


def of_meeting(meeting: Meeting, link: Link) -> list[Event]:
    """One meeting, under the same name as in a feed, so that it does not stand in a calendar twice."""
    return list(_meetings([meeting], link))


def _meetings(found: Sequence[Meeting], link: Link) -> Iterable[Event]:
    revised = calendar.revisions(Meeting, [meeting.pk for meeting in found]) if found else {}
    for meeting in found:
        times, last = revised[meeting.pk]
        yield Event(
            uid=f"meeting-{meeting.pk}", title=str(meeting), start=meeting.starts_at, end=meeting.starts_at + LASTS,
            sequence=times, changed=last, url=link("meeting", meeting.pk), busy=True,
            place="" if meeting.closed_doors or meeting.place is None else str(meeting.place),
            cancelled=meeting.state == Meeting.State.CANCELLED,
        )  # fmt: skip


def _due(found: Sequence[Due], link: Link) -> Iterable[Event]:
    for each in found:
        title = f"Uw taak: {each.label}" if each.sort == "task" else each.label
        page = link("task", each.case_id, each.task_id) if each.own else link("case", each.case_id)
        yield Event(
            uid=each.key, title=f"{title} ({each.case_number})", start=each.at or each.day, sequence=each.moves,
            changed=each.changed, url=page,
        )  # fmt: skip


def _actions(
    hats: Sequence[roles.Hat], scopes: Sequence[roles.Scope], person: Person, wish: Wish, link: Link
) -> Iterable[Event]:
    """What one took upon oneself, or one's role did without a name; nothing that a secret paper lies under."""
    found = improvements.to_do(scopes, hats, person, wish.first, wish.last)
    revised = calendar.revisions(Improvement, [each.pk for each in found]) if found else {}
    for each in found:
        title = f"Actie: uiterste dag ({each.origin.number})"
        yield _whole_day(f"action-{each.pk}", title, each.due_on, revised[each.pk], link("improvement", each.pk))


def _seats(user_id: int, wish: Wish, link: Link) -> Iterable[Event]:
    ending, lent = calendar.ending_appointments(user_id, wish), calendar.lending(user_id, wish)
    url = link("calendar")
    revised = calendar.revisions(Appointment, [seat.pk for seat in ending])
    for seat in ending:
        assert seat.valid_until is not None
        yield _whole_day(f"appointment-{seat.pk}", f"Benoeming eindigt: {seat.position}", seat.valid_until,
                         revised[seat.pk], url)  # fmt: skip
    revised = calendar.revisions(Substitution, [row.pk for row in lent])
    for row in lent:
        days = (("begins", "begint", row.valid_from), ("ends", "eindigt", row.valid_until))
        for which, verb, day in days:
            if day is not None and wish.first <= day <= wish.last:
                yield _whole_day(f"substitution-{row.pk}-{which}", f"Waarneming {verb}: {row.appointment.position}",
                                 day, revised[row.pk], url)  # fmt: skip


def _whole_day(uid: str, title: str, day: date, revised: tuple[int, datetime], url: str) -> Event:
    return Event(uid=uid, title=title, start=day, sequence=revised[0], changed=revised[1], url=url)
