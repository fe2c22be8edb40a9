"""What is about to happen in somebody's cases: rounds that close, terms that end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from viewflow.workflow.fields import import_task_by_ref

from escalation.models import Deadline
from roles.selectors import Hat, Scope
from workflows.nodes import Wait
from workflows.selectors.inbox import who

FIRST = 5


@dataclass(frozen=True, slots=True)
class Moment:
    due_at: datetime
    effect: str
    flow_task: str
    step_label: str | None
    case_id: int
    number: str
    title: str

    @property
    def label(self) -> str:
        node = import_task_by_ref(self.flow_task)
        own = self.step_label or str(node.label)
        if self.effect == Deadline.Effect.ROUND:
            return f"Sluiting stemronde: {own}"
        return f"{own} tot en met" if isinstance(node, Wait) else f"Uiterste dag: {own}"

    @property
    def at_a_time(self) -> bool:
        """A round closes at a time, a term with the day."""
        return self.effect == Deadline.Effect.ROUND


# Of the newest cases that this visitor may see: those they handed in, and those where they sit in the round.
_COMING = """
    SELECT d.due_at, d.effect, t.flow_task, r.labels ->> substring(t.flow_task from '[^.]+$'),
           c.id, c.number, coalesce(x.content, '[vernietigd]')
      FROM (
        SELECT DISTINCT newest.case_id FROM unnest(%(scopes)s::text[]) AS seen
         CROSS JOIN LATERAL (
            SELECT a.case_id FROM cases_caseaccess a
             WHERE a.scope = seen AND a.state = 'open' AND a.case_id <> ALL (%(kept_from)s)
             ORDER BY a.case_id DESC LIMIT 250) AS newest) AS access
      JOIN cases_case c ON c.id = access.case_id
      JOIN escalation_deadline d ON d.case_id = c.id AND d.state = 'armed' AND d.due_at >= (SELECT app_now())
      JOIN workflows_casetask t ON t.id = d.task
      JOIN workflows_caseprocess r ON r.id = t.process_id
      JOIN audit_text x ON x.id = c.title_id
     WHERE c.organisation_id = ANY(%(organisations)s) OR c.submitted_by_id = ANY(%(seats)s)
        OR d.effect = 'round' AND (t.position_id = ANY(%(positions)s)
            OR EXISTS (SELECT FROM workflows_casetask p WHERE p.host_id = t.id AND p.seat_id = ANY(%(seats)s)))
     GROUP BY d.due_at, d.effect, t.flow_task, r.labels, c.id, c.number, x.content
     ORDER BY d.due_at, c.id LIMIT %(first)s
"""


def coming(user_id: int, hats: Sequence[Hat], scopes: Sequence[Scope]) -> list[Moment]:
    """The first few. One query."""
    asked: dict[str, Any] = who(user_id, hats, scopes) | {"first": FIRST}
    with connection.cursor() as cursor:
        cursor.execute(_COMING, asked)
        return [Moment(*values) for values in cursor.fetchall()]
