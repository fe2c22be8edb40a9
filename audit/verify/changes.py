"""What acts say that they changed, against the history of every table and against the texts; and back."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.backends.utils import CursorWrapper

from audit.format import field_list_version
from audit.triggers import columns_of, digest_expression, pk_of, plain_words, tracked_models
from audit.verify.progress import Progress
from audit.verify.report import Finding, Report
from audit.verify.scope import Scope, stream

AT_ONCE = 50_000  # acts; so many lines are compared within the memory that the server has for it

TEXT_LINES = [
    "SELECT act_id, 'audit_text ' || id || ' + commitment ' || encode(commitment, 'hex'), -1 FROM audit_text t"
    " WHERE {act_id}",
    "SELECT erased_act_id, 'audit_text ' || id || ' - commitment ' || encode(commitment, 'hex'), -1"
    " FROM audit_text t WHERE erased_act_id IS NOT NULL AND {erased_act_id}",
    "SELECT act_id, 'audit_redaction ' || id || ' + redaction '"
    " || encode(audit_redaction_digest(history, version, before, after), 'hex'), -1 FROM audit_redaction r"
    " WHERE {act_id}",
]

REDACTED = "SELECT r.before FROM audit_redaction r WHERE r.history = '{history}' AND r.version = h.history_id"
REDACTED += " AND r.after = {digest}"

# Both sides as the lines of an act: what is on one side only, remains.
UNEQUAL = """
    WITH lines(act, line, side) AS (
        SELECT a.id, {line}, 1 FROM audit_act a, string_to_table(a.changes, E'\\n') AS line
        WHERE {id} AND {judged}
        UNION ALL {rows}
    ), unequal AS (
        SELECT act, line, sum(side) AS side FROM lines GROUP BY act, line HAVING sum(side) <> 0
    )
    SELECT split_part(line, ' ', 1), split_part(line, ' ', 2), split_part(line, ' ', 3),
        u.act, a.chain, a.seq, a.at, side
    FROM unequal u LEFT JOIN audit_act a ON a.id = u.act ORDER BY u.act, line
"""

# The day of a version is not in its digest: what holds it is its act, as far as a clock may go back meanwhile.
OF_ANOTHER_DAY = """
    SELECT '{table} ' || h."{pk}", a.chain, a.seq, a.at FROM {history} h JOIN audit_act a ON a.id = h.act_id
    WHERE {{h.act_id}} AND h.history_date NOT BETWEEN a.at - interval '1 day' AND a.at + interval '1 day'
"""

TYPES = ("text", "text", "text", "int8", "text", "int8", "timestamptz", "int8")


@dataclass(frozen=True, slots=True)
class FieldList:
    version: str
    table: str
    columns: tuple[str, ...]


def check_field_lists(cursor: CursorWrapper, report: Report) -> None:
    report.add(
        Finding("field_list_altered", f"veldenlijst {known.version}", f"is niet die van {known.table}")
        for known in field_lists(cursor)
        if field_list_version(known.table, known.columns) != known.version
    )


def check_changes(cursor: CursorWrapper, report: Report, scope: Scope, progress: Progress) -> None:
    if not scope.whole:
        if scope.acts:
            looked_at = f"act_id BETWEEN {min(scope.acts)} AND {max(scope.acts)}"
            which = "= ANY('{" + ",".join(map(str, sorted(scope.acts))) + "}')"
            _compare(cursor, report, _comparison(cursor, report, looked_at), which)
        return
    comparison = _comparison(cursor, report, "true")
    cursor.execute("SELECT coalesce(min(id), 0), coalesce(max(id), 0) FROM audit_act")
    first, last = cursor.fetchone()
    _compare(cursor, report, comparison, f"< {first}")  # what refers to no act that ever was
    for number in range(first, last + 1, AT_ONCE):
        progress.reach("wijzigingen", number - first, last - first)
        _compare(cursor, report, comparison, f"BETWEEN {number} AND {min(number + AT_ONCE - 1, last)}")
    _compare(cursor, report, comparison, f"> {last}")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two statements, for whatever acts: lines that are on one side only; versions of another day."""

    lines: str
    days: str

    def of(self, statement: str, which: str) -> str:
        for name in ("act_id", "erased_act_id", "a.id", "h.act_id"):
            statement = statement.replace("{" + name + "}", f"{name} {which}")
        return statement


def _compare(cursor: CursorWrapper, report: Report, comparison: Comparison, which: str) -> None:
    sides: dict[tuple[str, ...], list[bool]] = defaultdict(list)
    acts: dict[tuple[str, ...], tuple[str, datetime | None]] = {}
    for table, pk, kind, act, chain, seq, at, side in stream(cursor, comparison.of(comparison.lines, which), TYPES):
        change = table, pk, kind, str(act)
        sides[change].append(side > 0)
        acts[change] = f"{chain} nr. {seq}" if chain else "een handeling die er niet is", at
    report.add(_unequal(change, *acts[change], listed=found) for change, found in sides.items())
    if comparison.days:
        found = stream(cursor, comparison.of(comparison.days, which), ("text", "text", "int8", "timestamptz"))
        report.add(
            Finding("version_dated", where, f"de versie draagt een andere dag dan {chain} nr. {seq}", at)
            for where, chain, seq, at in found
        )


def _comparison(cursor: CursorWrapper, report: Report, looked_at: str) -> Comparison:
    """What there is to compare; and what cannot be compared, as remarks."""
    known, tracked = field_lists(cursor), {model._meta.db_table: history for model, history in tracked_models()}
    gone = {each.table for each in known} - set(tracked)
    stale, rows, days, filled = set[str](), list(TEXT_LINES), list[str](), _filled(cursor, looked_at)
    for model, history in tracked_models():
        mine = [each for each in known if each.table == model._meta.db_table]
        usable = [each for each in mine if set(each.columns) <= set(columns_of(model))]
        unusable = {each.version for each in mine} - {each.version for each in usable}
        table, versions = model._meta.db_table, history._meta.db_table
        if versions in filled:
            rows.append(_lines_of_history(model, history, usable, sorted(unusable)))
            days.append(OF_ANOTHER_DAY.format(table=table, history=versions, pk=pk_of(model)))
        stale |= unusable
    for name in sorted(gone):
        report.remarks.append(f"Tabel {name} is er niet meer; wat handelingen over haar zeggen is niet vergeleken.")
    for version in sorted(stale):
        report.remarks.append(f"Velden van lijst {version} zijn er niet meer; die versies zijn alleen geteld.")
    line = "line"
    if stale:
        line = f"CASE WHEN split_part(line, ' ', 4) IN ({_quoted(stale)}) THEN regexp_replace(line, '[^ ]+$', '?')"
        line += " ELSE line END"
    lines = UNEQUAL.format(
        id="{a.id}",
        line=line,
        judged=f"line <> '' AND split_part(line, ' ', 1) NOT IN ({_quoted(gone)})" if gone else "line <> ''",
        rows=" UNION ALL ".join(rows),
    )
    return Comparison(lines, " UNION ALL ".join(days))


def _filled(cursor: CursorWrapper, looked_at: str) -> set[str]:
    """The tables of history that have a version to look at: many have none."""
    tables = [history._meta.db_table for _, history in tracked_models()]
    cursor.execute(
        " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name} WHERE {looked_at})" for name in tables)
    )
    return {name for (name,) in cursor.fetchall()}


def _lines_of_history(
    model: type[models.Model], history: type[models.Model], usable: list[FieldList], unusable: list[str]
) -> str:
    """The same words as the trigger noted, from the columns as they are now, by the list that the act named. Of a
    version whose plain words were destroyed: what it was, if what is left is what was left then."""
    table = history._meta.db_table

    def version(known: FieldList) -> str:
        digest = f"sha256(convert_to({digest_expression(known.columns, 'h')}, 'UTF8'))"
        if plain_words(model):
            digest = f"coalesce(({REDACTED.format(history=table, digest=digest)}), {digest})"
        return f"'{known.version} ' || encode({digest}, 'hex')"

    line = f"'{model._meta.db_table} ' || h.\"{pk_of(model)}\" || ' ' || h.history_type || ' ' || "
    if len(usable) == 1 and not unusable:
        return f"SELECT h.act_id, {line}{version(usable[0])}, -1 FROM {table} h WHERE {{h.act_id}}"
    cases = [f"WHEN a.changes LIKE '% {known.version} %' THEN {version(known)}" for known in usable]
    cases += [f"WHEN a.changes LIKE '% {name} %' THEN '{name} ?'" for name in unusable]
    return (
        f"SELECT h.act_id, {line} CASE {' '.join(cases)} ELSE '?' END, -1"
        f" FROM {table} h LEFT JOIN audit_act a ON a.id = h.act_id WHERE {{h.act_id}}"
    )


def _unequal(change: tuple[str, ...], act: str, at: datetime | None, *, listed: list[bool]) -> Finding:
    where = f"{change[0]} {change[1]}"
    if True in listed and False in listed:
        return Finding("version_altered", where, f"de versie van {act} is niet meer wat zij toen was", at)
    if True in listed:
        return Finding("version_missing", where, f"de versie die {act} noemt, ontbreekt", at)
    return Finding("version_unproven", where, f"een versie beroept zich op {act}, die haar niet noemt", at)


def field_lists(cursor: CursorWrapper) -> list[FieldList]:
    cursor.execute('SELECT version, "table", columns FROM audit_fieldlist ORDER BY version')
    return [FieldList(version, table, tuple(columns.split())) for version, table, columns in cursor.fetchall()]


def _quoted(names: set[str]) -> str:
    """Of tables and hexadecimal versions."""
    return ", ".join("'" + name.replace("'", "''") + "'" for name in sorted(names))
