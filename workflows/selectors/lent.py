"""Queues of roles and seats in which somebody stands in for a part: one process, one domain, one case."""

from collections.abc import Sequence
from typing import Any

from roles.selectors import Hat

# What somebody who stands in for one process, domain or case finds of a role and of a seat, that they do not have
# otherwise. The modules of a flow's versions are called by its code.
_IN_PART = """
    SELECT DISTINCT t.id, t.due_at AS by, t.case_id
      FROM jsonb_to_recordset(%(parts)s::jsonb) AS mine(position bigint, seat bigint, scope text, part text)
      JOIN workflows_casetask t ON t.finished IS NULL
           AND (t.position_id = mine.position AND t.seat_id IS NULL OR t.seat_id = mine.seat)
      JOIN workflows_caseprocess p ON p.id = t.process_id
      JOIN cases_case c ON c.id = t.case_id
      JOIN cases_commission o ON o.case_id = coalesce(c.subject_id, c.id)
     WHERE t.case_id <> ALL (%(kept_from)s)
       AND CASE mine.scope WHEN 'flow' THEN p.flow_class ~ ('^workflows/flows[.]' || mine.part || '(_[0-9]+)?[.]')
                           WHEN 'domain' THEN o.domain = mine.part
                           ELSE mine.part IN ('case/' || c.id, 'case/' || c.parent_id) END
"""


def standing(hats: Sequence[Hat], *within: str) -> list[int]:
    """The positions that are held, lent as a whole, or lent for one of these parts."""
    held = {hat: hat.substitution for hat in hats}
    return sorted({
        hat.position.pk for hat, each in held.items()
        if each is None or hat.whole or each.scope in within or f"{each.scope}/{each.limited_to}" in within
    })  # fmt: skip


def parts(hats: Sequence[Hat]) -> list[dict[str, Any]]:
    """What is lent in part, of roles and seats that are not held or lent as a whole."""
    positions = {hat.position.pk for hat in hats if hat.whole}
    return [
        {
            "position": None if hat.position.pk in positions else hat.position.pk, "seat": hat.appointment_id,
            "scope": hat.substitution.scope, "part": hat.substitution.limited_to,
        }
        for hat in hats
        if hat.substitution is not None and not hat.whole
    ]  # fmt: skip


def lent(hats: Sequence[Hat], when: str) -> dict[str, str]:
    """The same queues for who stands in for a part; nothing for anybody else, so that nobody waits for it."""
    if all(hat.whole for hat in hats):
        return {"lent": "", "or_lent": ""}
    return {"lent": f"UNION ALL {_IN_PART} {when}", "or_lent": f"OR t.id IN (SELECT id FROM ({_IN_PART}) AS part)"}
