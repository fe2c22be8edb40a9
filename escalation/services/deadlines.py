"""Claiming what is due: each deadline that passed is handed to the workers, the longest overdue first (ADR 27)."""

from django.db import connection, transaction

from escalation.queue import enqueue_each, waiting

RECLAIM_AFTER_SECONDS = 300
AT_ONCE = 100
# Jobs in the queue at most, so that after days of downtime nothing is claimed long before somebody comes to it.
MOST_WAITING = 1000

FIRE = "workflows.fire_due"

# It reads the front of a partial index: what is due, and none of what is armed for later. What another tick is claiming
# is passed over.
CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT id FROM escalation_deadline
         WHERE state = 'armed' AND due_at <= (SELECT app_now())
           AND (claimed_at IS NULL OR claimed_at < (SELECT app_now()) - make_interval(secs => %s))
         ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED),
    claimed AS (
        UPDATE escalation_deadline d SET claimed_at = app_now() FROM due WHERE d.id = due.id
        RETURNING d.id, d.case_id, d.due_at)
    SELECT case_id, count(*) FROM claimed GROUP BY case_id ORDER BY min(due_at), min(id)
"""


def claim() -> int:
    """Claim everything that is due, batch by batch, each with its jobs in one transaction; how many.

    A job takes one case and all that is due in it, in order. What a killed worker left is claimed again later; that it
    may then be tried twice does no harm (`workflows.clockwork`).
    """
    claimed, room = 0, MOST_WAITING - waiting(FIRE)
    while room > 0 and (batch := _claim_batch(min(room, AT_ONCE))):
        claimed += batch
        room -= batch
    return claimed


@transaction.atomic
def _claim_batch(most: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [RECLAIM_AFTER_SECONDS, most])
        found = cursor.fetchall()
    enqueue_each(FIRE, [{"case_id": case_id} for case_id, _ in found])
    return sum(count for _, count in found)
