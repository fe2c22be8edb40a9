"""What acts say that they changed, against the history; and live rows against their newest history."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.backends.utils import CursorWrapper

from audit.format import field_list_version
from audit.triggers import columns_of, digest_expression, pk_of, tracked_models
from audit.verify.report import Finding, Report

TEXT_LINES = [
    "SELECT act_id, 'audit_text ' || id || ' + commitment ' || encode(commitment, 'hex'), -1 FROM audit_text",
    "SELECT erased_act_id, 'audit_text ' || id || ' - commitment ' || encode(commitment, 'hex'), -1"
    " FROM audit_text WHERE erased_act_id IS NOT NULL",
]

# Both sides as the lines of an act: what is on one side only, remains.
UNEQUAL = """
    WITH lines(act, line, side) AS (
        SELECT a.id, {line}, 1 FROM audit_act a, string_to_table(a.changes, E'\\n') AS line WHERE {judged}
        UNION ALL {rows}
    ), unequal AS (
        SELECT act, line, sum(side) AS side FROM lines GROUP BY act, line HAVING sum(side) <> 0
    )
    SELECT split_part(line, ' ', 1), split_part(line, ' ', 2), split_part(line, ' ', 3),
        u.act, a.chain, a.seq, a.at, side
    FROM unequal u LEFT JOIN audit_act a ON a.id = u.act ORDER BY u.act, line
"""


# Columns that differ between a row and its newest version; or one of the two that is not there.
UNLIKE_HISTORY = """
    SELECT {pk}, h.history_date, l.{pk} IS NOT NULL, h.{pk} IS NOT NULL AND h.history_type <> '-',
        array_remove(ARRAY[{differing}], NULL)
    FROM {table} l FULL JOIN (
        SELECT DISTINCT ON ({pk}) * FROM {history} ORDER BY {pk}, history_id DESC
    ) h USING ({pk})
    WHERE (l.{pk} IS NOT NULL) <> (h.{pk} IS NOT NULL AND h.history_type <> '-')
        OR (l.{pk} IS NOT NULL AND ({live}) IS DISTINCT FROM ({newest}))
    ORDER BY {pk}
"""


@dataclass(frozen=True, slots=True)
class FieldList:
    version: str
    table: str
    columns: tuple[str, ...]


def check_field_lists(cursor: CursorWrapper, report: Report) -> None:
    for known in _field_lists(cursor):
        if field_list_version(known.table, known.columns) != known.version:
            report.add(
                [Finding("field_list_altered", f"veldenlijst {known.version}", f"is niet die van {known.table}")]
            )


def check_changes(cursor: CursorWrapper, report: Report) -> None:
    field_lists, tracked = _field_lists(cursor), {model._meta.db_table: history for model, history in tracked_models()}
    gone = {known.table for known in field_lists} - set(tracked)
    stale, rows = set[str](), list(TEXT_LINES)
    for model, history in tracked_models():
        columns = set(columns_of(model))
        mine = [known for known in field_lists if known.table == model._meta.db_table]
        usable = [known for known in mine if columns.issuperset(known.columns)]
        unusable = {known.version for known in mine} - {known.version for known in usable}
        rows.append(_lines_of_history(model, history, usable, sorted(unusable)))
        stale |= unusable
    for name in sorted(gone):
        report.remarks.append(f"Tabel {name} is er niet meer; wat handelingen over haar zeggen is niet vergeleken.")
    for version in sorted(stale):
        report.remarks.append(f"Velden van lijst {version} zijn er niet meer; die versies zijn alleen geteld.")
    cursor.execute(
        UNEQUAL.format(
            line=f"CASE WHEN split_part(line, ' ', 4) IN ({_quoted(stale)}) THEN regexp_replace(line, '[^ ]+$', '?')"
            " ELSE line END"
            if stale
            else "line",
            judged=f"line <> '' AND split_part(line, ' ', 1) NOT IN ({_quoted(gone)})" if gone else "line <> ''",
            rows=" UNION ALL ".join(rows),
        )
    )
    sides: dict[tuple[str, ...], list[bool]] = defaultdict(list)
    acts: dict[tuple[str, ...], tuple[str, datetime | None]] = {}
    for table, pk, kind, act, chain, seq, at, side in cursor.fetchall():
        change = table, pk, kind, str(act)
        sides[change].append(side > 0)
        acts[change] = f"{chain} nr. {seq}" if chain else "een handeling die er niet is", at
    report.add([_unequal(change, *acts[change], listed=found) for change, found in sides.items()])


def check_live_rows(cursor: CursorWrapper, report: Report) -> None:
    for model, history in tracked_models():
        table, columns, pk = model._meta.db_table, columns_of(model), pk_of(model)
        cursor.execute(f"SELECT count(*) FROM {history._meta.db_table}")
        report.rows += cursor.fetchone()[0]
        cursor.execute(
            UNLIKE_HISTORY.format(
                pk=f'"{pk}"',
                table=table,
                history=history._meta.db_table,
                differing=", ".join(f"""CASE WHEN l."{c}" IS DISTINCT FROM h."{c}" THEN '{c}' END""" for c in columns),
                live=", ".join(f'l."{column}"' for column in columns),
                newest=", ".join(f'h."{column}"' for column in columns),
            )
        )
        report.add([_unlike(f"{table} {key}", *rest) for key, *rest in cursor.fetchall()])


def _unequal(change: tuple[str, ...], act: str, at: datetime | None, *, listed: list[bool]) -> Finding:
    where = f"{change[0]} {change[1]}"
    if True in listed and False in listed:
        return Finding("version_altered", where, f"de versie van {act} is niet meer wat zij toen was", at)
    if True in listed:
        return Finding("version_missing", where, f"de versie die {act} noemt, ontbreekt", at)
    return Finding("version_unproven", where, f"een versie beroept zich op {act}, die haar niet noemt", at)


def _unlike(where: str, since: datetime | None, live: bool, recorded: bool, columns: list[str]) -> Finding:
    if live and recorded:
        return Finding("row_altered", where, f"is buiten een handeling om gewijzigd ({', '.join(columns)})", since)
    if live:
        return Finding("row_unproven", where, "staat in de tabel zonder versie in de geschiedenis", since)
    return Finding("row_missing", where, "is buiten een handeling om verwijderd", since)


def _lines_of_history(
    model: type[models.Model], history: type[models.Model], usable: list[FieldList], unusable: list[str]
) -> str:
    """The same words as the trigger noted, from the columns as they are now, by the list that the act named."""

    def version(known: FieldList) -> str:
        digest = digest_expression(known.columns, "h")
        return f"'{known.version} ' || encode(sha256(convert_to({digest}, 'UTF8')), 'hex')"

    line = f"'{model._meta.db_table} ' || h.\"{pk_of(model)}\" || ' ' || h.history_type || ' ' || "
    if len(usable) == 1 and not unusable:
        return f"SELECT h.act_id, {line}{version(usable[0])}, -1 FROM {history._meta.db_table} h"
    cases = [f"WHEN a.changes LIKE '% {known.version} %' THEN {version(known)}" for known in usable]
    cases += [f"WHEN a.changes LIKE '% {name} %' THEN '{name} ?'" for name in unusable]
    return (
        f"SELECT h.act_id, {line} CASE {' '.join(cases)} ELSE '?' END, -1"
        f" FROM {history._meta.db_table} h LEFT JOIN audit_act a ON a.id = h.act_id"
    )


def _field_lists(cursor: CursorWrapper) -> list[FieldList]:
    cursor.execute('SELECT version, "table", columns FROM audit_fieldlist ORDER BY version')
    return [FieldList(version, table, tuple(columns.split())) for version, table, columns in cursor.fetchall()]


def _quoted(names: set[str]) -> str:
    """Of tables and hexadecimal versions."""
    return ", ".join("'" + name.replace("'", "''") + "'" for name in sorted(names))
