"""The two terms of the Wbk: contents of a procedure, not terms set in a law, so no Sunday moves them (domain §6)."""

from datetime import date, datetime

from escalation.rules.terms import Dates, Term, Unit

ACKNOWLEDGE = Term(7, Unit.CALENDAR_DAYS, article="Wbk art. 2 lid 2 onder h", trigger="ontvangst van de melding")
INFORM = Term(3, Unit.MONTHS, article="Wbk art. 2 lid 2 onder i", trigger="verzending van de ontvangstbevestiging")


def acknowledge_by(received: date | datetime) -> Dates:
    return ACKNOWLEDGE.dates(received)


def inform_by(acknowledged: date | datetime) -> Dates:
    return INFORM.dates(acknowledged)


def inform_at_the_latest(received: date | datetime) -> Dates:
    """Where no acknowledgement was sent: as if it had been on its last day (Richtlijn (EU) 2019/1937, art. 9.1.f)."""
    return INFORM.dates(acknowledge_by(received).last)
