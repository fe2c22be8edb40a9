"""The seat rule: nobody sits as client and as owner at once, from the date that the AB sets (domain §3, rule 1)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from roles.rules.verdict import Granted, Refused, Verdict

DOUBLE_SEAT = "double-seat"


class Side(StrEnum):
    CLIENT = "client"
    OWNER = "owner"


SIDES = {("client", "client"): Side.CLIENT, ("board", "owner"): Side.OWNER}  # kind of body, capacity


def side(*, body_kind: str, capacity: str) -> Side | None:
    """A seat is that of a client in the body of clients, or of an owner in a board; a secretary has neither."""
    return SIDES.get((body_kind, capacity))


@dataclass(frozen=True, slots=True)
class Seat:
    side: Side
    label: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Exempted:
    """What the AB decided: both seats, from the day of the decision until and including the last day."""

    decided_on: date
    valid_until: date


def overlap(one: Seat, other: Seat, *, since: date) -> tuple[date, date] | None:
    """The first and last day on which both seats are held, from a day on."""
    first = max(one.valid_from, other.valid_from, since)
    last = min(one.valid_until or date.max, other.valid_until or date.max)
    return (first, last) if first <= last else None


def clashes(seat: Seat, held: Collection[Seat]) -> Iterator[Seat]:
    return (other for other in held if other.side is not seat.side)


def may_take(
    seat: Seat, *, held: Collection[Seat], segregated_from: date | None, exemptions: Collection[Exempted]
) -> Verdict:
    """Before the date a double seat is only flagged. After it, an exemption must cover all days of it."""
    flagged = False
    for other in clashes(seat, held):
        if overlap(seat, other, since=date.min) is None:
            continue
        flagged = True
        double = None if segregated_from is None else overlap(seat, other, since=segregated_from)
        if double is None or any(_covers(exemption, *double) for exemption in exemptions):
            continue
        last = max((e.valid_until for e in exemptions if e.decided_on <= double[0] <= e.valid_until), default=None)
        advice = (
            f"De ontheffing loopt tot en met {last:%d-%m-%Y}; benoem uiterlijk tot die dag."
            if last
            else f"Beëindig die benoeming uiterlijk {_day_before(double[0])}, of vraag het AB om een ontheffing."
        )
        return Refused(
            f"Deze persoon is al {other.label}. Een zetel als opdrachtgever en een als eigenaar gaan vanaf "
            f"{segregated_from:%d-%m-%Y} niet samen. {advice}",
            "Rolscheiding, besluit van het algemeen bestuur",
        )
    return Granted((DOUBLE_SEAT,) if flagged else ())


def _covers(exemption: Exempted, first: date, last: date) -> bool:
    return exemption.decided_on <= first and last <= exemption.valid_until


def _day_before(day: date) -> str:
    return f"{day - timedelta(days=1):%d-%m-%Y}"


def forbidden_from(
    periods: Collection[tuple[date, date]], *, segregated_from: date | None, exemptions: Collection[Exempted]
) -> date | None:
    """The first day of these double periods that no exemption covers; none while there is no date, or never."""
    if segregated_from is None:
        return None
    first_days = []
    for first, last in periods:
        day = max(first, segregated_from)
        while day <= last and (cover := [e.valid_until for e in exemptions if e.decided_on <= day <= e.valid_until]):
            day = max(cover) + timedelta(days=1)
        if day <= last:
            first_days.append(day)
    return min(first_days, default=None)
