"""Until when each case is kept, and what is in the way of destroying it. A fixed number of queries for many cases."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from audit.models import Act
from cases.models import (
    AwardLetter,
    Case,
    Challenge,
    Contract,
    DestructionItem,
    Improvement,
    MunicipalReference,
    RetentionHold,
    RetentionRule,
    TenderDocument,
)  # fmt: skip
from cases.rules.retention import Kept, Rule, Standing, Term, obstacles, term_of, within_reach
from roles.models import Scheme

ABOUT_CONTRACTS = {Case.Kind.REVIEW, Case.Kind.ADDENDUM, Case.Kind.REQUALIFICATION, Case.Kind.ENQUIRY}
OPEN_ACTIONS = (Improvement.Status.PROPOSED, Improvement.Status.OPEN, Improvement.Status.BUSY)
OF_DESTROYING = ("hold_retention", "lift_retention", "destroy")
MOST = 200  # cases on one list
AT_ONCE = 2_000
ROW = ("pk", "kind", "state", "closed_at", "parent_id", "subject_id", "scheme_id")


@dataclass(frozen=True, slots=True)
class Judged:
    """A case with its term; None while there is none. `obstacles`: why it may not go."""

    case: Case
    term: Term | None
    obstacles: Sequence[str]
    beneath: int  # cases under it that are still there

    @property
    def may_go(self) -> bool:
        return not self.obstacles


def due(scheme: Scheme, *, until: date, today: date) -> list[Judged]:
    """What may go by the end of a day, the lowest first: what hangs under another case goes before it.

    A case of which only cases on this same list are in the way, is on it too.
    """
    ended = _there(scheme).filter(_within_reach(scheme, until)).exclude(pk__in=_on_a_list(scheme))
    found = {each.case.pk: each for each in judge(ended.order_by("pk"), today=today)}
    hanging = defaultdict[int, set[int]](set)
    for child, parent in _there(scheme).filter(parent__in=found).values_list("pk", "parent"):
        hanging[parent or 0].add(child)
    going: dict[int, Judged] = {}
    while len(going) < MOST:
        ready = [
            each for pk, each in found.items()
            if pk not in going and _is_due(each, until) and hanging[pk] <= going.keys() and _only_waits(each)
        ]  # fmt: skip
        if not ready:
            break
        going |= {each.case.pk: each for each in ready[: MOST - len(going)]}
    return list(going.values())


def _is_due(each: Judged, until: date) -> bool:
    return each.term is not None and each.term.until is not None and each.term.until <= until


def _only_waits(each: Judged) -> bool:
    """Nothing is in the way, unless what hangs under it."""
    return len(each.obstacles) <= (1 if each.beneath else 0)


def by_year(scheme: Scheme, *, today: date) -> list[tuple[int, int]]:
    """In which year the terms of how many cases end. Of every case there is, so a case is a row here and no model."""
    closed = _there(scheme).filter(closed_at__isnull=False).order_by("pk")
    counted = defaultdict[int, int](int)
    for rows in _batches(closed.values_list(*ROW, named=True).iterator(chunk_size=AT_ONCE)):
        about = _Terms(rows)
        for row in rows:
            term = about.term(row)
            if term is not None and term.until is not None:
                counted[term.until.year] += 1
    return sorted(counted.items())


def _batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while some := list(islice(rows, AT_ONCE)):
        yield some


def _within_reach(scheme: Scheme, until: date) -> Q:
    found = Q(pk__in=[])
    for reach in within_reach(rules_of([scheme.pk])[scheme.pk], until):
        which = Q(kind=reach.kind, closed_at__date__range=(reach.first, reach.last))
        found |= which & (Q(state__in=reach.states) if reach.states else ~Q(state__in=reach.others))
    return found


def judge(cases: "QuerySet[Case] | Sequence[Case]", *, today: date) -> list[Judged]:
    if isinstance(cases, QuerySet):
        cases = list(cases.select_related("title", "scheme", "organisation"))
    about = _Facts(cases)
    return [about.judged(case, today) for case in cases]


def acted_in(person_id: int, case_ids: Collection[int]) -> list[str]:
    """The numbers of those of these cases in which somebody did anything, but for the destroying itself."""
    chains = [f"case/{pk}" for pk in case_ids]
    acts = Act.objects.filter(chain__in=chains, actor=f"person/{person_id}").exclude(verb__in=OF_DESTROYING)
    theirs = {int(chain.removeprefix("case/")) for chain in acts.values_list("chain", flat=True).distinct()}
    return list(Case.objects.filter(pk__in=theirs).order_by("pk").values_list("number", flat=True))


def rules_of(scheme_ids: Collection[int]) -> dict[int, list[Rule]]:
    found = defaultdict[int, list[Rule]](list)
    for row in RetentionRule.objects.filter(scheme__in=scheme_ids):
        found[row.scheme_id].append(
            Rule(
                of=row.of, kind=row.kind, category=row.category, label=row.label, years=row.years, trigger=row.trigger,
                article=row.article, valid_from=row.valid_from, valid_until=row.valid_until,
                states=frozenset(row.states.split()), to_be_checked=row.to_be_checked,
            )
        )  # fmt: skip
    return found


def _there(scheme: Scheme) -> QuerySet[Case]:
    return Case.objects.filter(scheme=scheme, destroyed_at=None)


def _on_a_list(scheme: Scheme) -> Any:
    listed = DestructionItem.objects.filter(destruction__scheme=scheme, state=DestructionItem.State.LISTED)
    return listed.values("case")


class _Terms:
    """What the terms of these cases follow from, read once. A case may be a row of `ROW`."""

    def __init__(self, cases: Sequence[Any]) -> None:
        ids = [case.pk for case in cases]
        self.rules = rules_of({case.scheme_id for case in cases})
        self.papers = defaultdict[int, set[str]](set)
        sort = RetentionRule.Sort
        for name, found in (
            (sort.TENDER, TenderDocument.objects.values_list("document__case", flat=True)),
            (sort.LETTER, AwardLetter.objects.values_list("document__case", flat=True)),
            (sort.COUNCIL, MunicipalReference.objects.values_list("informed_with__case", flat=True)),
        ):
            for case_id in found.filter(**{_path(name): ids}).distinct():
                self.papers[case_id].add(name)
        tops = {case.subject_id or case.pk for case in cases}
        parents = {case.parent_id for case in cases if case.kind in ABOUT_CONTRACTS}
        self.own, self.under, self.about = dict[int, date](), dict[int, date](), dict[int, date]()
        contracts = Contract.objects.filter(case__subject__in=tops) | Contract.objects.filter(case__in=[*ids, *parents])
        for row in contracts.values_list("case", "case__parent", "case__subject", "ends_on"):
            self._note(*row)

    def _note(self, case: int, parent: int | None, subject: int | None, ends_on: date) -> None:
        self.own[case] = ends_on
        for found, key in ((self.under, parent), (self.about, subject)):
            if key is not None:
                found[key] = max(ends_on, found.get(key, ends_on))

    def term(self, case: Any) -> Term | None:
        closed_on = timezone.localdate(case.closed_at) if case.closed_at else None
        return term_of(
            Kept(
                kind=case.kind, state=case.state, closed_on=closed_on, contract_ends_on=self._contract_ends(case),
                papers=frozenset(self.papers[case.pk]),
            ),
            self.rules[case.scheme_id],
        )  # fmt: skip

    def _contract_ends(self, case: Any) -> date | None:
        """Of the contract itself, or that it hangs under; of all that came of it; else of all about the same."""
        if case.kind == Case.Kind.CONTRACT:
            return self.own.get(case.pk)
        if case.kind in ABOUT_CONTRACTS:
            return self.own.get(case.parent_id or 0)
        if case.kind == Case.Kind.PROCUREMENT:
            return self.under.get(case.pk)
        return self.about.get(case.subject_id or case.pk)


class _Facts(_Terms):
    """And what may be in the way."""

    def __init__(self, cases: Sequence[Case]) -> None:
        super().__init__(cases)
        ids = [case.pk for case in cases]
        self.holds = defaultdict[int, list[str]](list)
        for placed in RetentionHold.objects.filter(case__in=ids, lifted_at=None):
            self.holds[placed.case_id].append(placed.get_kind_display())
        unsettled = Challenge.objects.filter(notice__procurement__in=ids, ruling=None)
        self.challenged = set(unsettled.values_list("notice__procurement", flat=True))
        beneath = Case.objects.filter(parent__in=ids, destroyed_at=None).values_list("parent").order_by("parent")
        self.beneath = dict(beneath.annotate(Count("pk")))
        actions = Improvement.objects.filter(origin__in=ids, status__in=OPEN_ACTIONS).values_list("origin")
        self.actions = dict(actions.order_by("origin").annotate(Count("pk")))

    def judged(self, case: Case, today: date) -> Judged:
        term = self.term(case)
        standing = Standing(
            holds=self.holds[case.pk], challenged=case.pk in self.challenged, beneath=self.beneath.get(case.pk, 0),
            actions=self.actions.get(case.pk, 0),
        )  # fmt: skip
        return Judged(case, term, obstacles(term, standing, today=today), standing.beneath)


def _path(sort: str) -> str:
    return "informed_with__case__in" if sort == RetentionRule.Sort.COUNCIL else "document__case__in"
