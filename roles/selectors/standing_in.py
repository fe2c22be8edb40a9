"""Who may stand in for whom, who does, and who is away: the register of a regeling as its rules look at it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from roles.models import Absence, Appointment, Body, DecisionRule, Person, Scheme, Substitution
from roles.models.fields import Period, holding_on
from roles.rules import standing_in
from roles.rules.standing_in import Away, Extent, Known, Lent, Place, Span
from roles.rules.verdict import Granted, Verdict
from roles.selectors.bodies import SEAT, VOTING

TOGETHER = (Body.Kind.BOARD, Body.Kind.CLIENT, Body.Kind.OFFICIALS)


def span_of(period: Period) -> Span:
    return Span(period.valid_from, period.valid_until)


def place_of(appointment: Appointment) -> Place:
    return Place(
        id=appointment.pk, person=appointment.person_id, role=appointment.position.role_id,
        body=appointment.position.body_id, organisation=represented(appointment),
        span=span_of(appointment), votes=appointment.kind in VOTING,
        deputises=appointment.kind == Appointment.Kind.SUBSTITUTE,
    )  # fmt: skip


def represented(appointment: Appointment) -> int | None:
    """For which organisation somebody sits: their own, or that of a municipality's office."""
    body = appointment.position.body
    return appointment.organisation_id or (body.organisation_id if body.kind == Body.Kind.MUNICIPALITY else None)


@dataclass(slots=True)
class Register:
    """Everything of one regeling that may meet a span of days, read at once."""

    known: Known
    people: dict[int, Person] = field(default_factory=dict)

    def verdict(self, appointment: Appointment, person: int, span: Span, extent: Extent) -> Verdict:
        return standing_in.may_stand_in(self.known, place_of(appointment), person, span, extent)

    def candidates(self, appointment: Appointment, span: Span, *, by_holder: bool) -> list[Person]:
        """Whom the rules let stand in, by name; a holder chooses among colleagues."""
        place = place_of(appointment)
        allowed = [
            person
            for number, person in self.people.items()
            if isinstance(standing_in.may_stand_in(self.known, place, number, span, Extent()), Granted)
            and (not by_holder or isinstance(standing_in.may_arrange(self.known, place, number, span), Granted))
        ]
        return sorted(allowed, key=str)


def register(scheme: Scheme, since: date) -> Register:
    """What holds on a day or later. Five queries."""
    later = Q(valid_until=None) | Q(valid_until__gte=since)
    held = Appointment.objects.filter(later, position__body__scheme=scheme).select_related(
        "position__body", "person__name"
    )
    lent = Substitution.objects.filter(later, appointment__position__body__scheme=scheme)
    away = Absence.objects.filter(later, scheme=scheme)
    together = Body.objects.filter(scheme=scheme, kind__in=TOGETHER)
    return Register(
        Known(
            places=[place_of(each) for each in held],
            lent=[
                Lent(place_of(each.appointment), each.substitute_id, span_of(each), each.extent)
                for each in lent.select_related("appointment__position__body")
            ],
            away=[Away(each.person_id, span_of(each)) for each in away],
            together={body.pk: body.label for body in together},
            deputies_only=_deputies_only(scheme, since),
        ),
        {each.person_id: each.person for each in held},
    )  # fmt: skip


def _deputies_only(scheme: Scheme, on: date) -> set[int]:
    """Bodies whose rule of that day, or the law, lets only a deputy take a member's place."""
    rules = DecisionRule.objects.filter(body__scheme=scheme, valid_from__lte=on).order_by("body", "-version")
    return {
        rule.body_id for rule in rules.distinct("body") if rule.by_law or rule.stand_in == DecisionRule.StandIn.DEPUTY
    }


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody who is away, and who takes their place."""

    absence: Absence | None
    substitutions: Sequence[Substitution]

    @property
    def away(self) -> bool:
        return self.absence is not None

    def covered(self, *, flow: str, domain: str, chains: Collection[str]) -> bool:
        """Will somebody be there for a matter like this: the holder, or who stands in?"""
        covering = (each.extent.covers(flow=flow, domain=domain, chains=chains) for each in self.substitutions)
        return not self.away or any(covering)

    def sits(self, *, flow: str, domain: str, chains: Collection[str]) -> Person | None:
        """Who takes the place of the member in a matter like this; nobody, where they come themselves."""
        covering = (each for each in self.substitutions if each.extent.covers(flow=flow, domain=domain, chains=chains))
        return next((each.substitute for each in covering), None)


HERE = Stay(None, ())


def stays(seats: Iterable[Appointment], on: date) -> dict[int, Stay]:
    """By appointment whether its holder is away on a day, and who stands in and is not away too. Two queries."""
    seats = list(seats)
    lent: dict[int, list[Substitution]] = defaultdict(list)
    standing = Substitution.objects.filter(holding_on(on), appointment__in=[seat.pk for seat in seats])
    for each in standing.select_related("substitute__name").order_by("id"):
        lent[each.appointment_id].append(each)
    people = {seat.person_id for seat in seats} | {each.substitute_id for found in lent.values() for each in found}
    away: dict[tuple[int, int], Absence] = {
        (each.person_id, each.scheme_id): each for each in Absence.objects.filter(holding_on(on), person__in=people)
    }
    found = {}
    for seat in seats:
        scheme = seat.position.body.scheme_id
        there = [each for each in lent[seat.pk] if (each.substitute_id, scheme) not in away]
        found[seat.pk] = Stay(away.get((seat.person_id, scheme)), there)
    return found


def sitting_in(
    seats: Collection[Appointment], on: date, *, flow: str, domain: str = "", chains: Collection[str] = ()
) -> dict[int, Person]:
    """Who takes whose place on a day in such a matter, by the member's appointment. Two queries."""
    found = {pk: stay.sits(flow=flow, domain=domain, chains=chains) for pk, stay in stays(seats, on).items()}
    return {pk: person for pk, person in found.items() if person is not None}


def absences(person: int, schemes: Collection[Scheme], since: date) -> list[Absence]:
    """When somebody is away, from a day on, with who stands in then; the first to come first. Two queries."""
    found = Absence.objects.filter(Q(valid_until=None) | Q(valid_until__gte=since), person=person, scheme__in=schemes)
    return list(
        found.select_related("person__name", "scheme", "reason")
        .prefetch_related("substitutions")
        .order_by("valid_from", "id")
    )


def own_seats(user: int, on: date) -> list[Appointment]:
    """What somebody holds on a day, to be stood in for. One query."""
    held = Appointment.objects.filter(holding_on(on), person__user=user).exclude(kind=Appointment.Kind.SUBSTITUTE)
    return list(held.select_related(*SEAT).order_by("position__body__scheme", "id"))
