"""What of a case counts in which figure, and how long its phases took against their plan. Plain Python.

A figure is about a month, or about how things stand (`NOW`). Its plan is what the terms of the steps come to, as they
were when the case began (ADR 38).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from escalation.rules.terms import day_of

NOW = date(1, 1, 1)
DAY = timedelta(days=1)


class Key:
    """What is counted; `detail` says which."""

    RUNNING = "running"  # by kind; value: euros a year
    ENDED = "ended"  # by kind and state; value: days from beginning to end
    PHASE = "phase"  # by flow and phase; value: days, plan: days
    WAITS = "waits"  # by flow and step; value: the days since which, as ordinals
    ON = "on"  # by position; the same
    LATE = "late"  # by flow and step: its term passed, and it is still to be done
    MISSED = "missed"  # by flow and step
    FLAG = "flag"  # by what is remarkable about an act
    PROCEDURE = "procedure"  # by procedure
    BUYING = "buying"  # by domain, in the month in which the contract is to begin
    EXPIRING = "expiring"  # by domain; value: euros a year
    BREACH = "breach"  # by figure (KPI) that was not met
    ADDED = "added"  # by how far a criterion was met; value: euros a year


DISPENSATION = "dispensation"


@dataclass(frozen=True, slots=True)
class Row:
    """One fact."""

    key: str
    detail: str = ""
    month: date = NOW
    value: int = 0
    plan: int = 0


@dataclass(frozen=True, slots=True)
class Passage:
    """A step that was taken, or that waits (no end): in which phase, from when, and how many days there are for it."""

    phase: str
    began: datetime
    ended: datetime | None
    planned: int


@dataclass(frozen=True, slots=True)
class Turn:
    """A step that waits: since when, and for which role; none: for a date."""

    step: str
    since: date
    position: int | None = None


@dataclass(slots=True, kw_only=True)
class Counted:
    """As much of a case as figures need."""

    kind: str
    state: str
    running: bool
    opened: date
    closed: date | None = None
    taken_over: bool = False  # from an older administration: how long it took is not known here
    domain: str = ""
    amount: int = 0
    passages: Sequence[Passage] = ()
    turns: Sequence[Turn] = ()
    late: Sequence[str] = ()  # steps
    missed: Sequence[tuple[str, date]] = ()
    flags: Sequence[tuple[str, date]] = ()
    breaches: Sequence[tuple[str, date]] = ()
    findings: Sequence[tuple[str, int]] = ()
    procedure: str | None = None  # "": not chosen yet
    begins_on: date | None = None  # of a procurement: when its contract is to begin
    ends_on: date | None = None  # of a contract


def facts(case: Counted) -> Iterator[Row]:
    """Everything of one case that counts."""
    if case.running:
        yield Row(Key.RUNNING, case.kind, value=case.amount)
    elif case.closed is not None and not case.taken_over:
        yield Row(Key.ENDED, f"{case.kind}/{case.state}", first_of(case.closed), (case.closed - case.opened).days)
    for phase, took, plan, last in lead_times(case.passages):
        yield Row(Key.PHASE, phase, first_of(last), took, plan)
    if case.running:
        yield from _standing(case)
    yield from (Row(Key.MISSED, step, first_of(day)) for step, day in case.missed)
    yield from (Row(Key.FLAG, flag, first_of(day)) for flag, day in case.flags)
    yield from (Row(Key.BREACH, code, first_of(day)) for code, day in case.breaches)
    if case.closed is not None:
        yield from (Row(Key.ADDED, met, first_of(case.closed), euros) for met, euros in case.findings)
    if case.procedure is not None:
        yield Row(Key.PROCEDURE, case.procedure, first_of(case.opened))


def _standing(case: Counted) -> Iterator[Row]:
    """How it stands today."""
    for turn in case.turns:
        yield Row(Key.WAITS, turn.step, value=turn.since.toordinal())
        if turn.position is not None:
            yield Row(Key.ON, str(turn.position), value=turn.since.toordinal())
    yield from (Row(Key.LATE, step) for step in case.late)
    if case.begins_on is not None:
        yield Row(Key.BUYING, case.domain, first_of(case.begins_on))
    if case.ends_on is not None:
        yield Row(Key.EXPIRING, case.domain, first_of(case.ends_on), case.amount)


def lead_times(passages: Iterable[Passage]) -> list[tuple[str, int, int, date]]:
    """Of each phase that a case went through and left: how many days it took and was planned to, and its last day.

    Rounds add up, and what goes on at the same time counts once: in days as they passed, and in the plan as the longest
    of the steps that began together.
    """
    by_phase: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        by_phase[passage.phase].append(passage)
    found = []
    for phase, steps in by_phase.items():
        ends = [step.ended for step in steps if step.ended is not None]
        if len(ends) < len(steps):
            continue  # it is still there
        together: dict[datetime, int] = {}
        for step in steps:
            together[step.began] = max(together.get(step.began, 0), step.planned)
        found.append((phase, _days(steps), sum(together.values()), day_of(max(ends))))
    return found


def _days(steps: Iterable[Passage]) -> int:
    """Of the time in which at least one of them went on, in whole days."""
    total, until = timedelta(0), None
    for step in sorted(steps, key=lambda step: step.began):
        assert step.ended is not None
        began = step.began if until is None else max(step.began, until)
        if step.ended > began:
            total += step.ended - began
        until = step.ended if until is None else max(until, step.ended)
    return round(total / DAY)


def first_of(day: date) -> date:
    """Of its month."""
    return day.replace(day=1)
