"""What an account may see."""

from datetime import date
from typing import NamedTuple

from django.db import connection


class Scope(NamedTuple):
    """Everything of a regeling, or what concerns one organisation; `on` is "scheme" or "organisation"."""

    on: str
    id: int
    confidential: bool


SCOPES = """
    WITH asked AS (SELECT coalesce(%(day)s::date, app_today()) AS day),
    held AS (
        SELECT po.group_id FROM asked, roles_appointment a
          JOIN roles_position po ON po.id = a.position_id
          JOIN roles_person p ON p.id = a.person_id
         WHERE p.user_id = %(user)s AND asked.day BETWEEN a.valid_from AND coalesce(a.valid_until, 'infinity')
        UNION
        SELECT po.group_id FROM asked, roles_substitution w
          JOIN roles_appointment a ON a.id = w.appointment_id
          JOIN roles_position po ON po.id = a.position_id
          JOIN roles_person p ON p.id = w.substitute_id
         WHERE p.user_id = %(user)s AND asked.day BETWEEN w.valid_from AND coalesce(w.valid_until, 'infinity')
           AND asked.day BETWEEN a.valid_from AND coalesce(a.valid_until, 'infinity')),
    granted AS (
        SELECT 'scheme' AS on, g.content_object_id AS id, g.permission_id
          FROM held JOIN roles_schemegrouppermission g USING (group_id)
        UNION ALL
        SELECT 'organisation', g.content_object_id, g.permission_id
          FROM held JOIN roles_organisationgrouppermission g USING (group_id))
    SELECT g.on, g.id, bool_or(p.codename = 'view_confidential')
      FROM granted g JOIN auth_permission p ON p.id = g.permission_id
     GROUP BY 1, 2 HAVING bool_or(p.codename = 'view_cases') ORDER BY 1 DESC, 2
"""


def scopes(user_id: int, on: date | None = None) -> list[Scope]:
    """What an account may see on a day, or today: guardian's grants to the positions it holds. One query."""
    with connection.cursor() as cursor:
        cursor.execute(SCOPES, {"user": user_id, "day": on})
        return [Scope(*row) for row in cursor.fetchall()]
