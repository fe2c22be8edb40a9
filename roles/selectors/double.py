"""Who sits on both sides of the table: since when, by which exemption, and what the segregation date means for it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_

from django.db.models import Q

from roles.models import Appointment, Exemption, Person, Scheme
from roles.rules import seats
from roles.selectors.bodies import SEAT


@dataclass(frozen=True, slots=True)
class DoubleStay:
    """Somebody in seats on both sides, from a day on. `forbidden_from`: the first day on which that is not allowed."""

    person: Person
    client_seats: tuple[Appointment, ...]
    owner_seats: tuple[Appointment, ...]
    since: date
    until: date | None
    exemptions: tuple[Exemption, ...]
    forbidden_from: date | None

    @property
    def exemption(self) -> Exemption | None:
        """The one that lasts longest."""
        return max(self.exemptions, key=lambda row: row.valid_until, default=None)

    @property
    def must_choose_by(self) -> date | None:
        """The last day on which both seats are allowed."""
        return self.forbidden_from - timedelta(days=1) if self.forbidden_from else None


def double_stays(scheme: Scheme, day: date, segregated_from: date | None) -> list[DoubleStay]:
    """Everybody with seats on both sides on this day or later, as it would be with this date. Two queries."""
    on_a_side = [Q(position__body__kind=kind, position__role__capacity=capacity) for kind, capacity in seats.SIDES]
    sitting = (
        Appointment.objects.filter(Q(valid_until=None) | Q(valid_until__gte=day), position__body__scheme=scheme)
        .filter(reduce(or_, on_a_side))
        .select_related(*SEAT)
        .order_by("person__name__content", "person", "valid_from", "id")
    )
    by_person: dict[Person, list[Appointment]] = defaultdict(list)
    for appointment in sitting:
        by_person[appointment.person].append(appointment)
    exemptions: dict[int, list[Exemption]] = defaultdict(list)
    for row in Exemption.objects.filter(scheme=scheme, valid_until__gte=day).select_related("ground").order_by("id"):
        exemptions[row.person_id].append(row)
    found = (_stay(person, held, exemptions[person.pk], day, segregated_from) for person, held in by_person.items())
    return [stay for stay in found if stay is not None]


def _stay(
    person: Person,
    appointments: Iterable[Appointment],
    exemptions: list[Exemption],
    day: date,
    segregated_from: date | None,
) -> DoubleStay | None:
    held = [(row, _seat(row)) for row in appointments]
    client = [(row, seat) for row, seat in held if seat.side is seats.Side.CLIENT]
    owner = [(row, seat) for row, seat in held if seat.side is seats.Side.OWNER]
    both: list[tuple[date, date]] = []
    used: set[int] = set()
    for one, seat in client:
        for other, opposite in owner:
            period = seats.overlap(seat, opposite, since=date.min)
            if period is not None and period[1] >= day:
                both.append(period)
                used |= {one.pk, other.pk}
    if not both:
        return None
    allowed = [seats.Exempted(row.decided_on, row.valid_until) for row in exemptions]
    last = max(period[1] for period in both)
    return DoubleStay(
        person=person,
        client_seats=tuple(row for row, _ in client if row.pk in used),
        owner_seats=tuple(row for row, _ in owner if row.pk in used),
        since=min(period[0] for period in both),
        until=None if last == date.max else last,
        exemptions=tuple(exemptions),
        forbidden_from=seats.forbidden_from(both, segregated_from=segregated_from, exemptions=allowed),
    )


def _seat(row: Appointment) -> seats.Seat:
    side = seats.side(body_kind=row.position.body.kind, capacity=row.position.role.capacity)
    assert side is not None
    return seats.Seat(side, str(row.position), row.valid_from, row.valid_until)
