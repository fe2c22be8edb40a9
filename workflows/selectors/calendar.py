"""Kalender: what falls on each of a row of days, in the cases and bodies that somebody may know of (domain §6).

Of each day a bounded number of rows is read from an index, so that a month costs the same however many cases run.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Q, QuerySet
from viewflow.workflow.fields import import_task_by_ref

from cases.models import Meeting
from escalation.rules.terms import AMSTERDAM, END_OF_DAY
from roles.models import Appointment, Substitution
from roles.selectors import SEAT, Hat, Scope
from workflows.models import CaseTask
from workflows.nodes import Wait
from workflows.selectors.inbox import who
from workflows.selectors.meetings import own_bodies, visible

PER_DAY = 100  # rows of one kind; nothing is counted further
MANY = 1000  # tasks of one queue, meetings, in one look
DAY = timedelta(days=1)
APART = 31  # days that the day to aim for and the last one may lie from one another


# What falls on a day, by what it is.
WORDS = {
    "task": "{}", "target": "Streefdag: {}", "term": "Uiterste dag: {}", "round": "Sluiting stemronde: {}",
    "ratify": "Bekrachtigen: {}", "wait": "{} tot en met",
}  # fmt: skip


class Whose(StrEnum):
    MINE = "mij"
    BODIES = "gremia"
    ALL = "alles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which days, and of what; `schemes` None: of all. `outside`: for who shows a key alone, so nothing of a
    confidential case, of one with secret papers, or of one that was dealt with behind closed doors.
    """

    first: date
    last: date
    whose: Whose = Whose.MINE
    schemes: Collection[int] | None = None
    shown: int = PER_DAY
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """A day of a task or a term; `of_day` is how many there are on it, counted up to a bound."""

    day: date
    of_day: int
    kind: str
    number: int
    task_id: int | None
    case_id: int
    due_at: datetime
    target: date
    moves: int
    changed: datetime
    case_number: str
    title: str
    flow_task: str | None
    urgent_step: str | None
    step_label: str | None
    part: str
    concerns: str | None

    @property
    def own(self) -> bool:
        """Somebody's own turn; otherwise a term of a case."""
        return self.kind in ("task", "target")

    @property
    def key(self) -> str:
        """Stays the same when its date moves."""
        return f"{self.kind}-{self.number}" if self.own else f"deadline-{self.number}"

    @property
    def sort(self) -> str:
        """What the day is: of somebody's own task, or of a case; a step that waits does so for the day itself."""
        return "wait" if self.kind == "term" and isinstance(self._node, Wait) else self.kind

    @property
    def label(self) -> str:
        return WORDS[self.sort].format(self.step)

    @property
    def step(self) -> str:
        """As the regeling calls it; the share of one member names the step that it is a part of."""
        step = self.step_label or (str(self._node.label) if self._node else self.urgent_step or "")
        return f"{CaseTask.Part(self.part).label}: {step}" if self.part else step

    @property
    def at(self) -> datetime | None:
        """The time, of what does not last until the end of its day."""
        there = self.due_at.astimezone(AMSTERDAM)
        return None if self.kind == "target" or there.time() >= END_OF_DAY else there

    @property
    def _node(self) -> Any:
        return import_task_by_ref(self.flow_task) if self.flow_task else None


# A case that the visitor may see and that goes on: of one that is suspended the clocks stand still.
_SEEN = """
    EXISTS (SELECT FROM cases_caseaccess a
             WHERE a.case_id = {of}.case_id AND a.scope = ANY(%(scopes)s) AND (a.state = 'open'{even})
               AND a.case_id <> ALL (%(kept_from)s))
"""

# The first of each of somebody's queues. A step whose members or chair must act waits for them.
_MINE = f"""
    reach AS (
        SELECT (%(first)s::timestamp - make_interval(days => %(apart)s)) AT TIME ZONE 'Europe/Amsterdam' AS begins,
               (%(last)s::timestamp + make_interval(days => 1 + %(apart)s)) AT TIME ZONE 'Europe/Amsterdam' AS ends),
    mine AS MATERIALIZED (
        SELECT taken.* FROM reach, unnest(%(positions)s::bigint[]) AS held CROSS JOIN LATERAL (
            SELECT t.* FROM workflows_casetask t
             WHERE t.position_id = held AND t.seat_id IS NULL AND t.finished IS NULL
               AND t.due_at >= reach.begins AND t.due_at < reach.ends AND {_SEEN.format(of="t", even="")}
               AND NOT EXISTS (SELECT FROM workflows_casetask p WHERE p.host_id = t.id AND p.finished IS NULL)
             ORDER BY t.due_at, t.id LIMIT %(many)s) AS taken
        UNION ALL
        SELECT taken.* FROM reach, unnest(%(seats)s::bigint[]) AS held CROSS JOIN LATERAL (
            SELECT t.* FROM workflows_casetask t
             WHERE t.seat_id = held AND t.finished IS NULL
               AND t.due_at >= reach.begins AND t.due_at < reach.ends AND {_SEEN.format(of="t", even="")}
             ORDER BY t.due_at, t.id LIMIT %(many)s) AS taken)
"""

_RATIFIED_LATER = " OR d.effect = 'ratify'"  # also when the case has ended meanwhile

# The terms of one day: those that run, and those that passed while their task is still open.
_TERMS = f"""
    (SELECT d.id, d.effect, d.case_id, d.due_at, d.target, t.id AS task_id, u.step AS urgent_step
       FROM escalation_deadline d
       JOIN cases_case c ON c.id = d.case_id
       LEFT JOIN workflows_casetask t ON t.id = d.task AND t.finished IS NULL
       LEFT JOIN cases_urgentdecision u ON d.effect = 'ratify' AND u.case_id = d.case_id
             AND u.decided_at = d.starts_at AND u.state = 'pending'
      WHERE {{state}} AND d.due_at >= days.begins AND d.due_at < days.ends
        AND (t.id IS NOT NULL OR u.id IS NOT NULL) AND {_SEEN.format(of="d", even=_RATIFIED_LATER)}
        AND (%(schemes)s::bigint[] IS NULL OR c.scheme_id = ANY(%(schemes)s)) AND {{whose}}
        AND coalesce(d.task, 0) NOT IN (SELECT id FROM mine)
        AND (d.effect <> 'round' OR d.task NOT IN (SELECT host_id FROM mine WHERE host_id IS NOT NULL))
      ORDER BY d.due_at, d.id LIMIT %(each)s)
"""
_RUNNING = "d.state = 'armed'"
_MISSED = "d.state = 'fired' AND d.ended_at IS NULL AND d.effect = 'term'"

_WHOSE = {
    # Handed in by oneself or one's own; where one sits in the round, or must stand behind what was decided.
    Whose.MINE: """
        (c.organisation_id = ANY(%(organisations)s) OR c.submitted_by_id = ANY(%(seats)s)
         OR u.body_id = ANY(%(bodies)s)
         OR d.effect = 'round' AND (t.position_id = ANY(%(positions)s)
            OR EXISTS (SELECT FROM workflows_casetask p WHERE p.host_id = t.id AND p.seat_id = ANY(%(seats)s))))
    """,
    # Where a role of the body has the turn, what it put off, and what it must ratify.
    Whose.BODIES: """
        (u.body_id = ANY(%(bodies)s)
         OR EXISTS (SELECT FROM roles_position po WHERE po.id = t.position_id AND po.body_id = ANY(%(bodies)s))
         OR t.flow_task_type = 'TIMER' AND EXISTS (
            SELECT FROM cases_ballot b WHERE b.case_id = c.id AND b.defer_until IS NOT NULL
               AND b.body_id = ANY(%(bodies)s)))
    """,
    Whose.ALL: "TRUE",
}

_OUTSIDE = """
    NOT c.confidential
    AND NOT EXISTS (SELECT FROM cases_document s
                     WHERE s.case_id IN (c.id, c.subject_id) AND s.classification = 'secret')
    AND NOT EXISTS (SELECT FROM cases_agendaitem i JOIN cases_meeting m ON m.id = i.meeting_id
                     WHERE i.case_id IN (c.id, c.subject_id) AND (i.closed OR m.closed_doors))
"""

_DUE = """
    WITH {mine},
    days AS (
        SELECT d::date AS day, d AT TIME ZONE 'Europe/Amsterdam' AS begins,
               (d + interval '1 day') AT TIME ZONE 'Europe/Amsterdam' AS ends
          FROM generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 day') AS d),
    found AS (
        SELECT (mine.due_at AT TIME ZONE 'Europe/Amsterdam')::date AS day, 0 AS place, 'task' AS kind, mine.id,
               mine.id AS task_id, mine.case_id, mine.due_at, mine.target, NULL::text AS urgent_step
          FROM mine
        UNION ALL
        SELECT mine.target, 1, 'target', mine.id, mine.id, mine.case_id, mine.due_at, mine.target, NULL
          FROM mine WHERE mine.target <> (mine.due_at AT TIME ZONE 'Europe/Amsterdam')::date
        UNION ALL
        SELECT days.day, 2, taken.effect, taken.id, taken.task_id, taken.case_id, taken.due_at, taken.target,
               taken.urgent_step
          FROM days CROSS JOIN LATERAL ({running} UNION ALL {missed}) AS taken),
    ranked AS (
        SELECT found.*, count(*) OVER (PARTITION BY day)::int AS of_day,
               row_number() OVER (PARTITION BY day ORDER BY place, due_at, found.id) AS rank
          FROM found JOIN cases_case c ON c.id = found.case_id
         WHERE day BETWEEN %(first)s AND %(last)s AND {outside})
    SELECT r.day, r.of_day, r.kind, r.id, r.task_id, r.case_id, r.due_at, coalesce(r.target, r.day),
           coalesce(d.moves, 0), coalesce(d.moved_at, t.created, d.starts_at, c.opened_at), c.number,
           coalesce(x.content, '[vernietigd]'), t.flow_task, r.urgent_step,
           p.labels ->> coalesce(r.urgent_step, substring(t.flow_task from '[^.]+$')), coalesce(t.part, ''), o.name
      FROM ranked r
      JOIN cases_case c ON c.id = r.case_id
      JOIN audit_text x ON x.id = c.title_id
      JOIN workflows_caseprocess p ON p.case_id = c.id
      LEFT JOIN workflows_casetask t ON t.id = r.task_id
      LEFT JOIN roles_organisation o ON o.id = t.organisation_id
      LEFT JOIN escalation_deadline d ON d.id = CASE WHEN r.place = 2 THEN r.id ELSE (
            SELECT e.id FROM escalation_deadline e WHERE e.task IN (t.id, t.host_id)
             ORDER BY e.task = t.id DESC, e.id DESC LIMIT 1) END
     WHERE r.rank <= %(shown)s
     ORDER BY r.day, r.place, r.due_at, r.id
"""


def due(
    wish: Wish, *, scopes: Sequence[Scope], hats: Sequence[Hat] = (), bodies: Collection[int] | None = None
) -> list[Due]:
    """Tasks of these hats, and terms of cases, by day. One query. `bodies`: where nobody looks, but a body does."""
    inside = [hat for hat in hats if wish.schemes is None or hat.position.body.scheme_id in wish.schemes]
    terms = {
        name: _TERMS.format(state=state, whose=_WHOSE[wish.whose])
        for name, state in (("running", _RUNNING), ("missed", _MISSED))
    }
    asked = who(0, inside, scopes) | {
        "bodies": sorted(own_bodies(inside) if bodies is None else bodies), "first": wish.first, "last": wish.last,
        "schemes": None if wish.schemes is None else sorted(wish.schemes), "shown": wish.shown, "apart": APART,
        "each": PER_DAY, "many": MANY,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_DUE.format(mine=_MINE, outside=_OUTSIDE if wish.outside else "TRUE", **terms), asked)
        return [Due(*values) for values in cursor.fetchall()]


def met(wish: Wish, *, hats: Sequence[Hat], scopes: Sequence[Scope]) -> list[Meeting]:
    """The meetings of one's own bodies, or of all that one may know of; those that were called off too. One query."""
    known = visible(hats, scopes)
    if wish.whose != Whose.ALL:
        known = known.filter(body__in=own_bodies(hats))
    return _of_days(known, wish)


def met_by(wish: Wish, body_id: int) -> list[Meeting]:
    return _of_days(Meeting.objects.filter(body=body_id), wish)


def _of_days(known: "QuerySet[Meeting]", wish: Wish) -> list[Meeting]:
    found = known.filter(starts_at__gte=_midnight(wish.first), starts_at__lt=_midnight(wish.last + DAY))
    if wish.schemes is not None:
        found = found.filter(body__scheme__in=wish.schemes)
    return list(found.select_related("body__scheme", "place").order_by("starts_at", "pk")[:MANY])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, AMSTERDAM)


def ending_appointments(user_id: int, wish: Wish) -> list[Appointment]:
    """Of this account, those whose last day it is. One query."""
    found = Appointment.objects.filter(person__user=user_id, valid_until__range=(wish.first, wish.last))
    return list(_within(found.select_related(*SEAT), "position__body__scheme", wish).order_by("valid_until", "pk"))


def lending(user_id: int, wish: Wish) -> list[Substitution]:
    """Where this account begins or ceases to stand in, or somebody for its own appointments. One query."""
    either = Q(substitute__user=user_id) | Q(appointment__person__user=user_id)
    days = (wish.first, wish.last)
    found = Substitution.objects.filter(either, Q(valid_from__range=days) | Q(valid_until__range=days))
    found = found.select_related("substitute__name", *(f"appointment__{path}" for path in SEAT))
    return list(_within(found, "appointment__position__body__scheme", wish).order_by("valid_from", "pk"))


def _within(found: Any, path: str, wish: Wish) -> Any:
    return found if wish.schemes is None else found.filter(**{f"{path}__in": wish.schemes})


def revisions(model: Any, ids: Collection[int]) -> dict[int, tuple[int, datetime]]:
    """Of these tracked rows: how often each was changed, and when last. One query."""
    versions = model.history.filter(**{f"{model._meta.pk.name}__in": list(ids)}).values(model._meta.pk.name)
    counted = versions.annotate(times=Count("history_id"), last=Max("history_date")).order_by()
    return {row[model._meta.pk.name]: (row["times"] - 1, row["last"]) for row in counted}
