"""Who takes part in a regeling, who sits in its bodies, and who sits on both sides of the table."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import Q

from audit.clock import TODAY
from roles.models import Appointment, Body, Exemption, Organisation, Person, Position, Recusal, Scheme, Substitution
from roles.models.fields import holding_on
from roles.rules import seats

SEAT = ("person__name", "position__body__scheme", "position__role", "organisation")
VOTING = (Appointment.Kind.MEMBER, Appointment.Kind.CHAIR, Appointment.Kind.VICE_CHAIR)


def partner_regions(scheme: Scheme) -> list[Organisation]:
    """The regions beside this one with which it may have something bought."""
    return list(Organisation.objects.filter(scheme=scheme, kind=Organisation.Kind.PARTNER).order_by("name"))


def participants(scheme: Scheme, on: date | None = None, module: str | None = None) -> list[Organisation]:
    """Who takes part on a day, in a module or in any."""
    taking_part = Organisation.objects.filter(holding_on(on or TODAY, "participations__"), scheme=scheme)
    if module is not None:
        taking_part = taking_part.filter(participations__module__code=module)
    return list(taking_part.distinct().order_by("name"))


def members(body: Body, on: date | None = None) -> list[Appointment]:
    """Who may vote in a body on a day: its members, its chair and who stands in for the chair; not its secretary."""
    sitting = Appointment.objects.filter(holding_on(on or TODAY), position__body=body, kind__in=VOTING)
    return list(sitting.select_related(*SEAT).order_by("organisation__name", "id"))


def holders(position: Position, on: date | None = None) -> list[Appointment]:
    """Who holds a position on a day."""
    holding = Appointment.objects.filter(holding_on(on or TODAY), position=position)
    return list(holding.select_related(*SEAT).order_by("id"))


def seating(scheme: Scheme, on: date | None = None) -> list[tuple[Body, list[Appointment]]]:
    """The bodies of a regeling with who sits in each on a day. Two queries."""
    sitting = Appointment.objects.filter(holding_on(on or TODAY), position__body__scheme=scheme)
    seated: dict[int, list[Appointment]] = defaultdict(list)
    for appointment in sitting.select_related(*SEAT).order_by("position", "organisation__name", "id"):
        seated[appointment.position.body_id].append(appointment)
    return [(body, seated[body.pk]) for body in scheme.bodies.order_by("id")]


def career(person_id: int, schemes: Iterable[Scheme]) -> list[Appointment]:
    """Everything that somebody is, was and will be in these regelingen, the last first. One query."""
    appointed = Appointment.objects.filter(person=person_id, position__body__scheme__in=schemes)
    return list(appointed.select_related(*SEAT).order_by("-valid_from", "-id"))


def substitutions(person_id: int, schemes: Iterable[Scheme]) -> list[Substitution]:
    """Where somebody stands in for another, or another for them, the last first. One query."""
    either = Q(substitute=person_id) | Q(appointment__person=person_id)
    found = Substitution.objects.filter(either, appointment__position__body__scheme__in=schemes)
    return list(
        found.select_related("substitute__name", *(f"appointment__{path}" for path in SEAT)).order_by(
            "-valid_from", "-id"
        )
    )


def successor(appointment: Appointment, on: date, *, besides: Sequence[int] = ()) -> Appointment | None:
    """Who sits in its seat on a day: the same position, for the same organisation, with a vote if it had one."""
    sitting = Appointment.objects.filter(
        holding_on(on), position=appointment.position_id, organisation=appointment.organisation_id
    )
    if appointment.kind in VOTING:
        sitting = sitting.filter(kind__in=VOTING)
    return sitting.exclude(pk__in=[appointment.pk, *besides]).order_by("valid_from", "id").first()


def chair(body: Body, on: date | None = None) -> Appointment | None:
    return next((member for member in members(body, on) if member.kind == Appointment.Kind.CHAIR), None)


def recused(chains: Sequence[str]) -> set[int]:
    """The ids of the people who are kept out of a case, by their own word."""
    return set(Recusal.objects.filter(chain__in=chains, withdrawn_at=None).values_list("person_id", flat=True))


@dataclass(frozen=True, slots=True)
class DoubleSeat:
    """Somebody who sits as client and as owner at once, with what the regeling says about it."""

    person: Person
    client_seats: tuple[Appointment, ...]
    owner_seats: tuple[Appointment, ...]
    segregated_from: date | None
    exempted_until: date | None

    @property
    def seats(self) -> tuple[Appointment, ...]:
        return self.client_seats + self.owner_seats


def double_seats(scheme: Scheme, on: date | None = None) -> list[DoubleSeat]:
    """Everybody with a seat on both sides on a day: shown before the date, and to be ended after it. Two queries."""
    day = on or TODAY
    sitting = (
        Appointment.objects.filter(holding_on(day), position__body__scheme=scheme)
        .select_related(*SEAT)
        .order_by("person_id", "id")
    )
    exempted = {
        row.person_id: row.valid_until
        for row in Exemption.objects.filter(scheme=scheme, decided_on__lte=day, valid_until__gte=day)
    }
    found = []
    for person, appointments in groupby(sitting, key=lambda appointment: appointment.person):
        by_side = _by_side(appointments)
        if by_side[seats.Side.CLIENT] and by_side[seats.Side.OWNER]:
            found.append(
                DoubleSeat(
                    person=person,
                    client_seats=tuple(by_side[seats.Side.CLIENT]),
                    owner_seats=tuple(by_side[seats.Side.OWNER]),
                    segregated_from=scheme.segregated_from,
                    exempted_until=exempted.get(person.pk),
                )
            )
    return found


def _by_side(appointments: Iterable[Appointment]) -> dict[seats.Side, list[Appointment]]:
    sides: dict[seats.Side, list[Appointment]] = {side: [] for side in seats.Side}
    for appointment in appointments:
        position = appointment.position
        side = seats.side(body_kind=position.body.kind, capacity=position.role.capacity)
        if side is not None:
            sides[side].append(appointment)
    return sides
