"""What somebody is today, as far as signing in is concerned: which seats they hold, and whether they decide.

A session holds for the seats it began with. When these change, because somebody was appointed or left or a date passed,
the session ends: nobody goes on wearing a hat that was taken away, and whoever gets a hat that decides shows a second
factor first.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import DateField, Func, Value

from roles.models import Appointment, Body, Substitution
from roles.models.bodies import Capacity
from roles.models.fields import holding_on

TODAY: Any = Func(function="app_today", output_field=DateField())

DECIDING_CAPACITIES = {Capacity.OWNER, Capacity.CLIENT}
DECIDING_BODIES = {Body.Kind.BOARD, Body.Kind.CLIENT}  # their secretaries too: they record what was decided
DECIDING_ROLES = {"director", "administrator"}  # by mandate, or by appointing those who decide


@dataclass(frozen=True, slots=True, order=True)
class Seat:
    """An appointment that somebody may act in, their own or as a substitute."""

    appointment: int
    substitution: int
    capacity: str
    body_kind: str
    role: str

    @property
    def decides(self) -> bool:
        return self.capacity in DECIDING_CAPACITIES or self.body_kind in DECIDING_BODIES or self.role in DECIDING_ROLES


@dataclass(frozen=True, slots=True)
class Standing:
    seats: tuple[Seat, ...]
    superuser: bool = False

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(repr(self.seats).encode()).hexdigest()[:32]

    @property
    def decides(self) -> bool:
        return self.superuser or any(seat.decides for seat in self.seats)


def standing(user: User) -> Standing:
    """By one query, because every page asks."""
    own = Appointment.objects.filter(holding_on(TODAY), person__user=user).values_list(
        "pk", Value(0), "position__role__capacity", "position__body__kind", "position__role__code"
    )
    lent = Substitution.objects.filter(
        holding_on(TODAY), holding_on(TODAY, "appointment__"), substitute__user=user
    ).values_list(
        "appointment_id",
        "pk",
        "appointment__position__role__capacity",
        "appointment__position__body__kind",
        "appointment__position__role__code",
    )
    return Standing(tuple(sorted(Seat(*row) for row in own.union(lent, all=True))), user.is_superuser)


def must_have_second_factor(user: User) -> bool:
    return standing(user).decides
