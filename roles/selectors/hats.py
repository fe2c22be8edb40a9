"""The hats that an account may wear, which of them a step allows, and which were worn before in a case."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q

from audit.clock import TODAY
from roles.authorize import Authority, NotAllowed, Wanted, judge, read_all
from roles.models import Appointment, Position, Substitution
from roles.models.fields import holding_on
from roles.rules.segregation import Earlier
from roles.rules.verdict import GroundNeeded, Refused
from roles.selectors.bodies import SEAT


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

    def covers(self, *, flow: str, domain: str, chains: Collection[str]) -> bool:
        """Is this matter within it? Of one's own appointment everything is."""
        return self.substitution is None or self.substitution.extent.covers(flow=flow, domain=domain, chains=chains)

    @property
    def whole(self) -> bool:
        """For everything that the appointment gives."""
        return self.substitution is None or self.substitution.scope == Substitution.Scope.ALL

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
    """All hats of an account on a day, in a fixed order: their own first. Two queries."""
    day = on or TODAY
    lent = list(
        Substitution.objects.filter(
            holding_on(day), holding_on(day, "appointment__"), substitute__user=user_id
        ).order_by("id")
    )  # fmt: skip
    held = Q(holding_on(day), person__user=user_id)
    if lent:
        held |= Q(pk__in=[row.appointment_id for row in lent])
    found = {row.pk: row for row in Appointment.objects.filter(held).select_related(*SEAT).order_by("id")}
    own = [Hat(row) for row in found.values() if row.person.user_id == user_id]
    return own + [Hat(found[row.appointment_id], row) for row in lent]


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
    day = on or TODAY
    own = Appointment.objects.filter(holding_on(day), person__user=user_id).values_list("position")
    stood_in = Substitution.objects.filter(
        holding_on(day), holding_on(day, "appointment__"), substitute__user=user_id
    ).values_list("appointment__position")
    return {position for (position,) in own.union(stood_in)}


def acted_as(capacities: Collection[str], chains: Sequence[str]) -> set[int]:
    """The ids of the people who did something in one of these capacities in a case, or voted in a meeting about it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT substr(actor, 8)::bigint FROM roles_conduct"
            " WHERE chain = ANY (%s) AND capacity = ANY (%s) AND actor LIKE 'person/%%'",
            [list(chains), list(capacities)],
        )
        return {person for (person,) in cursor.fetchall()}


def conduct(chains: Sequence[str]) -> dict[str, dict[int, set[Earlier]]]:
    """What each person did before, by the chain of the case. One query."""
    done: dict[str, dict[int, set[Earlier]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT chain, substr(actor, 8)::bigint, capacity, duty FROM roles_conduct"
            " WHERE chain = ANY (%s) AND actor LIKE 'person/%%'",
            [list(chains)],
        )
        for chain, person, capacity, duty in cursor.fetchall():
            done.setdefault(chain, {}).setdefault(person, set()).add(Earlier(capacity, duty))
    return done
