"""Questions about who may act that are asked in more than one place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet

from audit.clock import now, today
from roles.authorize import Authority, NotAllowed, Wanted, judge, read_all
from roles.models import (
    Appointment,
    Body,
    DecisionRule,
    Exemption,
    Mandate,
    Organisation,
    Person,
    Position,
    Recusal,
    Scheme,
    StepBinding,
    Substitution,
)
from roles.models.fields import holding_on
from roles.rules import seats
from roles.rules.verdict import GroundNeeded, Refused

SEAT = ("person__name", "position__body__scheme", "position__role", "organisation")
VOTING = (Appointment.Kind.MEMBER, Appointment.Kind.CHAIR)


@dataclass(frozen=True, slots=True)
class Hat:
    """An appointment that somebody may wear today: their own, or one they stand in for."""

    appointment: Appointment
    substitution: Substitution | None = None

    @property
    def appointment_id(self) -> int:
        return self.appointment.pk

    @property
    def substitution_id(self) -> int | None:
        return self.substitution.pk if self.substitution else None

    @property
    def position(self) -> Position:
        return self.appointment.position

    @property
    def label(self) -> str:
        """For instance "PHO-lid en voorzitter, PHO Limburg-Noord"; the same words as in acts."""
        role = self.position.role.label
        chairs = self.appointment.kind == Appointment.Kind.CHAIR
        return f"{role} en voorzitter, {self.position.body}" if chairs else f"{role}, {self.position.body}"

    @property
    def capacity(self) -> str:
        return self.position.role.get_capacity_display()

    @property
    def behalf_of(self) -> str:
        """The organisation represented, or the person stood in for."""
        names = [str(self.appointment.organisation)] if self.appointment.organisation else []
        return ", ".join([*names, *([f"in plaats van {self.appointment.person}"] if self.substitution else [])])


def hats(user_id: int, on: date | None = None) -> list[Hat]:
    """All hats of an account on a day, in a fixed order. Two queries."""
    day = on or today()
    own = Appointment.objects.filter(holding_on(day), person__user=user_id).select_related(*SEAT).order_by("id")
    stood_in = (
        Substitution.objects.filter(holding_on(day), holding_on(day, "appointment__"), substitute__user=user_id)
        .select_related(*(f"appointment__{path}" for path in SEAT))
        .order_by("id")
    )
    return [Hat(appointment) for appointment in own] + [Hat(row.appointment, row) for row in stood_in]


@dataclass(frozen=True, slots=True)
class Offer:
    """A hat for one step, and what the rules say of it; the hat chooser shows these."""

    hat: Hat
    verdict: Authority | GroundNeeded | Refused

    @property
    def allowed(self) -> bool:
        return isinstance(self.verdict, Authority)

    @property
    def needs_ground(self) -> bool:
        return isinstance(self.verdict, GroundNeeded)


def hats_for(user_id: int, wanted: Wanted) -> list[Offer]:
    """The user's hats that the step asks for, each judged. Three queries, however many hats."""
    fitting = [
        hat
        for hat in hats(user_id)
        if wanted.position_id in (None, hat.position.pk)
        and wanted.seat_id in (None, hat.appointment_id)
        and hat.position.body.scheme_id == wanted.scheme_id
    ]
    asked = [(hat.appointment_id, hat.substitution_id) for hat in fitting]
    offers = []
    for hat, facts in zip(fitting, read_all(user_id=user_id, hats=asked, wanted=wanted), strict=True):
        try:
            offers.append(Offer(hat, judge(wanted, facts)))
        except NotAllowed as refusal:
            offers.append(Offer(hat, refusal.refusal))
    return offers


def positions_held(user_id: int, on: date | None = None) -> set[int]:
    """The positions whose queues this account serves on a day. One query."""
    day = on or today()
    own = Appointment.objects.filter(holding_on(day), person__user=user_id).values_list("position")
    stood_in = Substitution.objects.filter(
        holding_on(day), holding_on(day, "appointment__"), substitute__user=user_id
    ).values_list("appointment__position")
    return {position for (position,) in own.union(stood_in)}


class Scope(NamedTuple):
    """Everything of a regeling, or what concerns one organisation; `on` is "scheme" or "organisation"."""

    on: str
    id: int
    confidential: bool


SCOPES = """
    WITH held AS (
        SELECT po.group_id FROM roles_appointment a
          JOIN roles_position po ON po.id = a.position_id
          JOIN roles_person p ON p.id = a.person_id
         WHERE p.user_id = %(user)s AND %(day)s BETWEEN a.valid_from AND coalesce(a.valid_until, 'infinity')
        UNION
        SELECT po.group_id FROM roles_substitution w
          JOIN roles_appointment a ON a.id = w.appointment_id
          JOIN roles_position po ON po.id = a.position_id
          JOIN roles_person p ON p.id = w.substitute_id
         WHERE p.user_id = %(user)s AND %(day)s BETWEEN w.valid_from AND coalesce(w.valid_until, 'infinity')
           AND %(day)s BETWEEN a.valid_from AND coalesce(a.valid_until, 'infinity')),
    granted AS (
        SELECT 'scheme' AS on, g.content_object_id AS id, g.permission_id
          FROM held JOIN roles_schemegrouppermission g USING (group_id)
        UNION ALL
        SELECT 'organisation', g.content_object_id, g.permission_id
          FROM held JOIN roles_organisationgrouppermission g USING (group_id))
    SELECT g.on, g.id, bool_or(p.codename = 'view_confidential')
      FROM granted g JOIN auth_permission p ON p.id = g.permission_id
     GROUP BY 1, 2 HAVING bool_or(p.codename = 'view_cases') ORDER BY 1 DESC, 2
"""


def scopes(user_id: int, on: date | None = None) -> list[Scope]:
    """What an account may see on a day: guardian's grants to the positions it holds, by the dates. One query."""
    with connection.cursor() as cursor:
        cursor.execute(SCOPES, {"user": user_id, "day": on or today()})
        return [Scope(*row) for row in cursor.fetchall()]


def participants(scheme: Scheme, on: date | None = None, module: str | None = None) -> list[Organisation]:
    """Who takes part on a day, in a module or in any."""
    taking_part = Organisation.objects.filter(holding_on(on or today(), "participations__"), scheme=scheme)
    if module is not None:
        taking_part = taking_part.filter(participations__module__code=module)
    return list(taking_part.distinct().order_by("name"))


def members(body: Body, on: date | None = None) -> list[Appointment]:
    """Who may vote in a body on a day: its members and its chair, not its secretary."""
    sitting = Appointment.objects.filter(holding_on(on or today()), position__body=body, kind__in=VOTING)
    return list(sitting.select_related(*SEAT).order_by("organisation__name", "id"))


def holders(position: Position, on: date | None = None) -> list[Appointment]:
    """Who holds a position on a day."""
    holding = Appointment.objects.filter(holding_on(on or today()), position=position)
    return list(holding.select_related(*SEAT).order_by("id"))


def seating(scheme: Scheme, on: date | None = None) -> list[Body]:
    """The bodies of a regeling with who sits in them on a day, as `body.seats`, for the roles page. Two queries."""
    sitting = Appointment.objects.filter(holding_on(on or today())).select_related(*SEAT).order_by("id")
    positions = Position.objects.select_related("role").prefetch_related(
        Prefetch("appointments", queryset=sitting, to_attr="seats")
    )
    return list(scheme.bodies.prefetch_related(Prefetch("positions", queryset=positions)).order_by("id"))


def chair(body: Body, on: date | None = None) -> Appointment | None:
    return next((member for member in members(body, on) if member.kind == Appointment.Kind.CHAIR), None)


def binding(scheme: Scheme, flow: str, step: str) -> list[StepBinding]:
    """Who does a step in this regeling; more than one where any of them may."""
    bound = StepBinding.objects.filter(scheme=scheme, flow=flow, step=step)
    return list(bound.select_related("body", "role").order_by("id"))


def bound_positions(
    scheme: Scheme, flow: str, step: str, organisation: Organisation | None = None
) -> list[Position]:
    """The positions that a step is bound to; what is bound to "the municipality concerned" needs to know which."""
    found = Q(pk=None)
    for bound in binding(scheme, flow, step):
        if bound.body_id is not None:
            found |= Q(body=bound.body_id, role=bound.role_id)
        elif organisation is not None:
            found |= Q(body__organisation=organisation, body__kind=Body.Kind.MUNICIPALITY, role=bound.role_id)
    return list(Position.objects.filter(found).select_related("body", "role").order_by("id"))


def rule_in_force(body: Body, on: date | None = None) -> DecisionRule:
    """How a body decides on a day; the row's `version` is frozen into the decision."""
    rule = body.decision_rules.filter(valid_from__lte=on or today()).order_by("-version").first()
    if rule is None:
        raise NotAllowed(
            Refused(f"Voor {body} is geen besluitregel vastgesteld. Leg die eerst vast.", "Besluitregels")
        )
    if rule.by_law:
        raise NotAllowed(
            Refused(
                f"{body} besluit volgens de wet, in een openbare vergadering en niet in deze stemronde.",
                "Wgr art. 22; Gemeentewet art. 28-33",
            )
        )
    return rule


def recused(chains: Sequence[str]) -> set[int]:
    """The ids of the people who are kept out of a case, by their own word."""
    return set(Recusal.objects.filter(chain__in=chains, withdrawn_at=None).values_list("person_id", flat=True))


def mandate_covers(
    *, position_id: int, power: str, amount: Decimal | None, domain: str, scale: str
) -> bool:
    """Is there a mandate by which the holder of a position may decide this now?"""
    covering = Mandate.objects.filter(
        in_force(),
        receiving=position_id,
        power=power,
        domain__in=("", domain),
        scale__in=("", scale),
    )
    if amount is not None:
        covering = covering.filter(Q(max_amount=None) | Q(max_amount__gte=amount))
    return covering.exists()


def mandate_register(scheme: Scheme) -> QuerySet[Mandate]:
    """Every version of every mandate, the last version of a number first."""
    return (
        Mandate.objects.filter(scheme=scheme)
        .select_related(
            "parent", "granting__body", "granting__role", "receiving__body", "receiving__role"
        )
        .order_by("number", "-version")
    )


def in_force() -> Q:
    """The mandates that may be relied on now."""
    return holding_on(today()) & (Q(revoked_at=None) | Q(revoked_at__gt=now()))


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
    day = on or today()
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
