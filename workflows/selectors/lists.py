"""Opdrachten: the cases that somebody may see, the first of each scope and state merged (ADR 5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from cases.models import Case
from cases.models.case import with_top
from roles.selectors import Scope
from workflows.rules.words import words
from workflows.selectors.inbox import MANY, PAGE
from workflows.selectors.search import ASKED, readable, typed
from workflows.selectors.sight import kept_from, keys

RUNNING = (Case.State.OPEN, Case.State.SUSPENDED)
STRIDE = 200  # cases that a narrowed list looks ahead: eight pages


@dataclass(frozen=True, slots=True)
class Wish:
    """Which cases are asked for. None and "": not narrowed."""

    states: Sequence[str] = RUNNING
    oldest_first: bool = False
    municipality: int | None = None
    domain: str = ""
    phase: str = ""
    words: str = ""

    @property
    def narrowed(self) -> bool:
        return self.municipality is not None or bool(self.domain or self.phase or self.words)


_FOUND = """
    WITH found AS MATERIALIZED (
        SELECT DISTINCT taken.case_id AS id
          FROM unnest(%(scopes)s::text[]) AS seen CROSS JOIN unnest(%(states)s::text[]) AS stands
         CROSS JOIN LATERAL (
            SELECT a.case_id FROM cases_caseaccess a
             WHERE a.scope = seen AND a.state = stands AND a.case_id <> ALL (%(kept_from)s)
             ORDER BY a.case_id {way} LIMIT %(many)s) AS taken
         ORDER BY id {way} LIMIT %(many)s),
    total AS (SELECT count(*)::int AS n FROM found),
    page AS (
        SELECT id FROM found ORDER BY id {way} LIMIT %(size)s
        OFFSET (SELECT least((%(page)s - 1) * %(size)s, greatest(n - 1, 0) / %(size)s * %(size)s) FROM total))
    SELECT n, ARRAY(SELECT id FROM page ORDER BY id {way}) FROM total
"""


# The same where the list is narrowed: the index of words knows each filter too, so that few are read however few match.
_NARROWED = f"""
    WITH {ASKED},
    found AS MATERIALIZED (
        SELECT m.id FROM asked CROSS JOIN LATERAL
            cases_matching(every && %(within)s::tsquery, %(many)s, %(oldest)s) AS m(id)
         WHERE m.id <> ALL (%(kept_from)s)),
    total AS (SELECT count(*)::int AS n FROM found),
    page AS (
        SELECT id FROM found ORDER BY id {{way}} LIMIT %(size)s
        OFFSET (SELECT least((%(page)s - 1) * %(size)s, greatest(n - 1, 0) / %(size)s * %(size)s) FROM total))
    SELECT n, ARRAY(SELECT id FROM page ORDER BY id {{way}}) FROM total
"""


def horizon(wish: Wish, page: int, size: int = PAGE) -> int:
    """How far the list is read and counted: where it is narrowed only some pages ahead, as each case found costs."""
    return min((page * size // STRIDE + 1) * STRIDE, MANY) if wish.narrowed else MANY


def cases(scopes: Sequence[Scope], wish: Wish, page: int = 1, size: int = PAGE) -> tuple[list[Case], int]:
    """One page and how many there are, up to the `horizon`; newest first. A page past the end gives the last. Two
    queries.
    """
    asked_words = words(wish.words)
    if not scopes or (wish.words and not asked_words):
        return [], 0
    query = (_NARROWED if wish.narrowed else _FOUND).format(way="ASC" if wish.oldest_first else "DESC")
    asked: dict[str, Any] = {
        "scopes": keys(scopes), "kept_from": kept_from(scopes), "states": list(wish.states),
        "many": horizon(wish, page, size), "size": size, "page": page,
        "within": readable(scopes, wish), "oldest": wish.oldest_first, **typed(asked_words),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        total, ids = cursor.fetchone()
    rows = Case.objects.select_related("title", "organisation", *with_top()).in_bulk(ids)
    return [rows[number] for number in ids], total
