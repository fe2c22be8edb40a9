"""A meeting under its lock, with who does something to it: its secretary, or who presided."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from audit import clock
from audit.services import OpenAct, acting
from cases.models import Meeting, Presence
from escalation.services.messages import notify
from roles import selectors as roles
from roles.authorize import Authority, Kind, NotAllowed, Wanted, authorize
from roles.models import Appointment, Body
from roles.models.fields import holding_on
from roles.rules.verdict import Refused
from roles.services.acting import hat_of
from workflows.engine import Gone, Stale

FLOW = "meetings"
PRESIDING: dict[str, int] = {Appointment.Kind.CHAIR: 0, Appointment.Kind.VICE_CHAIR: 1}
ORDER = "Reglement van orde"


@dataclass(slots=True, kw_only=True)
class Sitting:
    """What is done to one meeting; `correlation` ties it to what it does in cases."""

    meeting: Meeting
    by: Authority
    now: datetime
    correlation: UUID = field(default_factory=uuid4)

    @contextmanager
    def act(self, verb: str, *, duty: str = "") -> Iterator[OpenAct]:
        """The act of the meeting itself; moves of cases come before or after it, never within."""
        with acting(
            chain=self.meeting.chain, verb=verb, actor=self.by.actor, user_id=self.by.user_id, hat=hat_of(self.by),
            duty=duty,
        ) as act:  # fmt: skip
            act.correlation = self.correlation
            act.flags = list(self.by.flags)
            yield act

    def tell(self, template: str, *, seat: int | None = None, position: int | None = None) -> None:
        """One seat or role hears of it, or else the whole body; of what already began only who has to do something."""
        if seat or position or self.meeting.starts_at > self.now or self.meeting.state != Meeting.State.PLANNED:
            notify(
                template=template, meeting=self.meeting, seat_id=seat, position_id=position, by=self.by.person_id
            )  # fmt: skip


@contextmanager
def sitting(
    *, meeting_id: int, verb: str, states: Collection[str], user_id: int, appointment_id: int,
    substitution_id: int | None = None, as_chair: bool = False,
) -> Iterator[Sitting]:  # fmt: skip
    """Lock the meeting, then ask who may. Raises Gone, Stale (it is past that), NotAllowed."""
    with transaction.atomic():
        meeting = locked(meeting_id)
        wanted = for_presider(meeting, verb) if as_chair else for_secretary(meeting.body, verb, appointment_id)
        by = authorize(
            user_id=user_id, appointment_id=appointment_id, substitution_id=substitution_id, wanted=wanted
        )  # fmt: skip
        if meeting.state not in states:
            raise Stale(PAST[meeting.state])
        yield Sitting(meeting=meeting, by=by, now=clock.now())


PAST: dict[str, str] = {
    Meeting.State.PLANNED: "Deze vergadering is nog niet gehouden.",
    Meeting.State.HELD: "Deze vergadering is al gehouden en vastgelegd.",
    Meeting.State.CONFIRMED: "De besluitenlijst van deze vergadering is al vastgesteld.",
    Meeting.State.CANCELLED: "Deze vergadering is vervallen.",
}


def locked(meeting_id: int) -> Meeting:
    """Whoever else wants to change it waits."""
    found = Meeting.objects.select_for_update(of=("self",), no_key=True).filter(pk=meeting_id)
    meeting = found.select_related("body__scheme", "place", "remark").first()
    if meeting is None:
        raise Gone(meeting_id)
    return meeting


def secretaries(body: Body) -> set[int]:
    """The positions of who is secretary of a body today: they convene and record its meetings."""
    sitting_now = Appointment.objects.filter(
        holding_on(clock.today()), position__body=body, kind=Appointment.Kind.SECRETARY
    )
    return set(sitting_now.values_list("position", flat=True))


def for_secretary(body: Body, verb: str, appointment_id: int | None = None) -> Wanted:
    """What only the secretary of this body may. Raises NotAllowed where it has none."""
    positions = secretaries(body)
    if not positions:
        raise NotAllowed(Refused(f"{body} heeft vandaag geen secretaris. Benoem er eerst een.", "Benoemingenregister"))
    own = Appointment.objects.filter(position__in=positions).values_list("position", flat=True)
    return Wanted(
        verb=verb, duty="", kind=Kind.OFFICE, scheme_id=body.scheme_id, flow=FLOW,
        position_id=own.filter(pk=appointment_id or 0).first() or min(positions),
    )  # fmt: skip


def for_presider(meeting: Meeting, verb: str) -> Wanted:
    """What only who presided over this meeting may."""
    chair = presider(meeting)
    if chair is None:
        raise NotAllowed(Refused("Niemand was aanwezig die deze lijst kan vaststellen.", ORDER))
    return Wanted(
        verb=verb, duty="confirm", kind=Kind.VOTE, scheme_id=meeting.body.scheme_id, flow=FLOW,
        position_id=chair.position_id, seat_id=chair.pk,
    )  # fmt: skip


def presider(meeting: Meeting) -> Appointment | None:
    """The chair if there, else the substitute chair, else of those present who sits longest."""
    there = Presence.objects.filter(meeting=meeting, state=Presence.State.PRESENT).select_related(
        *(f"appointment__{path}" for path in roles.SEAT)
    )
    own = [row.appointment for row in there if row.stood_in_by_id is None]  # standing in for a member is no chair
    seats = own or [row.appointment for row in there]
    return min(seats, key=lambda seat: (PRESIDING.get(seat.kind, 2), seat.valid_from, seat.pk), default=None)
