"""How long what is kept (bewaartermijnen), by the selectielijst that holds: plain Python over data of a regeling.

Archiefwet 1995 art. 3 and 5: nothing goes before its term, and what is to be kept for good never goes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cases.rules.period import years_later

CASE, PAPER = "case", "paper"

CLOSED, CONTRACT_END = "closed", "contract_end"

ARTICLE = "Archiefwet 1995 art. 3; Archiefbesluit 1995 art. 6-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of the list as a regeling applies it. `years` None: kept for good (blijvend bewaren).

    Of cases (by kind) or papers (by sort). `states` says which ends it is for; without any it is for every end.
    """

    of: str
    kind: str
    category: str
    label: str
    years: int | None
    trigger: str
    article: str
    valid_from: date
    states: frozenset[str] = frozenset()
    valid_until: date | None = None
    to_be_checked: bool = True

    def applies(self, *, of: str, kind: str, state: str, on: date) -> bool:
        holds = self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)
        return holds and (of, kind) == (self.of, self.kind) and (not self.states or state in self.states)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is asked about: a case that ended, with the sorts of the papers in it."""

    kind: str
    state: str
    closed_on: date | None
    contract_ends_on: date | None = None
    papers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Term:
    """Until and including which day, and by which rule. `until` None: for good."""

    rule: Rule
    starts_on: date
    until: date | None

    @property
    def for_good(self) -> bool:
        return self.until is None

    def is_over(self, today: date) -> bool:
        return self.until is not None and self.until < today


def term_of(kept: Kept, rules: Sequence[Rule]) -> Term | None:
    """Of a case: the longest of its own and its papers'. None while it runs, and where no rule is for it: it stays."""
    if kept.closed_on is None:
        return None
    own = _one(CASE, kept.kind, kept, rules)
    if own is None:
        return None
    return longest([own, *(term for sort in sorted(kept.papers) if (term := _one(PAPER, sort, kept, rules)))])


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Ends of a kind of case, of these states (none: of any but `others`), on the days from first to last."""

    kind: str
    states: frozenset[str]
    others: frozenset[str]
    first: date
    last: date

    def holds(self, kept: Kept) -> bool:
        if kept.closed_on is None or kept.kind != self.kind or not self.first <= kept.closed_on <= self.last:
            return False
        return kept.state in self.states if self.states else kept.state not in self.others


def within_reach(rules: Sequence[Rule], until: date) -> Iterator[Reach]:
    """Where to look for what may be over its term on that day, so that not every case there ever was is judged.

    A contract or a paper can only lengthen a term, so nothing is over that is in none of these.
    """
    own = [rule for rule in rules if rule.of == CASE]
    for rule in own:
        if rule.years is None:
            continue
        before = [each for each in own if each.kind == rule.kind and each.states and _holds_wherever(each, rule)]
        last = years_later(until, -rule.years) + timedelta(days=1)  # 29 February counts as 28
        yield Reach(
            kind=rule.kind, states=rule.states, others=frozenset(state for each in before for state in each.states),
            first=rule.valid_from, last=min(last, rule.valid_until or last),
        )  # fmt: skip


def _holds_wherever(one: Rule, other: Rule) -> bool:
    ends = one.valid_until is None or (other.valid_until is not None and other.valid_until <= one.valid_until)
    return one.valid_from <= other.valid_from and ends


def longest(terms: Iterable[Term]) -> Term:
    """For good is longer than any number of years; of equals the first."""
    return max(terms, key=lambda term: date.max if term.until is None else term.until)


def _one(of: str, kind: str, kept: Kept, rules: Sequence[Rule]) -> Term | None:
    """What is for this end goes before what is for any. The list of the day on which it ended holds."""
    assert kept.closed_on is not None
    fitting = [rule for rule in rules if rule.applies(of=of, kind=kind, state=kept.state, on=kept.closed_on)]
    if not fitting:
        return None
    rule = max(fitting, key=lambda rule: (bool(rule.states), rule.valid_from))
    starts_on = kept.closed_on
    if rule.trigger == CONTRACT_END:
        starts_on = max(starts_on, kept.contract_ends_on or starts_on)
    return Term(rule, starts_on, None if rule.years is None else years_later(starts_on, rule.years))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What may be in the way of a case that is due."""

    holds: Sequence[str] = ()  # the kinds of bevriezing that somebody placed
    challenged: bool = False  # kort geding, bezwaar: no ruling yet
    beneath: int = 0  # cases that hang under it and still are there
    actions: int = 0  # undertakings that came of it and are open


def obstacles(term: Term | None, standing: Standing, *, today: date) -> list[str]:
    """Why it may not be destroyed (yet), as people read it. Nothing: it may be put on a list."""
    found = []
    if term is None:
        found.append("Voor deze zaak loopt nog geen bewaartermijn.")
    elif term.for_good:
        found.append("Deze zaak wordt blijvend bewaard.")
    elif not term.is_over(today):
        found.append("De bewaartermijn is nog niet voorbij.")
    found += [f"Bevroren: {kind}." for kind in standing.holds]
    if standing.challenged:
        found.append("Over deze zaak loopt een kort geding of bezwaar.")
    if standing.beneath:
        found.append("Er hangen zaken onder die er nog zijn; die gaan eerst.")
    if standing.actions:
        found.append("Er staan nog acties open die uit deze zaak komen.")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Approving:
    """Who approves a list, who drew it up, and which cases on it the first acted in themselves."""

    approver: int
    proposer: int
    acted_in: Sequence[str] = ()


def against(asked: Approving) -> str:
    """Why this person may not approve; empty where they may. Four eyes, and nobody destroys the trail of their acts."""
    if asked.approver == asked.proposer:
        return "Wie de vernietigingslijst opstelde, keurt haar niet goed. Dat doet een ander."
    if asked.acted_in:
        named = ", ".join(asked.acted_in[:5]) + (" en andere" if len(asked.acted_in) > 5 else "")
        return f"U hebt zelf gehandeld in {named}. Laat een ander goedkeuren, of zonder deze zaken uit."
    return ""
