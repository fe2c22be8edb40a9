"""What somebody is today, as far as signing in is concerned: which seats they hold, and whether they decide.

A session holds for the seats it began with. When these change, because somebody was appointed or left or a date passed,
the session ends: nobody goes on wearing a hat that was taken away, and whoever gets a hat that decides shows a second
factor first.
"""

import hashlib
from dataclasses import dataclass
from functools import cache

from django.contrib.auth.models import User
from django.db import connection

from roles.models import Body
from roles.models.bodies import Capacity
from roles.services.keeping import FLOW, HARMLESS
from workflows.flows import ALL

DECIDING_CAPACITIES = {Capacity.OWNER, Capacity.CLIENT}
DECIDING_BODIES = {Body.Kind.BOARD, Body.Kind.CLIENT}  # their secretaries too: they record what was decided

# What is held today, one's own (substitution 0) or another's. Bound: the regeling binds this position to what is
# decided by mandate, or to keeping its register.
SEATS = """
WITH held AS (
  SELECT a.id, 0 AS substitution, a.position_id
  FROM roles_appointment a JOIN roles_person p ON p.id = a.person_id
  WHERE p.user_id = %(user)s AND a.valid_from <= app_today() AND coalesce(a.valid_until >= app_today(), true)
  UNION ALL
  SELECT a.id, s.id, a.position_id
  FROM roles_substitution s
  JOIN roles_person p ON p.id = s.substitute_id
  JOIN roles_appointment a ON a.id = s.appointment_id
  WHERE p.user_id = %(user)s AND s.valid_from <= app_today() AND coalesce(s.valid_until >= app_today(), true)
    AND a.valid_from <= app_today() AND coalesce(a.valid_until >= app_today(), true)
)
SELECT held.id, held.substitution, role.capacity, body.kind, EXISTS (
  SELECT FROM roles_stepbinding b
  WHERE b.role_id = role.id AND (b.body_id = body.id OR b.body_id IS NULL AND b.scheme_id = body.scheme_id)
    AND (b.flow = %(register)s AND b.step <> ALL (%(harmless)s)
      OR (b.flow, b.step) IN (SELECT * FROM unnest(%(flows)s::text[], %(steps)s::text[])))
)
FROM held
JOIN roles_position position ON position.id = held.position_id
JOIN roles_body body ON body.id = position.body_id
JOIN roles_role role ON role.id = position.role_id
"""


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
    """By one query, in words that the database is given as they are, because every page asks."""
    decided = _decided()
    with connection.cursor() as cursor:
        cursor.execute(SEATS, {
            "user": user.pk, "register": FLOW, "harmless": sorted(HARMLESS),
            "flows": [flow for flow, _ in decided], "steps": [step for _, step in decided],
        })  # fmt: skip
        return Standing(tuple(sorted(Seat(*row) for row in cursor.fetchall())), user.is_superuser)


def must_have_second_factor(user: User) -> bool:
    return standing(user).decides


@cache
def _decided() -> list[tuple[str, str]]:
    """The steps that ask for a mandate, each with its flow."""
    return sorted(
        {(flow.code, node.name) for flow in ALL for node in flow.instance.nodes() if getattr(node, "power", "")}
    )
