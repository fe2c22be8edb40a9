"""Opschortende termijn: how long nobody signs after the decision was told (Aanbestedingswet 2012 art. 2.127, 2.131).

By law for a procedure under part 2 of the act, and then the Algemene termijnenwet extends it; of social and other
specific services it is agreed, not shifted by any law, but nobody signs before the later of both dates all the same.
"""

from datetime import date

from escalation.rules.terms import Basis, Dates, Term, Unit

DAYS = 20
STATUTORY = "Aanbestedingswet 2012 art. 2.127"
AGREED = "Afgesproken in de inkoopstukken; Aanbestedingswet 2012 art. 2.127 geldt hier niet"


def standstill(sent_on: date, *, statutory: bool, days: int = DAYS) -> Dates:
    """From the day after the letters were sent; `free_from` is the first day on which somebody may sign."""
    return Term(
        days, unit=Unit.CALENDAR_DAYS, basis=Basis.LEGAL if statutory else Basis.AGREED, waits=True,
        article=STATUTORY if statutory else AGREED, extendable=False,
    ).dates(sent_on)  # fmt: skip
