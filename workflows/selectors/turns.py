"""Whose turn it is: the roles, the people who hold them today, and the members who have not voted yet."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.formats import date_format

from audit.clock import TODAY
from cases.models import Case
from cases.models.case import with_top
from escalation.models import Deadline
from roles.models import Appointment, Body, Person, Position, in_place_of
from roles.models.fields import holding_on
from roles.selectors import Scope
from roles.selectors.standing_in import HERE, Stay, stays
from workflows.models import CaseTask
from workflows.selectors.inbox import MANY
from workflows.selectors.sight import kept_from, keys

FIRST, MORE = 8, 200  # how many are shown of each body in the overview, and of one body alone

CASE = ("case__title", *with_top("case__"))


@dataclass(frozen=True, slots=True)
class Face:
    """Somebody whose turn it is."""

    seat: Appointment
    stay: Stay
    stand_in: Person | None

    @property
    def who(self) -> str:
        return in_place_of(self.seat, self.stand_in)

    @property
    def away(self) -> str:
        """In words; nothing for who is there, or whose place is taken."""
        if self.stay.absence is None or self.stand_in is not None:
            return ""
        until = self.stay.absence.valid_until
        return f"afwezig tot en met {date_format(until, 'j F')}" if until else "afwezig"


@dataclass(slots=True)
class Turn:
    """What one role, or the members of one body, must do in a case."""

    case: Case
    task: CaseTask
    people: list[Appointment] = field(default_factory=list)
    stays: dict[int, Stay] = field(default_factory=dict)

    @property
    def faces(self) -> list["Face"]:
        """Whoever may do it, with who is away and who stands in for them in this case."""
        return [Face(seat, self.stays.get(seat.pk, HERE), self._stand_in(seat)) for seat in self.people]

    def _stand_in(self, seat: Appointment) -> Person | None:
        stay = self.stays.get(seat.pk, HERE)
        if not stay.substitutions:
            return None
        flow, domain = self.task.process.flow_class.code, self.case.domain
        return stay.sits(flow=flow, domain=domain, chains=self.case.chains)

    @property
    def step(self) -> str:
        return str(self.task.process.label_of(self.task.flow_task))

    @property
    def what(self) -> str:
        return f"{CaseTask.Part(self.task.part).label}: {self.step}" if self.task.part else self.step

    @property
    def due_at(self) -> datetime | None:
        return self.task.due_at

    @property
    def still(self) -> bool:
        """An escalation about this step stopped its clock."""
        return self.task.held_by_id is not None

    @property
    def extended(self) -> int:
        """How often its term was extended."""
        return getattr(self.task, "extended", None) or 0

    @property
    def waits(self) -> bool:
        """For a date, not for anybody."""
        return self.task.position_id is None and self.task.seat_id is None

    @property
    def position(self) -> Position | None:
        seat = self.task.seat
        return seat.position if seat else self.task.position

    @property
    def who(self) -> str:
        if self.waits:
            return "Niemand, tot de datum"
        position, seat = self.position, self.task.seat
        assert position is not None
        if self.task.part == CaseTask.Part.VOTE:
            left = len(self.people)
            return f"{position.body}: nog {left} {'lid' if left == 1 else 'leden'}"
        if seat is not None:
            return f"{seat.get_kind_display().lower()}, {position.body}"
        return str(position)


# The first of each role and of each seat, in cases that the visitor may see and that go on. A step whose members or
# chair must act waits for them, and is left out.
_FIRST = """
    WITH mine AS (
        SELECT p.id FROM roles_position p JOIN roles_body b ON b.id = p.body_id
         WHERE b.scheme_id = ANY(%(schemes)s) AND (%(body)s::bigint IS NULL OR b.id = %(body)s))
    SELECT taken.id FROM mine CROSS JOIN LATERAL (
        SELECT t.id FROM workflows_casetask t
         WHERE t.position_id = mine.id AND t.seat_id IS NULL AND t.finished IS NULL AND {seen}
           AND NOT EXISTS (SELECT FROM workflows_casetask p WHERE p.host_id = t.id AND p.finished IS NULL)
         ORDER BY t.due_at, t.id LIMIT %(first)s) AS taken
    UNION ALL
    SELECT taken.id FROM mine JOIN roles_appointment seat ON seat.position_id = mine.id CROSS JOIN LATERAL (
        SELECT t.id FROM workflows_casetask t
         WHERE t.seat_id = seat.id AND t.finished IS NULL AND {seen}
         ORDER BY t.due_at, t.id LIMIT %(first)s) AS taken
"""

_SEEN = (
    "EXISTS (SELECT FROM cases_caseaccess a"
    " WHERE a.case_id = t.case_id AND a.scope = ANY(%(scopes)s) AND a.state = 'open'"
    " AND a.case_id <> ALL (%(kept_from)s))"
)

# Of the newest cases that the visitor may see: those that stand still, by decision or until a date.
_AT_REST = """
    SELECT DISTINCT newest.case_id FROM unnest(%(scopes)s::text[]) AS seen
     CROSS JOIN unnest('{open,suspended}'::text[]) AS stands CROSS JOIN LATERAL (
        SELECT a.case_id FROM cases_caseaccess a
         WHERE a.scope = seen AND a.state = stands AND a.case_id <> ALL (%(kept_from)s)
         ORDER BY a.case_id DESC LIMIT %(many)s) AS newest
     WHERE stands = 'suspended' OR EXISTS (
        SELECT FROM workflows_casetask t WHERE t.case_id = newest.case_id AND t.finished IS NULL
           AND t.flow_task_type = 'TIMER')
     ORDER BY 1 DESC LIMIT %(first)s
"""


@dataclass(slots=True)
class Group:
    """What waits for one body, the most urgent first."""

    body: Body
    turns: list[Turn]
    more: bool

    @property
    def urgency(self) -> tuple[bool, datetime | None, int]:
        first = self.turns[0].due_at
        return (first is None, first, self.body.pk)


def by_body(
    scopes: Sequence[Scope], schemes: Sequence[int], body: int | None = None, first: int | None = None
) -> list[Group]:
    """Who must act in the running cases that a visitor sees, the body with the most urgent first. Five queries.

    Of each body the `first`, or else a few; more of one that is asked for.
    """
    first = first or (FIRST if body is None else MORE)
    ids = _ids(_FIRST.format(seen=_SEEN), {
        "scopes": keys(scopes), "kept_from": kept_from(scopes), "schemes": list(schemes), "body": body,
        "first": first + 1,
    })  # fmt: skip
    tasks = list(_open().filter(pk__in=ids).select_related(*CASE).order_by("due_at", "id"))
    found = _together(tasks, {task.case_id: task.case for task in tasks})
    _add_holders(found)
    _add_stays(found)
    groups: dict[Body, list[Turn]] = defaultdict(list)
    for turn in found:
        if turn.position is not None:
            groups[turn.position.body].append(turn)
    made = [Group(body, turns[:first], len(turns) > first) for body, turns in groups.items()]
    return sorted(made, key=lambda group: group.urgency)


def at_rest(scopes: Sequence[Scope]) -> list[tuple[Case, Turn | None]]:
    """Cases in which nobody can act now, with the date until which, if there is one. Three queries."""
    ids = _ids(_AT_REST, {"scopes": keys(scopes), "kept_from": kept_from(scopes), "many": MANY, "first": MORE})
    cases = list(Case.objects.filter(pk__in=ids).select_related("title").order_by("-pk"))
    turns = in_cases(cases)
    return [(case, next((turn for turn in turns[case.pk] if turn.waits), None)) for case in cases]


def in_cases(cases: Iterable[Case]) -> dict[int, list[Turn]]:
    """Of each of these cases, by its id. One query."""
    by_id = {case.pk: case for case in cases}
    found: dict[int, list[Turn]] = {number: [] for number in by_id}
    for turn in _together(_open().filter(case__in=by_id).order_by("due_at", "id"), by_id):
        found[turn.case.pk].append(turn)
    return found


def _ids(query: str, asked: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        return [number for (number,) in cursor.fetchall()]


def _open() -> QuerySet[CaseTask]:
    waiting: QuerySet[CaseTask] = CaseTask.objects.filter(finished=None, flow_task_type__in=["HUMAN", "PART", "TIMER"])
    term = Deadline.objects.filter(task=OuterRef("pk"), effect=Deadline.Effect.TERM)
    shown: QuerySet[CaseTask] = waiting.annotate(extended=Subquery(term.values("extended")[:1]))
    return shown.select_related(
        "process", "position__role", "position__body", "organisation", "seat__person__name", "seat__organisation",
        "seat__position__role", "seat__position__body", "owner__person__name",
    )  # fmt: skip


def _together(tasks: Iterable[CaseTask], cases: dict[int, Case]) -> list[Turn]:
    """The votes of one round are one turn, and the step whose members or chair must act waits for them."""
    tasks = list(tasks)
    waiting_for_parts = {task.host_id for task in tasks if task.host_id}
    turns: dict[tuple[str, int], Turn] = {}
    for task in tasks:
        if task.pk not in waiting_for_parts:
            turn = turns.setdefault((task.part, task.host_id or task.pk), Turn(cases[task.case_id], task))
            if task.seat is not None:
                turn.people.append(task.seat)
    return list(turns.values())


def _add_holders(turns: Iterable[Turn]) -> None:
    """Who may do what stands in the queue of a role: whoever holds it today."""
    queued = [turn for turn in turns if turn.task.position_id and not turn.task.seat_id]
    holders: dict[int, list[Appointment]] = defaultdict(list)
    positions = {turn.task.position_id for turn in queued}
    for seat in Appointment.objects.filter(holding_on(TODAY), position__in=positions).select_related(
        "person__name", "organisation", "position__body"
    ):
        holders[seat.position_id].append(seat)
    for turn in queued:
        assert turn.task.position_id is not None
        turn.people = holders[turn.task.position_id]


def _add_stays(turns: Sequence[Turn]) -> None:
    """Who of them is away, and who stands in."""
    found = stays({seat.pk: seat for turn in turns for seat in turn.people}.values(), TODAY)
    for turn in turns:
        turn.stays = {seat.pk: found[seat.pk] for seat in turn.people}
