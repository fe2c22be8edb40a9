"""Who serves a role or a seat now: its holder, and whoever stands in for them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Value

from roles.models import Appointment, Substitution
from roles.models.fields import holding_on
from roles.rules.standing_in import Extent, Reach


@dataclass(frozen=True, slots=True)
class Attendant:
    """Somebody who serves an appointment on a day; a substitute perhaps only for a part of it (`extent`)."""

    position_id: int
    appointment_id: int
    person_id: int
    user_id: int | None
    substitution_id: int | None
    extent: Extent

    def covers(self, *, flow: str, domain: str, chains: Collection[str]) -> bool:
        """Is a matter of these this person's concern?"""
        return self.extent.covers(flow=flow, domain=domain, chains=chains)


def attending(position_ids: Collection[int], today: date) -> dict[int, list[Attendant]]:
    """Who serves each of these positions, by its id: holders and their substitutes. One query."""
    found: dict[int, list[Attendant]] = defaultdict(list)
    for each in _serving("position_id", position_ids, today):
        found[each.position_id].append(each)
    return {position: found[position] for position in position_ids}


def attending_seats(seat_ids: Collection[int], today: date) -> dict[int, list[Attendant]]:
    """Who serves each of these appointments, by its id: the member, and who takes their place. One query."""
    found: dict[int, list[Attendant]] = defaultdict(list)
    for each in _serving("id", seat_ids, today):
        found[each.appointment_id].append(each)
    return {seat: found[seat] for seat in seat_ids}


def _serving(of: str, ids: Collection[int], day: date) -> list[Attendant]:
    none: Any = Value(None, output_field=BigIntegerField())
    own = Appointment.objects.filter(holding_on(day), **{f"{of}__in": ids}).values_list(
        "position_id", "pk", "person_id", "person__user_id", none, Value(Reach.ALL.value), Value("")
    )
    lent = Substitution.objects.filter(
        holding_on(day), holding_on(day, "appointment__"), **{f"appointment__{of}__in": ids}
    ).values_list(
        "appointment__position_id",
        "appointment_id",
        "substitute_id",
        "substitute__user_id",
        "pk",
        "scope",
        "limited_to",
    )
    found = sorted(own.union(lent, all=True), key=lambda row: (row[1], row[4] or 0))
    return [
        Attendant(position, appointment, person, user, substitution, Extent(scope, limited_to))
        for position, appointment, person, user, substitution, scope, limited_to in found
    ]
