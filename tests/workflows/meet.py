"""Meetings by the names of the cast: each helper does one thing, in the hat that fits."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from audit import clock
from cases.models import AgendaItem, Case, Meeting, Presence
from cases.services.ballots import Ballotpaper
from config.demo.players import hat, open_task, who
from roles import selectors as roles
from roles.models import Appointment, Body
from tests.workflows.play import SCHEME
from workflows import meetings
from workflows.meetings import Failure, Treatment
from workflows.selectors.meetings import open_decisions

AGAINST = Ballotpaper(choice="against", motivation="Te duur.")


def body_called(code: str, scheme: str = SCHEME) -> Body:
    return Body.objects.get(code=code, scheme__code=scheme)


def by_secretary(body: Body | str) -> dict[str, Any]:
    """As whoever is secretary of it; a code is of a body of Limburg-Noord."""
    found = body_called(body) if isinstance(body, str) else body
    seat = Appointment.objects.filter(position__body=found, kind=Appointment.Kind.SECRETARY, valid_until=None)
    return who(seat.select_related("person").latest("id"))


def convened(
    body: str = "pho", *, starts_at: datetime | None = None, scheme: str = SCHEME, **options: Any
) -> Meeting:  # fmt: skip
    """A meeting that began an hour ago, so that it can be recorded."""
    found = body_called(body, scheme)
    return meetings.convene(
        **by_secretary(found), body_id=found.pk,
        starts_at=starts_at or clock.now() - timedelta(hours=1), place="Raadhuis Venray", **options,
    )  # fmt: skip


def agenda_of(meeting: Meeting, *cases: Case) -> list[AgendaItem]:
    """Put the open decisions of these cases, or all of them, on the agenda."""
    tasks = [task.pk for task in _open(meeting) if task.case in cases] if cases else None
    meetings.put_on_agenda(**by_secretary(meeting.body), meeting_id=meeting.pk, task_ids=tasks)
    return list(meeting.items.select_related("case"))


def _open(meeting: Meeting) -> list[Any]:
    return open_decisions([meeting.body_id])


def attendance(meeting: Meeting, *, absent: Sequence[str] = ()) -> dict[int, str]:
    """Everybody was there, less these."""
    members = roles.members(meeting.body)
    away = {member.pk for member in members if member.person.user and member.person.user.username in absent}
    return {
        member.pk: Presence.State.EXCUSED if member.pk in away else Presence.State.PRESENT for member in members
    }  # fmt: skip


def seat(name: str, meeting: Meeting) -> int:
    return hat(name, meeting.body.code).pk


def record(
    meeting: Meeting, treatments: Sequence[Treatment], *, absent: Sequence[str] = (), **options: Any
) -> list[Failure]:
    meeting.refresh_from_db()
    return meetings.record(
        **by_secretary(meeting.body), meeting_id=meeting.pk, revision=meeting.revision, treatments=treatments,
        presence=attendance(meeting, absent=absent), **options,
    )  # fmt: skip


def hammered(item: AgendaItem, proposal: str = "grant", **options: Any) -> Treatment:
    return Treatment(item_id=item.pk, proposal=proposal, form="hammered", **options)


def voted(
    item: AgendaItem, meeting: Meeting, against: Sequence[str], proposal: str = "grant", **options: Any
) -> Treatment:
    papers = {pk: Ballotpaper(choice="for") for pk, s in attendance(meeting).items()} | {
        seat(name, meeting): AGAINST for name in against
    }  # fmt: skip
    return Treatment(item_id=item.pk, proposal=proposal, form="votes", papers=papers, **options)


def by_presider(meeting: Meeting) -> dict[str, Any]:
    meeting.refresh_from_db()
    chair = meetings.presider(meeting)
    assert chair is not None
    return {**who(hat(_name(chair), meeting.body.code)), "meeting_id": meeting.pk, "revision": meeting.revision}


def _name(chair: Any) -> str:
    return str(chair.person.user.username)


def urgently(case: Case, step: str = "pho_decision", by: str = "karim", proposal: str = "grant", **options: Any) -> Any:
    values: Mapping[str, Any] = {"ground": "De wachtlijst loopt op; het contract eindigt morgen.", **options}
    body = {"pho_decision": "pho", "db_decision": "db"}[step]
    return meetings.decide_urgently(
        **who(hat(by, body)), case_id=case.pk, task_id=open_task(case, step).pk, proposal=proposal, **values
    )


def members(body: str) -> list[Any]:
    return roles.members(body_called(body))


def others(body: str) -> list[str]:
    """The members who do not chair it."""
    return [str(member.person.user.username) for member in members(body) if member.kind != "chair"]


def fraction(rule: Any) -> Fraction:
    return Fraction(rule.quorum_numerator, rule.quorum_denominator)
