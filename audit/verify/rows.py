"""Live rows against their newest version."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import models
from django.db.backends.utils import CursorWrapper

from audit.triggers import columns_of, pk_of, tracked_models
from audit.verify.progress import Progress
from audit.verify.report import Finding, Report
from audit.verify.scope import Scope, stream

# Columns that differ between a row and its newest version; or one of the two that is not there.
UNLIKE_HISTORY = """
    SELECT coalesce(l.{pk}, h.{pk})::text, h.history_date, l.{pk} IS NOT NULL,
        h.{pk} IS NOT NULL AND h.history_type <> '-', array_to_string(ARRAY[{differing}], ', ')
    FROM (SELECT * FROM {table} WHERE {wanted}) l FULL JOIN (
        SELECT h.* FROM {history} h
        JOIN (SELECT max(history_id) AS history_id FROM {history} WHERE {recent} GROUP BY {pk}) newest
            USING (history_id)
    ) h ON l.{pk} = h.{pk}
    WHERE (l.{pk} IS NOT NULL) <> (h.{pk} IS NOT NULL AND h.history_type <> '-')
        OR (l.{pk} IS NOT NULL AND ({live}) IS DISTINCT FROM ({newest}))
    ORDER BY 1
"""

TYPES = ("text", "timestamptz", "bool", "bool", "text")


def check_live_rows(cursor: CursorWrapper, report: Report, scope: Scope, progress: Progress) -> None:
    pairs = list(tracked_models())
    for done, (model, history) in enumerate(pairs):
        progress.reach("rijen", done, len(pairs))
        table, columns, wanted = model._meta.db_table, columns_of(model), keyed(model, scope)
        if wanted is None:
            continue
        # What changed since a root has its newest version from an act since.
        recent = wanted if scope.whole else f"{wanted} AND act_id >= {min(scope.acts)}"
        cursor.execute(f"SELECT count(*) FROM {history._meta.db_table} WHERE {recent}")
        report.rows += cursor.fetchone()[0]
        query = UNLIKE_HISTORY.format(
            pk=f'"{pk_of(model)}"',
            table=table,
            history=history._meta.db_table,
            wanted=wanted,
            recent=recent,
            differing=", ".join(f"""CASE WHEN l."{c}" IS DISTINCT FROM h."{c}" THEN '{c}' END""" for c in columns),
            live=", ".join(f'l."{column}"' for column in columns),
            newest=", ".join(f'h."{column}"' for column in columns),
        )
        report.add(_unlike(table, stream(cursor, query, TYPES)))


def keyed(model: type[models.Model], scope: Scope) -> str | None:
    """Which rows of a table to look at, in SQL; None where there are none."""
    keys, pk = scope.keys_of(model._meta.db_table), f'"{pk_of(model)}"'
    if keys is None:
        return "true"
    if all(map(str.isdecimal, keys)):
        return f"{pk} IN ({', '.join(set(keys))})" if keys else None  # by the index
    return f"{pk}::text IN ({', '.join(map(_quoted, set(keys)))})"


def _unlike(table: str, rows: Iterator[tuple[Any, ...]]) -> Iterator[Finding]:
    for key, since, live, recorded, columns in rows:
        yield _finding(f"{table} {key}", since, live, recorded, columns)


def _finding(where: str, since: datetime | None, live: bool, recorded: bool, columns: str) -> Finding:
    if live and recorded:
        return Finding("row_altered", where, f"is buiten een handeling om gewijzigd ({columns})", since)
    if live:
        return Finding("row_unproven", where, "staat in de tabel zonder versie in de geschiedenis", since)
    return Finding("row_missing", where, "is buiten een handeling om verwijderd", since)


def _quoted(key: str) -> str:
    return "'" + key.replace("'", "''") + "'"
