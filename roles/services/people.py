"""Who sits where: appointing under the seat rule, and the exemptions of the AB."""

from collections.abc import Iterator
from datetime import date

from django.contrib.auth.models import User
from django.db.models import QuerySet

from audit import clock, texts
from roles.authorize import Authority, NotAllowed
from roles.models import Appointment, Exemption, Organisation, Person, Position, Scheme
from roles.models.bodies import Capacity
from roles.rules import seats
from roles.rules.verdict import Granted, Refused, Verdict
from roles.services.acting import act, require
from roles.services.grants import sync_memberships
from roles.services.keeping import lock


def register_person(*, scheme: Scheme, name: str, user: User | None = None, by: Authority | None = None) -> Person:
    with act(chain=scheme.chain, verb="register_person", by=by):
        return Person.objects.create(name=texts.write(scheme.chain, name), user=user)


def appoint(
    *,
    person: Person,
    position: Position,
    valid_from: date,
    valid_until: date | None = None,
    kind: str = Appointment.Kind.MEMBER,
    weight: int = 1,
    organisation: Organisation | None = None,
    reads_from: date | None = None,
    reads_until: date | None = None,
    by: Authority | None = None,
) -> Appointment:
    """Refused for a second seat on the other side of the table, from the date of the regeling, without exemption."""
    scheme = position.body.scheme
    with act(chain=scheme.chain, verb="appoint", by=by) as running:
        lock(scheme)  # two appointments at once would not see one another
        appointment = Appointment(
            person=person,
            position=position,
            kind=kind,
            weight=weight,
            organisation=organisation,
            valid_from=valid_from,
            valid_until=valid_until,
            reads_from=reads_from,
            reads_until=reads_until,
        )
        require(_in_order(appointment))
        running.flags += require(seat_verdict(person, position, valid_from, valid_until))
        appointment.save(force_insert=True)
    sync_memberships()
    return appointment


def end_appointment(*, appointment: Appointment, last_day: date, reason: str, by: Authority | None = None) -> None:
    """The last day is included. An appointment can end earlier than was planned, not later: appoint again for that."""
    if last_day < appointment.valid_from or last_day > (appointment.valid_until or date.max):
        raise NotAllowed(
            Refused(
                "De laatste dag ligt niet binnen de benoeming. Kies een dag vanaf "
                f"{appointment.valid_from:%d-%m-%Y} en vóór de geplande einddatum.",
                "Benoemingenregister",
            )
        )
    scheme = appointment.position.body.scheme
    with act(chain=scheme.chain, verb="end_appointment", by=by) as running:
        lock(scheme)
        running.motivation = reason
        running.details["appointment"] = f"appointment/{appointment.pk}"
        appointment.valid_until = last_day
        appointment.save(update_fields=["valid_until"])
    sync_memberships()


def exempt(
    *, person: Person, scheme: Scheme, ground: str, decided_on: date, valid_until: date, by: Authority | None = None
) -> Exemption:
    """The AB lets somebody hold a seat on both sides until a date, and says why."""
    if not ground.strip() or valid_until < decided_on:
        raise NotAllowed(
            Refused(
                "Een ontheffing heeft een grond en een einddatum na het besluit. Vul beide in.",
                "Rolscheiding, besluit van het algemeen bestuur",
            )
        )
    if decided_on > clock.today():
        raise NotAllowed(
            Refused(
                "Het besluit ligt in de toekomst. Leg de ontheffing vast als het AB heeft besloten.",
                "Rolscheiding, besluit van het algemeen bestuur",
            )
        )
    with act(chain=scheme.chain, verb="exempt", by=by):
        lock(scheme)
        return Exemption.objects.create(
            person=person,
            scheme=scheme,
            ground=texts.write(scheme.chain, ground),
            decided_on=decided_on,
            valid_until=valid_until,
        )


def _in_order(appointment: Appointment) -> Verdict:
    first, last = appointment.valid_from, appointment.valid_until
    if appointment.limited and appointment.position.role.capacity != Capacity.SUPERVISOR:
        return Refused("Alleen wie toezicht houdt, leest één periode. Laat dit voor deze rol leeg.", "Toezicht")
    if last is not None and last < first:
        return Refused("De benoeming eindigt voordat zij begint. Pas de datums aan.", "Benoemingenregister")
    if _meeting(Appointment.objects.filter(person=appointment.person, position=appointment.position), first, last):
        return Refused(
            "Deze persoon heeft deze functie in die periode al. Beëindig eerst de lopende benoeming.",
            "Benoemingenregister",
        )
    return Granted()


def _meeting(appointments: QuerySet[Appointment], first: date, last: date | None) -> bool:
    """Does one of these fall in the period?"""
    return any(
        other.valid_from <= (last or date.max) and first <= (other.valid_until or date.max) for other in appointments
    )


def seat_verdict(person: Person, position: Position, first: date, last: date | None) -> Verdict:
    """The seat rule, for who takes a seat and for who stands in for it."""
    side = seats.side(body_kind=position.body.kind, capacity=position.role.capacity)
    if side is None:
        return Granted()
    scheme = position.body.scheme
    return seats.may_take(
        seats.Seat(side, str(position), first, last),
        held=list(_seats_of(person, scheme)),
        segregated_from=scheme.segregated_from,
        exemptions=[seats.Exempted(row.decided_on, row.valid_until) for row in person.exemptions.filter(scheme=scheme)],
    )


def _seats_of(person: Person, scheme: Scheme) -> Iterator[seats.Seat]:
    """The seats that this person holds or stands in for, whenever."""
    held = person.appointments.filter(position__body__scheme=scheme).select_related("position__body", "position__role")
    stood_in = person.substitutions.filter(appointment__position__body__scheme=scheme).select_related(
        "appointment__position__body", "appointment__position__role"
    )
    periods = [(row.position, row.valid_from, row.valid_until) for row in held] + [
        (row.appointment.position, row.valid_from, row.valid_until) for row in stood_in
    ]
    for position, first, last in periods:
        side = seats.side(body_kind=position.body.kind, capacity=position.role.capacity)
        if side is not None:
            yield seats.Seat(side, str(position), first, last)
