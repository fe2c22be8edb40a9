"""Who is left to decide: members, vacant seats, recusals and what was done before, of many cases in one query each."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Exists, OuterRef

from roles.models import Appointment, DecisionRule, Dispensation, DutyPair, Recusal
from roles.models.fields import holding_on
from roles.rules.segregation import Pair
from roles.selectors.bodies import SEAT, VOTING

PRESIDING: dict[str, int] = {Appointment.Kind.CHAIR: 0, Appointment.Kind.VICE_CHAIR: 1}


def presiding(seats: Iterable[Appointment]) -> Appointment | None:
    """The chair, else the substitute chair, else the member who sits longest."""
    return min(seats, key=lambda seat: (PRESIDING.get(seat.kind, 2), seat.valid_from, seat.pk), default=None)


def members_of_all(bodies: Collection[int], on: date) -> dict[int, list[Appointment]]:
    """Who may vote in each of these bodies on a day, by the id of the body. One query."""
    found: dict[int, list[Appointment]] = {body: [] for body in bodies}
    sitting = Appointment.objects.filter(holding_on(on), position__body__in=bodies, kind__in=VOTING)
    for appointment in sitting.select_related(*SEAT).order_by("organisation__name", "id"):
        found[appointment.position.body_id].append(appointment)
    return found


def holders_of_all(positions: Collection[int], on: date) -> dict[int, list[Appointment]]:
    """Who holds each of these positions on a day, by its id. One query."""
    found: dict[int, list[Appointment]] = {position: [] for position in positions}
    for appointment in Appointment.objects.filter(holding_on(on), position__in=positions).select_related(*SEAT):
        found[appointment.position_id].append(appointment)
    return found


def left_vacant(bodies: Collection[int], since: date, on: date) -> dict[int, list[Appointment]]:
    """Seats with a vote that ended since a day, and that nobody has for the same organisation now. One query."""
    taken = Appointment.objects.filter(
        holding_on(on), position=OuterRef("position"), organisation=OuterRef("organisation"), kind__in=VOTING
    )
    ended = Appointment.objects.filter(
        ~Exists(taken), position__body__in=bodies, kind__in=VOTING, valid_until__gte=since, valid_until__lt=on,
        organisation__isnull=False,
    )  # fmt: skip
    last = ended.select_related(*SEAT).order_by("position__body", "organisation", "-valid_until")
    found: dict[int, list[Appointment]] = {body: [] for body in bodies}
    for appointment in last.distinct("position__body", "organisation"):
        found[appointment.position.body_id].append(appointment)
    return found


def rules_of_all(bodies: Collection[int], on: date) -> dict[int, DecisionRule]:
    """How each of these bodies decides on a day, by its id. One query."""
    rules = DecisionRule.objects.filter(body__in=bodies, valid_from__lte=on)
    return {rule.body_id: rule for rule in rules.order_by("body", "-version").distinct("body")}


def recused_in(chains: Collection[str]) -> dict[str, set[int]]:
    """Who is kept out of each of these cases, by their own word. One query."""
    found: dict[str, set[int]] = {chain: set() for chain in chains}
    for chain, person in Recusal.objects.filter(chain__in=chains, withdrawn_at=None).values_list("chain", "person_id"):
        found[chain].add(person)
    return found


def pairs_of(schemes: Collection[int]) -> dict[tuple[int, str], list[Pair]]:
    """The duties that nobody does both of, by regeling and flow. One query."""
    found: dict[tuple[int, str], list[Pair]] = {}
    for row in DutyPair.objects.filter(scheme__in=schemes):
        found.setdefault((row.scheme_id, row.flow), []).append(Pair(row.first, row.second, row.article))
    return found


def dispensed_in(chains: Collection[str]) -> dict[tuple[str, int], set[str]]:
    """By case and person the duties for which two persons made an exception. One query."""
    found: dict[tuple[str, int], set[str]] = {}
    for row in Dispensation.objects.filter(chain__in=chains, approved_by__isnull=False):
        found.setdefault((row.chain, row.person_id), set()).add(row.duty)
    return found
