"""Opdrachten: the cases that somebody may see, the first of each scope and state merged (ADR 5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from cases.models import Case
from roles.selectors import Scope
from workflows.selectors.inbox import MANY, PAGE, like
from workflows.selectors.sight import keys

RUNNING = (Case.State.OPEN, Case.State.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which cases are asked for. None and "": not narrowed."""

    states: Sequence[str] = RUNNING
    oldest_first: bool = False
    municipality: int | None = None
    domain: str = ""
    phase: str = ""
    words: str = ""


_FOUND = """
    WITH found AS MATERIALIZED (
        SELECT DISTINCT taken.case_id AS id
          FROM unnest(%(scopes)s::text[]) AS seen CROSS JOIN unnest(%(states)s::text[]) AS stands
         CROSS JOIN LATERAL (
            SELECT a.case_id FROM cases_caseaccess a {joins}
             WHERE a.scope = seen AND a.state = stands {narrowed}
             ORDER BY a.case_id {way} LIMIT %(many)s) AS taken
         ORDER BY id {way} LIMIT %(many)s),
    total AS (SELECT count(*)::int AS n FROM found),
    page AS (
        SELECT id FROM found ORDER BY id {way} LIMIT %(size)s
        OFFSET (SELECT least((%(page)s - 1) * %(size)s, greatest(n - 1, 0) / %(size)s * %(size)s) FROM total))
    SELECT n, ARRAY(SELECT id FROM page ORDER BY id {way}) FROM total
"""


def cases(scopes: Sequence[Scope], wish: Wish, page: int = 1) -> tuple[list[Case], int]:
    """One page and how many there are, up to `MANY`; newest first. A page past the end gives the last. Two queries."""
    joins, conditions = "", []
    if wish.municipality is not None or wish.domain or wish.phase or wish.words:
        joins = (
            "JOIN cases_case c ON c.id = a.case_id JOIN cases_commission m ON m.case_id = c.id"
            " JOIN audit_text x ON x.id = c.title_id"
        )
    if wish.municipality is not None:
        conditions.append("AND c.organisation_id = %(municipality)s")
    if wish.domain:
        conditions.append("AND m.domain = %(domain)s")
    if wish.phase:
        conditions.append("AND c.phase = %(phase)s")
    if wish.words:
        conditions.append("AND (x.content ILIKE %(words)s OR c.number ILIKE %(words)s)")
    query = _FOUND.format(joins=joins, narrowed=" ".join(conditions), way="ASC" if wish.oldest_first else "DESC")
    asked: dict[str, Any] = {
        "scopes": keys(scopes), "states": list(wish.states), "many": MANY, "size": PAGE, "page": page,
        "municipality": wish.municipality, "domain": wish.domain, "phase": wish.phase, "words": like(wish.words),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        total, ids = cursor.fetchone()
    rows = Case.objects.select_related("title", "organisation", "commission").in_bulk(ids)
    return [rows[number] for number in ids], total
