"""Who is away and who stands in: what a holder arranges for themselves, and a keeper of the register for anybody.

Each appointment that is stood in for is an act of its own, wearing that appointment or the keeper's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from escalation.queue import enqueue
from roles import services
from roles.authorize import Authority
from roles.models import Absence, Appointment, Person, Substitution
from roles.rules.standing_in import Extent
from workflows.register import Keeper

REASON = "Afwezigheid"
EVERYTHING = Extent()


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody who arranges this for their own appointments, each in its own name."""

    user_id: int

    def may(self, seat: Appointment, verb: str) -> Authority:
        """Raises NotAllowed."""
        return services.own_authority(user_id=self.user_id, appointment=seat, verb=verb)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForAnybody:
    """Who keeps the register, wearing which hat."""

    keeper: Keeper

    def may(self, seat: Appointment, verb: str) -> Authority:
        """Raises NotAllowed."""
        return self.keeper.may(seat.position.body.scheme, "substitute")


Arranger = Holder | ForAnybody


@transaction.atomic
def be_away(
    *, arranger: Arranger, seats: Mapping[Appointment, Person | None], valid_from: date, valid_until: date | None,
    reason: str = "",
) -> Absence:  # fmt: skip
    """Somebody is away, in all that they are in one regeling; for each of these seats who stands in, or nobody."""
    first, *_ = seats
    absence = services.record_absence(
        person=first.person, scheme=first.position.body.scheme, valid_from=valid_from, valid_until=valid_until,
        reason=reason, by=arranger.may(first, "record_absence"),
    )  # fmt: skip
    for seat, person in seats.items():
        if person is not None:
            services.substitute(
                appointment=seat, person=person, valid_from=valid_from, valid_until=earliest(valid_until, seat),
                reason=reason or REASON, absence=absence, by_holder=isinstance(arranger, Holder),
                by=arranger.may(seat, "substitute"),
            )  # fmt: skip
    _look_again()
    return absence


def earliest(last: date | None, seat: Appointment) -> date | None:
    """Nobody stands in for longer than the appointment lasts."""
    return min((day for day in (last, seat.valid_until) if day is not None), default=None)


@transaction.atomic
def lend(
    *, arranger: Arranger, appointment: Appointment, person: Person, valid_from: date, valid_until: date | None,
    reason: str, extent: Extent = EVERYTHING,
) -> Substitution:  # fmt: skip
    """Somebody stands in, whether or not the holder is away; for all of it or for a part."""
    _look_again()
    return services.substitute(
        appointment=appointment, person=person, valid_from=valid_from, valid_until=valid_until, reason=reason,
        extent=extent, by_holder=isinstance(arranger, Holder), by=arranger.may(appointment, "substitute"),
    )  # fmt: skip


@transaction.atomic
def come_back(*, arranger: Arranger, absence: Absence, seat: Appointment, last_day: date) -> None:
    """The absence ends earlier; whoever stood in for it is done, and what they took up goes back to the role."""
    services.end_absence(absence=absence, last_day=last_day, by=arranger.may(seat, "end_absence"))
    _look_again()


@transaction.atomic
def take_back(*, arranger: Arranger, substitution: Substitution, last_day: date) -> None:
    """A substitution ends earlier."""
    services.end_substitution(
        substitution=substitution, last_day=last_day, by=arranger.may(substitution.appointment, "end_substitution")
    )
    _look_again()


def _look_again() -> None:
    """At what waits for who is away, and at the meetings that they would come to."""
    enqueue("workflows.end_of_term")
    enqueue("workflows.watch_quorum")
