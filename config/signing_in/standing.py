"""What somebody is today, as far as signing in is concerned: which seats they hold, and whether they decide.

A session holds for the seats it began with. When these change, because somebody was appointed or left or a date passed,
the session ends: nobody goes on wearing a hat that was taken away, and whoever gets a hat that decides shows a second
factor first.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.auth.models import User
from django.db.models import DateField, Exists, Func, OuterRef, Q, Value

from roles.models import Appointment, Body, StepBinding, Substitution
from roles.models.bodies import Capacity
from roles.models.fields import holding_on
from roles.services.keeping import FLOW, HARMLESS
from workflows.flows import ALL

TODAY: Any = Func(function="app_today", output_field=DateField())

DECIDING_CAPACITIES = {Capacity.OWNER, Capacity.CLIENT}
DECIDING_BODIES = {Body.Kind.BOARD, Body.Kind.CLIENT}  # their secretaries too: they record what was decided


@dataclass(frozen=True, slots=True, order=True)
class Seat:
    """An appointment that somebody may act in, their own or as a substitute."""

    appointment: int
    substitution: int
    capacity: str
    body_kind: str
    bound: bool

    @property
    def decides(self) -> bool:
        return self.capacity in DECIDING_CAPACITIES or self.body_kind in DECIDING_BODIES or self.bound


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
        "pk", Value(0), "position__role__capacity", "position__body__kind", _bound("position__")
    )
    lent = Substitution.objects.filter(
        holding_on(TODAY), holding_on(TODAY, "appointment__"), substitute__user=user
    ).values_list(
        "appointment_id",
        "pk",
        "appointment__position__role__capacity",
        "appointment__position__body__kind",
        _bound("appointment__position__"),
    )
    return Standing(tuple(sorted(Seat(*row) for row in own.union(lent, all=True))), user.is_superuser)


def must_have_second_factor(user: User) -> bool:
    return standing(user).decides


def _bound(path: str) -> Exists:
    """The regeling binds this position to what is decided by mandate, or to keeping its register."""
    decided = Q(flow=FLOW) & ~Q(step__in=HARMLESS)
    for flow, steps in _mandated():
        decided |= Q(flow=flow, step__in=steps)
    body = Q(body=OuterRef(f"{path}body")) | Q(body=None, scheme=OuterRef(f"{path}body__scheme"))
    return Exists(StepBinding.objects.filter(decided, body, role=OuterRef(f"{path}role")))


@cache
def _mandated() -> list[tuple[str, list[str]]]:
    """By flow, the steps that ask for a mandate."""
    asked = [(flow.code, [node.name for node in flow.instance.nodes() if getattr(node, "power", "")]) for flow in ALL]
    return [(code, steps) for code, steps in asked if steps]
