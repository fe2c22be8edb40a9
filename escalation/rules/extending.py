"""Verlengen: who may give a term more time, and which terms can have it (domain §6)."""

from datetime import date

from escalation.rules.calendar import written
from escalation.rules.terms import Basis, Term, months_from
from roles.rules.verdict import Granted, Refused, Verdict

OWN_TERM = "own-term"  # somebody extended the term of a task of their own, because there was nobody else
BY_ANOTHER = "Termijnenregeling: een ander verlengt"
IN_TIME = "Termijnenregeling: verlengen kan alleen vooraf"
LONGEST_MONTHS = 12  # at once


def by_whom(*, own: bool, others: bool) -> Verdict:
    """Nobody gives themselves more time, as long as there is somebody else to ask."""
    if own and others:
        return Refused(
            "Dit is uw eigen termijn. Vraag een ander die termijnen mag verlengen om dit te doen.", BY_ANOTHER
        )
    return Granted(flags=(OWN_TERM,)) if own else Granted()


def until_when(term: Term, *, last: date, until: date, today: date, passed: bool) -> Verdict:
    """What the rule of the term allows. What passed stays passed: it is late, and no later date undoes that."""
    if term.basis is Basis.LEGAL and not term.extendable:
        return Refused(f"Deze termijn staat in de wet ({term.article}) en kan niet worden verlengd.", term.article)
    if not term.extendable:
        return Refused("Volgens de regel van deze termijn kan zij niet worden verlengd.", term.article or IN_TIME)
    if passed:
        return Refused("Deze termijn is al verstreken en blijft te laat. Verlengen kan alleen vooraf.", IN_TIME)
    if until <= last:
        return Refused(f"Kies een dag na {written(last)}: tot en met die dag loopt de termijn nu.", IN_TIME)
    if until > months_from(today, LONGEST_MONTHS):
        return Refused("Een termijn wordt per keer hoogstens een jaar vanaf vandaag verlengd.", IN_TIME)
    return Granted()
