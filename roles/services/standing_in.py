"""Waarneming and afwezigheid: who is away, who stands in and for what, and that it is over (domain §3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from audit import clock, texts
from roles import authorize
from roles.authorize import Authority, Kind, NotAllowed, Wanted
from roles.models import Absence, Appointment, Person, Scheme, Substitution
from roles.rules import standing_in
from roles.rules.standing_in import ARTICLE, Extent, Span
from roles.rules.verdict import Refused
from roles.selectors.standing_in import Register, place_of, register, span_of
from roles.services.acting import act, require
from roles.services.grants import sync_memberships
from roles.services.keeping import FLOW, lock
from roles.services.people import seat_verdict

EVERYTHING = Extent()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Who stands in for one appointment while its holder is away."""

    appointment: Appointment
    person: Person


def own_authority(*, user_id: int, appointment: Appointment, verb: str) -> Authority:
    """That it is their own appointment, today; no substitute arranges anything for whom they stand in for."""
    wanted = Wanted(
        verb=verb, duty="", kind=Kind.OFFICE, scheme_id=appointment.position.body.scheme_id, flow=FLOW,
        position_id=appointment.position_id, in_cases=False,
    )  # fmt: skip
    return authorize.authorize(user_id=user_id, appointment_id=appointment.pk, wanted=wanted)


def substitute(
    *,
    appointment: Appointment,
    person: Person,
    valid_from: date,
    valid_until: date | None,
    reason: str,
    extent: Extent = EVERYTHING,
    absence: Absence | None = None,
    by_holder: bool = False,
    by: Authority | None = None,
) -> Substitution:
    """Standing in gives no more than the appointment, and the seat rule looks at who stands in (rule 5)."""
    position, span = appointment.position, Span(valid_from, valid_until)
    scheme = position.body.scheme
    _in_order(span)
    with act(chain=scheme.chain, verb="substitute", by=by) as running:
        lock(scheme)
        known = register(scheme, valid_from)
        running.flags += require(seat_verdict(person, position, valid_from, valid_until))
        require(known.verdict(appointment, person.pk, span, extent))
        if by_holder:
            _is_to_come(span)
            require(standing_in.may_arrange(known.known, place_of(appointment), person.pk, span))
        running.details |= {
            "appointment": f"appointment/{appointment.pk}", "person": person.actor, "scope": extent.scope,
            "limited_to": extent.limited_to,
        }  # fmt: skip
        substitution = Substitution.objects.create(
            appointment=appointment,
            substitute=person,
            valid_from=valid_from,
            valid_until=valid_until,
            scope=extent.scope,
            limited_to=extent.limited_to,
            absence=absence,
            reason=texts.write(scheme.chain, reason),
        )
    sync_memberships()
    return substitution


def end_substitution(*, substitution: Substitution, last_day: date, by: Authority | None = None) -> None:
    """Earlier than was planned. What never began is withdrawn: its history stays, the row does not."""
    scheme = substitution.appointment.position.body.scheme
    withdrawn = _ends(substitution, last_day)
    verb = "withdraw_substitution" if withdrawn else "end_substitution"
    with act(chain=scheme.chain, verb=verb, by=by) as running:
        lock(scheme)
        running.details |= {
            "appointment": f"appointment/{substitution.appointment_id}",
            "person": f"person/{substitution.substitute_id}",
            "last_day": last_day.isoformat(),
        }
        _shorten(substitution, last_day)
    sync_memberships()


def record_absence(
    *,
    person: Person,
    scheme: Scheme,
    valid_from: date,
    valid_until: date | None,
    reason: str = "",
    by: Authority | None = None,
) -> Absence:
    """Whether or not anybody stands in. Why somebody is away is theirs to say or not (AVG)."""
    span = Span(valid_from, valid_until)
    _in_order(span)
    _is_to_come(span)
    with act(chain=scheme.chain, verb="record_absence", by=by) as running:
        lock(scheme)
        if any(span_of(each).meets(span) for each in Absence.objects.filter(person=person, scheme=scheme)):
            raise NotAllowed(
                Refused("In deze periode staat al een afwezigheid. Beëindig die eerst, of kies andere data.", ARTICLE)
            )
        running.details["person"] = person.actor
        return Absence.objects.create(
            person=person,
            scheme=scheme,
            valid_from=valid_from,
            valid_until=valid_until,
            reason=texts.write(scheme.chain, reason) if reason.strip() else None,
        )


def end_absence(*, absence: Absence, last_day: date, by: Authority | None = None) -> None:
    """Back earlier, or not away at all; whoever stood in for that is done too."""
    withdrawn = _ends(absence, last_day)
    lent = list(absence.substitutions.all())
    with act(chain=absence.scheme.chain, verb="withdraw_absence" if withdrawn else "end_absence", by=by) as running:
        lock(absence.scheme)
        running.details |= {"person": f"person/{absence.person_id}", "last_day": last_day.isoformat()}
        for substitution in lent:
            if last_day < (substitution.valid_until or date.max):
                _shorten(substitution, last_day)
        _shorten(absence, last_day)
    sync_memberships()


def colleagues(
    known: Register, seats: Sequence[Appointment], first: date, last: date | None
) -> dict[int, list[Person]]:
    """By appointment whom its holder may ask to stand in, on these days."""
    span = Span(first, last)
    return {seat.pk: known.candidates(seat, span, by_holder=True) for seat in seats}


def _in_order(span: Span) -> None:
    if span.last is not None and span.last < span.first:
        raise NotAllowed(Refused("De periode eindigt voordat zij begint. Pas de datums aan.", ARTICLE))


def _is_to_come(span: Span) -> None:
    if span.last is not None and span.last < clock.today():
        raise NotAllowed(Refused("Deze periode is al voorbij. Kies een laatste dag vanaf vandaag.", ARTICLE))


def _ends(period: Absence | Substitution, last_day: date) -> bool:
    """Is it withdrawn as a whole? Refuses a last day that lies behind us, and one that is no earlier than planned."""
    if last_day < clock.today() - timedelta(days=1) or last_day >= (period.valid_until or date.max):
        raise NotAllowed(Refused("Kies een laatste dag vanaf gisteren en vóór de geplande einddatum.", ARTICLE))
    return last_day < period.valid_from


def _shorten(period: Absence | Substitution, last_day: date) -> None:
    if last_day < period.valid_from:
        period.delete()
    else:
        period.valid_until = last_day
        period.save(update_fields=["valid_until"])
