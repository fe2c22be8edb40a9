"""Figures as far as somebody may see their cases, and the cases behind one (ADR 38).

Figures are kept for each set of scopes in whose lists a case stands. What a visitor sees is the sum over the sets that
hold one of theirs: each case once, and none of what they may not see.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from cases.models import Case, Recount
from cases.models.case import with_top
from roles.selectors import Scope
from workflows.rules.figures import NOW
from workflows.selectors.inbox import PAGE
from workflows.selectors.sight import keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """What of all that a visitor may see: of one regeling, in which one municipality has a part. None: all."""

    scopes: Sequence[Scope]
    scheme: int | None = None
    municipality: int | None = None

    @property
    def asked(self) -> dict[str, Any]:
        return {
            "scopes": [key for key in keys(self.scopes) if key.startswith(("scheme/", "organisation/"))],
            "scheme": f"scheme/{self.scheme}" if self.scheme else None,
            "municipality": f"organisation/{self.municipality}" if self.municipality else None,
        }


@dataclass(frozen=True, slots=True)
class Sum:
    """Of one key and detail, over the months that were asked for."""

    key: str
    detail: str
    count: int
    value: int
    plan: int


_REACH = """
    reach AS MATERIALIZED (
        SELECT r.id FROM cases_reach r CROSS JOIN LATERAL (SELECT string_to_array(btrim(r.scopes), ' ') AS held) AS of
         WHERE held && %(scopes)s::text[]
           AND (%(scheme)s::text IS NULL OR %(scheme)s = ANY (held))
           AND (%(municipality)s::text IS NULL OR %(municipality)s = ANY (held)))
"""

_SUMS = f"""
    WITH {_REACH}
    SELECT key, detail, sum(count)::bigint, sum(value)::bigint, sum(plan)::bigint
      FROM unnest(%(keys)s::text[], %(firsts)s::date[], %(lasts)s::date[]) AS asked(key, first, last)
      JOIN cases_figure f USING (key)
     WHERE f.month BETWEEN asked.first AND asked.last AND f.reach_id IN (SELECT id FROM reach)
     GROUP BY key, detail HAVING sum(count) <> 0 ORDER BY key, detail
"""

# The first of each set and detail, from the index; so that few are read however many there are.
_BEHIND = f"""
    WITH {_REACH},
    found AS (
        SELECT DISTINCT taken.month, taken.case_id
          FROM reach CROSS JOIN unnest(%(details)s::text[]) AS asked CROSS JOIN LATERAL (
            SELECT f.month, f.case_id FROM cases_fact f
             WHERE f.key = %(key)s AND f.reach_id = reach.id AND f.detail = asked
               AND f.month BETWEEN %(first)s AND %(last)s
             ORDER BY f.month {{way}}, f.case_id {{way}} LIMIT %(many)s) AS taken
         ORDER BY 1 {{way}}, 2 {{way}} LIMIT %(many)s)
    SELECT case_id FROM (
        SELECT case_id, row_number() OVER (ORDER BY month {{way}}, case_id {{way}}) AS place FROM (
            SELECT case_id, {{one}}(month) AS month FROM found GROUP BY case_id) AS once) AS numbered
     WHERE place > %(skipped)s ORDER BY place LIMIT %(size)s
"""


def sums(whose: Whose, spans: dict[str, tuple[date, date]]) -> list[Sum]:
    """Of each key over its months; `(NOW, NOW)` for how things stand. One query."""
    asked = whose.asked | {
        "keys": list(spans), "firsts": [first for first, _ in spans.values()],
        "lasts": [last for _, last in spans.values()],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, asked)
        return [Sum(*row) for row in cursor.fetchall()]


def details_of(whose: Whose, key: str, first: date = NOW, last: date = NOW) -> list[Sum]:
    return sums(whose, {key: (first, last)})


def by_month(whose: Whose, key: str, first: date, last: date) -> dict[date, tuple[int, int]]:
    """How many in each month, and their value. One query."""
    asked = whose.asked | {"key": key, "first": first, "last": last}
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH {_REACH} SELECT month, sum(count)::bigint, sum(value)::bigint FROM cases_figure f"
            " WHERE key = %(key)s AND month BETWEEN %(first)s AND %(last)s AND reach_id IN (SELECT id FROM reach)"
            " GROUP BY 1 HAVING sum(count) <> 0 ORDER BY 1",
            asked,
        )
        return {month: (count, value) for month, count, value in cursor.fetchall()}


FARTHEST = 1000  # cases behind one figure that can be leafed through


def behind(
    whose: Whose,
    key: str,
    details: Collection[str],
    *,
    first: date = NOW,
    last: date = NOW,
    page: int = 1,
    size: int = PAGE,
    oldest_first: bool = False,
) -> list[int]:
    """The cases of one page behind a figure, the newest first. One query; nothing beyond `FARTHEST`."""
    if page < 1 or page * size > FARTHEST:
        return []
    asked = whose.asked | {
        "key": key, "details": sorted(details), "first": first, "last": last, "many": (page + 1) * size * 4,
        "skipped": (page - 1) * size, "size": size,
    }  # fmt: skip
    way, one = ("ASC", "min") if oldest_first else ("DESC", "max")
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND.format(way=way, one=one), asked)
        return [number for (number,) in cursor.fetchall()]


def in_order(ids: Sequence[int], *beside: str) -> list[Case]:
    """These cases as lists show them. One query."""
    rows = Case.objects.select_related("title", "organisation", *with_top(), *beside).in_bulk(ids)
    return [rows[number] for number in ids if number in rows]


def counted_until() -> datetime | None:
    """Since when something waits to be counted; None: everything is. One query."""
    return Recount.objects.order_by("id").values_list("marked_at", flat=True).first()
