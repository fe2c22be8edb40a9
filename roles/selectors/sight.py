"""What an account may see, and what a body may."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from django.db import connection

from audit.clock import TODAY
from roles.models import Appointment
from roles.models.fields import holding_on
from roles.models.grants import OrganisationGroupPermission, SchemeGroupPermission


class Scope(NamedTuple):
    """Everything of a regeling, or what concerns one organisation; `on` is "scheme" or "organisation".

    Or the cases that ran in the period of one "appointment" (an auditor's engagement). Of confidential cases: those to
    which a "position" that is held was admitted, or the person "self"; and for some hours the one that an "emergency"
    opens. And "without" one case, for it is about whoever looks.
    """

    on: str
    id: int
    confidential: bool


SCOPES = """
    WITH asked AS (SELECT coalesce(%(day)s::date, app_today()) AS day),
    held AS (
        SELECT po.group_id, po.id AS position_id, true AS whole, {limited} FROM asked, roles_appointment a
          JOIN roles_position po ON po.id = a.position_id
          JOIN roles_person p ON p.id = a.person_id
         WHERE p.user_id = %(user)s AND asked.day BETWEEN a.valid_from AND coalesce(a.valid_until, 'infinity')
        UNION
        SELECT po.group_id, po.id AS position_id, w.scope = 'all' OR w.id = ANY (%(within)s), {limited}
          FROM asked, roles_substitution w
          JOIN roles_appointment a ON a.id = w.appointment_id
          JOIN roles_position po ON po.id = a.position_id
          JOIN roles_person p ON p.id = w.substitute_id
         WHERE p.user_id = %(user)s AND asked.day BETWEEN w.valid_from AND coalesce(w.valid_until, 'infinity')
           AND asked.day BETWEEN a.valid_from AND coalesce(a.valid_until, 'infinity')),
    granted AS (
        SELECT CASE WHEN held.period IS NULL THEN 'scheme' ELSE 'appointment' END AS on,
               coalesce(held.period, g.content_object_id) AS id, g.permission_id, whole
          FROM held JOIN roles_schemegrouppermission g USING (group_id)
        UNION ALL
        SELECT 'organisation', g.content_object_id, g.permission_id, whole
          FROM held JOIN roles_organisationgrouppermission g USING (group_id) WHERE held.period IS NULL),
    seen AS (
        SELECT g.on, g.id, bool_or(p.codename = 'view_confidential' AND whole) AS confidential
          FROM granted g JOIN auth_permission p ON p.id = g.permission_id
         GROUP BY 1, 2 HAVING bool_or(p.codename = 'view_cases'))
    SELECT * FROM (
        SELECT 1, seen.* FROM seen WHERE seen.on = 'scheme'
        UNION ALL
        SELECT 2, seen.* FROM seen WHERE seen.on = 'organisation'
        UNION ALL
        SELECT 1, seen.* FROM seen WHERE seen.on = 'appointment'
        UNION ALL
        SELECT DISTINCT 3, 'position', held.position_id, true FROM held
         WHERE whole AND period IS NULL AND EXISTS (SELECT FROM seen)
        UNION ALL
        SELECT 4, 'self', p.id, true FROM roles_person p
         WHERE p.user_id = %(user)s AND EXISTS (SELECT FROM seen)
        UNION ALL
        SELECT 5, 'without', substring(r.chain FROM '^case/(.*)$')::bigint, false
          FROM roles_recusal r JOIN roles_person p ON p.id = r.person_id
         WHERE p.user_id = %(user)s AND r.imposed AND r.withdrawn_at IS NULL
        UNION ALL
        SELECT 6, 'emergency', e.id, true FROM asked, roles_emergencyaccess e
          JOIN roles_person p ON p.id = e.person_id JOIN roles_appointment a ON a.id = e.appointment_id
         WHERE p.user_id = %(user)s AND app_now() < e.until AND %(day)s::date IS NULL
           AND asked.day BETWEEN a.valid_from AND coalesce(a.valid_until, 'infinity')
    ) AS every(place, kind, id, confidential)
     ORDER BY place, kind DESC, id
""".replace("{limited}", "CASE WHEN a.reads_from IS NOT NULL OR a.reads_until IS NOT NULL THEN a.id END AS period")


def scopes(user_id: int, on: date | None = None, *, within: Collection[int] = ()) -> list[Scope]:
    """What an account may see on a day, or today: guardian's grants to the positions it holds. One query.

    Who stands in for a part sees nothing confidential by it, but in what is `within` these substitutions.
    """
    with connection.cursor() as cursor:
        cursor.execute(SCOPES, {"user": user_id, "day": on, "within": list(within)})
        return [Scope(*row[1:]) for row in cursor.fetchall()]


def shared_scopes(body_id: int) -> list[Scope]:
    """What everybody who sits in a body today may see, whatever else some of them may. Three queries."""
    sitting = Appointment.objects.filter(holding_on(TODAY), position__body=body_id).only(
        "reads_from", "reads_until", "position__group"
    )
    there = list(sitting.select_related("position"))
    if any(each.limited for each in there):
        return []
    groups = {each.position.group_id for each in there}
    seen: dict[tuple[str, int], set[int]] = defaultdict(set)
    for on, model in (("scheme", SchemeGroupPermission), ("organisation", OrganisationGroupPermission)):
        granted = model.objects.filter(group__in=groups, permission__codename="view_cases")
        for group, content in granted.values_list("group", "content_object"):
            seen[on, content].add(group)
    return [Scope(on, content, False) for (on, content), by in seen.items() if by == groups]
