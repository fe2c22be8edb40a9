"""Opschortende termijn: how long nobody signs after the decision was told (Aanbestedingswet 2012 art. 2.127, 2.131).

By law for a procedure under part 2 of the act, and then the Algemene termijnenwet extends it; of social and other
specific services it is agreed, not shifted by any law, but nobody signs before the later of both dates all the same.
"""

from datetime import date

from cases.rules import procurement_law as law
from escalation.rules.terms import Basis, Dates, Term, Unit

STATUTORY = "Aanbestedingswet 2012 art. 2.127"
AGREED = "inkoopstukken"


def days_on(sent_on: date) -> int:
    """How many, by the law of that day; what is agreed is as long."""
    return law.term("standstill", sent_on).days


def standstill(sent_on: date, *, statutory: bool) -> Dates:
    """From the day after the letters were sent; `free_from` is the first day on which somebody may sign."""
    return Term(
        days_on(sent_on), unit=Unit.CALENDAR_DAYS, basis=Basis.LEGAL if statutory else Basis.AGREED, waits=True,
        article=STATUTORY if statutory else AGREED, extendable=False,
    ).dates(sent_on)  # fmt: skip
