"""Mijn taken: what stands in the queues of somebody's roles, and what waits for their own seats (ADR 5).

A queue is an index: the first tasks of each role and seat are taken from it and merged, so that a page costs the same
whether a thousand or a hundred thousand tasks are open. For the same reason nothing is counted beyond `MANY`.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from viewflow.workflow.fields import import_task_by_ref

from cases.models import Case
from roles.selectors import Hat, Scope
from workflows.models import CaseTask
from workflows.rules.words import words
from workflows.selectors.lent import lent, parts, standing
from workflows.selectors.search import ASKED, readable, typed
from workflows.selectors.sight import kept_from, keys

MANY = 1000
BELL = 100
LOOKED_THROUGH = 5000  # tasks of each role, where a filter fits as many cases as are counted
PAGE = 25


class Kept(NamedTuple):
    """A list as this person likes to see it (`SavedView`)."""

    id: int
    of: str
    name: str
    query: str
    start: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """How much waits for somebody, each counted up to `MANY`, and when; may they hand in more, what do they keep of the
    register of which regeling? And the views that they keep.

    One row, because every page asks it.
    """

    now: datetime
    may_submit: bool
    keeps: list[str]
    late: int
    soon: int
    open: int
    waiting: int
    done: int
    unread: int
    kept: list[str]

    @property
    def steps(self) -> dict[int, set[str]]:
        """What they keep of the register, by the id of the regeling."""
        found: dict[int, set[str]] = defaultdict(set)
        for each in self.keeps:
            scheme, step = json.loads(each)
            found[scheme].add(step)
        return dict(found)

    @property
    def views(self) -> list[Kept]:
        return [Kept(*json.loads(each)) for each in self.kept]


@dataclass(frozen=True, slots=True)
class Wish:
    """Which tasks are asked for: one of the tiles, narrowed by the filters. None and "": not narrowed."""

    view: str = "open"
    latest_first: bool = False
    hat: int | None = None
    municipality: int | None = None
    domain: str = ""
    words: str = ""
    states: Sequence[str] = ()
    phase: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A task in the list."""

    task_id: int
    case_id: int
    flow_task: str
    step_label: str | None
    part: str
    position_id: int | None
    seat_id: int | None
    due_at: datetime | None
    finished: datetime | None
    asks_others: bool
    number: str
    title: str
    state: str
    submitted_by: str
    concerns: str | None
    role: str | None
    capacity: str | None
    behalf_of: str | None
    owner_id: int | None
    owner: str | None
    held: bool
    extended: int | None

    @property
    def still(self) -> bool:
        """Its clock was stopped: with the case, or by an escalation about this step."""
        return self.held or self.state == Case.State.SUSPENDED

    @property
    def node(self) -> Any:
        return import_task_by_ref(self.flow_task)

    @property
    def phase(self) -> str:
        return str(self.node.flow_class.phases[self.node.phase])

    @property
    def label(self) -> str:
        """What is asked; the share of one member names the step it is a part of."""
        own = self.step_label or str(self.node.label)
        return f"{CaseTask.Part(self.part).label}: {own}" if self.part else own


_QUEUES = """
    SELECT taken.* FROM unnest(%(positions)s::bigint[]) AS mine
     CROSS JOIN LATERAL (
        SELECT t.id, t.due_at AS by, t.case_id FROM workflows_casetask t
         WHERE t.position_id = mine AND t.seat_id IS NULL AND t.finished IS NULL {when}
           AND t.case_id <> ALL (%(kept_from)s)
         ORDER BY t.due_at {way}, t.id {way} LIMIT %({limit})s) AS taken
    UNION ALL
    SELECT taken.* FROM unnest(%(seats)s::bigint[]) AS mine
     CROSS JOIN LATERAL (
        SELECT t.id, t.due_at AS by, t.case_id FROM workflows_casetask t
         WHERE t.seat_id = mine AND t.finished IS NULL {when}
         ORDER BY t.due_at {way}, t.id {way} LIMIT %({limit})s) AS taken
    {lent}
"""

# The same, narrowed to cases that the index of words finds. When those are few, their tasks are looked up; when they
# are many, the first tasks of each queue are looked through. Either way a bounded number of rows is read.
_NARROWED = f"""
    SELECT t.id, t.due_at AS by FROM matched JOIN workflows_casetask t ON t.case_id = matched.id
     WHERE (SELECT few FROM size) AND t.finished IS NULL {{when}}
       AND (t.position_id = ANY(%(positions)s) AND t.seat_id IS NULL OR t.seat_id = ANY(%(seats)s) {{or_lent}})
    UNION ALL
    SELECT t.id, t.by FROM ({_QUEUES}) AS t WHERE NOT (SELECT few FROM size) {{matches}}
"""

_MATCHED = f"""
    {ASKED},
    wanted AS MATERIALIZED (SELECT every && %(within)s::tsquery AS query FROM asked),
    matched AS MATERIALIZED (SELECT m.id FROM wanted CROSS JOIN LATERAL cases_matching(query, %(many)s) AS m(id)),
    size AS MATERIALIZED (SELECT count(*) < %(many)s AS few FROM matched),
"""
_MATCHES = """
    AND EXISTS (SELECT FROM cases_searchentry e
                 WHERE e.case_id = t.case_id AND ts_match_vq(e.vector, (SELECT query FROM wanted)))
"""

_MAY_SUBMIT = """
    EXISTS (SELECT FROM roles_stepbinding b JOIN roles_position p ON p.role_id = b.role_id
              JOIN roles_body o ON o.id = p.body_id AND o.scheme_id = b.scheme_id
             WHERE b.step = 'submit' AND p.id = ANY(%(submitting)s)
               AND (b.body_id = o.id OR b.body_id IS NULL AND o.kind = 'municipality'))
"""

_KEEPS = """
    ARRAY(SELECT DISTINCT jsonb_build_array(b.scheme_id, b.step)
            FROM roles_stepbinding b JOIN roles_position p ON p.role_id = b.role_id AND p.body_id = b.body_id
           WHERE b.flow = 'register' AND p.id = ANY(%(keeping)s))
"""

_VIEWS_KEPT = """
    ARRAY(SELECT jsonb_build_array(v.id, v.of, v.name, v.query, v.start) FROM workflows_savedview v
           WHERE v.user_id = %(user)s ORDER BY v.name, v.id)
"""

# Cases that somebody handed in and may see, the newest first, in which it is another's turn.
_WAITING_CASES = """
    SELECT c.id FROM (
        SELECT DISTINCT newest.case_id FROM unnest(%(scopes)s::text[]) AS seen
         CROSS JOIN LATERAL (
            SELECT a.case_id FROM cases_caseaccess a
             WHERE a.scope = seen AND a.state = 'open' AND a.case_id <> ALL (%(kept_from)s)
             ORDER BY a.case_id DESC LIMIT %(many)s) AS newest) AS access
      JOIN cases_case c ON c.id = access.case_id
     WHERE (c.organisation_id = ANY(%(organisations)s) OR c.submitted_by_id = ANY(%(seats)s))
       AND NOT EXISTS (
        SELECT FROM workflows_casetask t WHERE t.case_id = c.id AND t.finished IS NULL
           AND (t.position_id = ANY(%(positions)s) AND t.seat_id IS NULL OR t.seat_id = ANY(%(seats)s)))
"""

_WAITING = f"""
    SELECT t.id, t.due_at AS by FROM ({_WAITING_CASES}) AS waiting
      JOIN workflows_casetask t ON t.case_id = waiting.id
     WHERE t.finished IS NULL AND (t.position_id IS NOT NULL OR t.seat_id IS NOT NULL) {{matches}}
"""

_DONE = """
    SELECT t.id, t.finished AS by FROM workflows_casetask t
     WHERE t.owner_id = %(user)s AND t.status = 'DONE' AND t.finished IS NOT NULL
       AND t.finished >= (SELECT date_trunc('month', app_now(), 'Europe/Amsterdam'))
       AND EXISTS (SELECT FROM cases_caseaccess a WHERE a.case_id = t.case_id AND a.scope = ANY(%(scopes)s))
       {when} {matches}
     ORDER BY t.finished {way} LIMIT %(many)s
"""

# Messages about what somebody may see; never counted beyond what the bell shows.
_UNREAD = """
    SELECT FROM roles_person p
      JOIN escalation_message m ON m.person_id = p.id AND m.read_at IS NULL
      JOIN escalation_notice n ON n.id = m.notice_id
     WHERE p.user_id = %(user)s AND (
        n.case_id <> ALL(%(away)s) AND EXISTS (
            SELECT FROM cases_caseaccess a WHERE a.case_id = n.case_id AND a.scope = ANY(%(scopes)s))
        OR n.case_id IS NULL AND EXISTS (
            SELECT FROM cases_meeting g JOIN roles_body b ON b.id = g.body_id
             WHERE g.id = n.meeting_id AND (b.id = ANY(%(bodies)s) OR 'scheme/' || b.scheme_id = ANY(%(scopes)s))))
     LIMIT %(bell)s
"""

# The clock is asked once, in a query of its own: only then does the index know where to begin.
_LATE = "AND t.due_at < (SELECT app_now())"
_SOON = (
    "AND t.due_at >= (SELECT app_now())"
    " AND t.due_at < (SELECT (app_today() + 2)::timestamp AT TIME ZONE 'Europe/Amsterdam')"
)

_VIEWS = {
    "open": (_QUEUES, ""),
    "late": (_QUEUES, _LATE),
    "soon": (_QUEUES, _SOON),
    "waiting": (_WAITING, ""),
    "done": (_DONE, ""),
}


def tally(user_id: int, hats: Sequence[Hat], scopes: Sequence[Scope]) -> Tally:
    """One query, whatever there is to count."""
    counts = {
        "late": _QUEUES.format(when=_LATE, way="", limit="many", **lent(hats, _LATE)),
        "soon": _QUEUES.format(when=_SOON, way="", limit="many", **lent(hats, _SOON)),
        "open": _QUEUES.format(when="", way="", limit="many", **lent(hats, "")),
        "waiting": _WAITING_CASES,
        "done": _DONE.format(when="", matches="", way="DESC"),
        "unread": _UNREAD,
    }
    counted = ", ".join(
        f"(SELECT count(*) FROM (SELECT FROM ({part}) AS p LIMIT %(many)s) AS {name})" for name, part in counts.items()
    )
    with connection.cursor() as cursor:
        asked = f"SELECT app_now(), {_MAY_SUBMIT}, {_KEEPS}, {counted}, {_VIEWS_KEPT}"
        cursor.execute(asked, who(user_id, hats, scopes))
        return Tally(*cursor.fetchone())


_PAGE = """
    WITH {matched} found AS MATERIALIZED (SELECT * FROM ({source}) AS s ORDER BY by {way}, id {way} LIMIT %(many)s),
    total AS (SELECT count(*)::int AS n FROM found),
    page AS (
        SELECT found.* FROM found ORDER BY by {way}, id {way} LIMIT %(size)s
        OFFSET (SELECT least((%(page)s - 1) * %(size)s, greatest(n - 1, 0) / %(size)s * %(size)s) FROM total))
    SELECT total.n, t.id, t.case_id, t.flow_task, p.labels ->> substring(t.flow_task from '[^.]+$'), t.part,
           t.position_id, t.seat_id, t.due_at, t.finished,
           EXISTS (SELECT FROM workflows_casetask p WHERE p.host_id = t.id AND p.finished IS NULL),
           c.number, coalesce(title.content, '[vernietigd]'), c.state, submitter.name, concerned.name,
           ro.label || ', ' || bo.label, ro.capacity, represented.name, t.owner_id, owner_name.content,
           t.held_by_id IS NOT NULL, d.extended
      FROM page
      JOIN workflows_casetask t ON t.id = page.id
      JOIN workflows_caseprocess p ON p.id = t.process_id
      JOIN cases_case c ON c.id = t.case_id
      JOIN audit_text title ON title.id = c.title_id
      JOIN roles_organisation submitter ON submitter.id = c.organisation_id
      LEFT JOIN roles_organisation concerned ON concerned.id = t.organisation_id
      LEFT JOIN roles_appointment seat ON seat.id = t.seat_id
      LEFT JOIN roles_organisation represented ON represented.id = seat.organisation_id
      LEFT JOIN roles_position po ON po.id = coalesce(t.position_id, seat.position_id)
      LEFT JOIN roles_role ro ON ro.id = po.role_id
      LEFT JOIN roles_body bo ON bo.id = po.body_id
      LEFT JOIN roles_person owner ON owner.user_id = t.owner_id
      LEFT JOIN audit_text owner_name ON owner_name.id = owner.name_id
      LEFT JOIN escalation_deadline d ON d.task = t.id AND d.effect = 'term'
     CROSS JOIN total
     ORDER BY page.by {way}, page.id {way}
"""


def tasks(
    user_id: int, hats: Sequence[Hat], scopes: Sequence[Scope], wish: Wish, page: int = 1, size: int = PAGE
) -> tuple[list[Row], int]:
    """One page of tasks and how many there are, up to `MANY`. A page past the end gives the last. One query."""
    source, when = _VIEWS[wish.view]
    way = "DESC" if wish.latest_first else "ASC"
    narrowed = wish.municipality is not None or bool(wish.domain or wish.words)
    asked_words = words(wish.words)
    if (wish.words and not asked_words) or (narrowed and not scopes):
        return [], 0
    if narrowed and source is _QUEUES:
        source = _NARROWED
    if wish.view == "done" and wish.hat is not None:
        when = "AND (t.position_id = ANY(%(positions)s) AND t.seat_id IS NULL OR t.seat_id = ANY(%(seats)s))"
    if wish.hat is not None and wish.view != "waiting":
        hats = [hat for hat in hats if hat.appointment_id == wish.hat]
    asked = who(user_id, hats, scopes) | typed(asked_words) | {
        "page": page, "size": size, "looked_through": LOOKED_THROUGH, "within": readable(scopes, wish),
    }  # fmt: skip
    filled = source.format(
        **lent(hats, when),
        when=when,
        way=way,
        matches=_MATCHES if narrowed else "",
        limit="looked_through" if narrowed else "many",
    )
    query = _PAGE.format(matched=_MATCHED if narrowed else "", source=filled, way=way)
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        found = cursor.fetchall()
    return [Row(*values) for _, *values in found], found[0][0] if found else 0


def who(user_id: int, hats: Sequence[Hat], scopes: Sequence[Scope]) -> dict[str, Any]:
    whole = [hat for hat in hats if hat.whole]
    return {
        "user": user_id,
        "positions": sorted({hat.position.pk for hat in whole}),
        "seats": sorted({hat.appointment_id for hat in whole}),
        "parts": json.dumps(parts(hats)),
        "submitting": standing(hats, "domain", "flow/commissioning"),
        "keeping": standing(hats, "flow/register"),
        "organisations": sorted(own_organisations(hats)),
        "scopes": keys(scopes),
        "away": kept_from(scopes),
        "bodies": sorted({hat.position.body_id for hat in hats}),
        "bell": BELL,
        "kept_from": kept_from(scopes),
        "many": MANY,
    }


def own_organisations(hats: Sequence[Hat]) -> Collection[int]:
    """For whom somebody acts: the organisation that an appointment represents, or else that of the body."""
    found = {hat.appointment.organisation_id or hat.position.body.organisation_id for hat in hats}
    return {organisation for organisation in found if organisation is not None}
