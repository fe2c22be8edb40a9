"""Which terms can have more time, and from whom."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from escalation.rules.extending import OWN_TERM, by_whom, until_when
from escalation.rules.terms import Basis, Term, Unit
from roles.rules.verdict import Granted, Refused

TODAY, LAST = date(2026, 3, 10), date(2026, 3, 20)
LEGAL = Term(20, Unit.CALENDAR_DAYS, basis=Basis.LEGAL, extendable=False, article="Aw 2.127")


@pytest.mark.parametrize(
    ("term", "until", "passed", "words"),
    [
        (Term(10), LAST, False, "Kies een dag na vrijdag 20 maart 2026"),
        (Term(10), LAST - timedelta(days=1), False, "Kies een dag na"),
        (Term(10), date(2027, 3, 11), False, "hoogstens een jaar"),
        (Term(10), date(9999, 12, 31), False, "hoogstens een jaar"),
        (Term(10), LAST + timedelta(days=5), True, "al verstreken"),
        (replace(Term(10), extendable=False), LAST + timedelta(days=5), False, "Volgens de regel"),
        (LEGAL, LAST + timedelta(days=5), False, r"staat in de wet \(Aw 2.127\)"),
    ],
)
def test_what_the_rule_does_not_allow_is_refused_with_the_reason(
    term: Term, until: date, passed: bool, words: str
) -> None:
    verdict = until_when(term, last=LAST, until=until, today=TODAY, passed=passed)
    assert isinstance(verdict, Refused)
    with pytest.raises(ValueError, match=words):
        raise ValueError(verdict.reason)


@pytest.mark.parametrize("term", [Term(10), replace(LEGAL, extendable=True)])
@pytest.mark.parametrize("until", [LAST + timedelta(days=1), date(2027, 3, 10)])
def test_agreed_terms_and_legal_ones_whose_rule_says_so_can_be_extended(term: Term, until: date) -> None:
    assert until_when(term, last=LAST, until=until, today=TODAY, passed=False) == Granted()


def test_nobody_extends_their_own_term_while_there_is_another_who_may() -> None:
    assert by_whom(own=False, others=False) == Granted()
    assert isinstance(by_whom(own=True, others=True), Refused)
    assert by_whom(own=True, others=False) == Granted(flags=(OWN_TERM,)), "alone, and then it is flagged"
