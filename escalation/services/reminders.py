"""Reminders of terms: planned one ahead, handed out when their moment comes, each moment once.

A term that ended is reminded of no more, one that stands still not as long as it does; whoever moves its end moves them
too (the database sees to that: `migrations/sql/0007_reminders.sql`). Who is reminded, the processes know.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from audit import clock
from escalation.models import Deadline, ReminderMoment
from escalation.queue import enqueue
from escalation.rules.reminders import Reminder, latest, upcoming
from roles.models import Scheme
from roles.services.acting import act

AT_ONCE = 500
MOST = 10_000  # in one tick
RECLAIM_AFTER_SECONDS = 300
SYSTEM = "system"

# The front of a partial index: what is to be planned or reminded of now. A later moment is all that is written, so that
# what a killed worker left comes round again.
CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT id FROM escalation_deadline
         WHERE state IN ('armed', 'fired') AND ended_at IS NULL AND remind_at <= (SELECT app_now())
         ORDER BY remind_at LIMIT %s FOR UPDATE SKIP LOCKED)
    UPDATE escalation_deadline d SET remind_at = app_now() + make_interval(secs => %s) FROM due, cases_case c
     WHERE d.id = due.id AND c.id = d.case_id
    RETURNING d.id, d.due_at, d.reminding, c.scheme_id
"""
PLAN = "UPDATE escalation_deadline SET remind_at = %s, reminding = %s WHERE id = %s"


def claim() -> int:
    """Plan what is new or moved, and hand out the reminders whose moment has come; how many of those."""
    claimed = 0
    for _ in range(MOST // AT_ONCE):
        found, due = _claim_batch()
        claimed += due
        if found < AT_ONCE:
            break
    return claimed


@transaction.atomic
def _claim_batch() -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [AT_ONCE, RECLAIM_AFTER_SECONDS])
        found = cursor.fetchall()
        moments, now = moments_of({scheme for *_, scheme in found}), clock.now()
        for pk, due_at, reminding, scheme in found:
            if reminding is None:
                cursor.execute(PLAN, [*_planned(upcoming(due_at, moments[scheme], now)), pk])
    due = sorted(pk for pk, _, reminding, _ in found if reminding is not None)
    if due:
        enqueue("workflows.remind", deadline_ids=due)
    return len(found), len(due)


def take(deadline_id: int) -> tuple[Deadline, int, bool] | None:
    """The reminder that is due of one deadline, for whoever tells people of it in the same transaction: how many
    working days after its end, and whether others hear it too. None: somebody was first, or there is none any more.
    """
    deadline = (
        Deadline.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("case__scheme")
        .filter(pk=deadline_id, state__in=[Deadline.State.ARMED, Deadline.State.FIRED], ended_at=None)
        .first()
    )
    if deadline is None or deadline.reminding is None:
        return None
    now = clock.now()
    moments = moments_of({deadline.case.scheme_id})[deadline.case.scheme_id]
    reminder = latest(deadline.due_at, moments, deadline.reminding, now)
    if reminder is None:
        return None
    deadline.remind_at, deadline.reminding = _planned(upcoming(deadline.due_at, moments, now))
    deadline.save(update_fields=["remind_at", "reminding"])
    return deadline, reminder.working_days, moments[reminder.working_days]


def _planned(reminder: Reminder | None) -> tuple[datetime | None, int | None]:
    return (reminder.at, reminder.working_days) if reminder else (None, None)


def moments_of(schemes: Iterable[int]) -> dict[int, dict[int, bool]]:
    """The moments of each regeling, and at which others hear it too: its own, or else those of all. One query."""
    found: dict[int | None, dict[int, bool]] = defaultdict(dict)
    for moment in ReminderMoment.objects.all():
        found[moment.scheme_id][moment.working_days] = moment.breach
    return {scheme: found.get(scheme) or found[None] for scheme in schemes}


def adopt_reminders(*, scheme: Scheme | None, rows: Iterable[Mapping[str, Any]]) -> list[ReminderMoment]:
    """Moments from data, where there are none yet; what is there stays."""
    rows = list(rows)
    if not rows or ReminderMoment.objects.filter(scheme=scheme).exists():
        return []
    with act(chain=scheme.chain if scheme else SYSTEM, verb="adopt_reminders", by=None):
        return [ReminderMoment.objects.create(scheme=scheme, **row) for row in rows]
