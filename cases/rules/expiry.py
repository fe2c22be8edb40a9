"""When the end of a contract comes in sight, and what may be decided then (domain §5.4: e.g. 18, 12 and 6 months)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from cases.rules.period import months_earlier, years_later
from roles.rules.verdict import Granted, Refused, Verdict

CLAUSE = "Looptijd en verlengingen zoals het contract ze noemt"
EXTEND, BUY_AGAIN, END, LATER = "extend", "buy_again", "end", "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """How long a contract runs, and how it may be extended. `closing`: it was decided that it ends on that day."""

    ends_on: date
    option_years: int
    options_left: int
    closing: bool = False

    @property
    def extended(self) -> date:
        """The last day, one extension on."""
        return years_later(self.ends_on, self.option_years)


def signals(ends_on: date, leads: Collection[int]) -> list[date]:
    """The days on which somebody has to decide, the first first; leads are in months before the last day."""
    return sorted({months_earlier(ends_on, lead) for lead in leads})


def next_signal(term: Term, leads: Collection[int], *, since: date | None) -> date:
    """The first signal after the last one; the day after its end where there is none left. It may lie in the past.

    A signal that passed before the contract was registered comes at once: nobody decided anything yet.
    """
    over = term.ends_on + timedelta(days=1)
    if term.closing:
        return over
    ahead = (day for day in signals(term.ends_on, leads) if since is None or day > since)
    return next(ahead, over)


def may_decide(choice: str, term: Term, leads: Collection[int], *, today: date) -> Verdict:
    """Whether the contract itself allows what somebody wants to decide about its end."""
    if choice == EXTEND:
        return _may_extend(term, today)
    if choice == LATER and not any(day > today for day in signals(term.ends_on, leads)):
        return Refused("Dit was het laatste signaal voor het einde. Beslis nu wat er daarna komt.", CLAUSE)
    return Granted()


def _may_extend(term: Term, today: date) -> Verdict:
    if term.closing:
        return Refused("Dit contract is opgezegd; verlengen kan niet meer.", CLAUSE)
    if not (term.options_left and term.option_years):
        return Refused("Het contract heeft geen verlenging meer. Koop opnieuw in of beëindig het.", CLAUSE)
    if term.ends_on < today:
        return Refused("De looptijd is al voorbij; wat voorbij is, kan niet worden verlengd.", CLAUSE)
    return Granted()
