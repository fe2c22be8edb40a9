"""What a regeling may make of a term: shorter than the law where it pleases, and never longer."""

from datetime import date, datetime, time, timedelta

from escalation.rules.terms import AMSTERDAM, MOST, WORDS, Basis, Term
from roles.rules.verdict import Granted, Refused, Verdict

AGREEMENT = "Termijnregels van de regeling"
WINDOW = 4 * 366  # a term is compared with the law from every day of so many: each weekday, each holiday, a leap day


def may_hold(term: Term, law: Term | None, *, valid_from: date, today: date) -> Verdict:
    """May this be the term from that day? `law` is what a law sets for the same step, if any does."""
    if valid_from < today:
        return Refused("Een termijn wijzigt niet met terugwerkende kracht. Kies vandaag of een latere dag.", AGREEMENT)
    if not 1 <= term.amount <= MOST[term.unit]:
        most = f"{MOST[term.unit]} {WORDS[term.unit][1]}"
        return Refused(f"Een termijn is ten minste 1 en ten hoogste {most}. Pas het aantal aan.", AGREEMENT)
    if not term.article:
        return Refused("Zeg waar de termijn op rust: een artikel of een afspraak.", AGREEMENT)
    if law is None:
        if term.basis is Basis.LEGAL:
            return Refused(
                "Voor deze stap stelt geen wet een termijn. Leg haar vast als afgesproken termijn.",
                "Algemene termijnenwet art. 1",
            )
        return Granted()
    return _within(term, law, valid_from)


def _within(term: Term, law: Term, valid_from: date) -> Verdict:
    worst = _first_beyond(term, law, valid_from)
    if worst is None:
        return Granted()
    how = "korter" if law.waits else "langer"
    return Refused(
        f"De wet stelt {law.words}. Deze termijn zou {how} duren, bijvoorbeeld vanaf {worst:%d-%m-%Y}; dat mag een "
        "regeling niet bepalen.",
        law.article,
    )


def _first_beyond(term: Term, law: Term, valid_from: date) -> date | None:
    """The first day from which the term would end on the wrong side of what the law says."""
    for number in range(WINDOW):
        day = valid_from + timedelta(days=number)
        start = datetime.combine(day, time(9), AMSTERDAM)
        ours, theirs = term.dates(start).due, law.dates(start).due
        if (ours < theirs) if law.waits else (ours > theirs):
            return day
    return None
