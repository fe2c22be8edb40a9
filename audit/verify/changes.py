"""What acts say that they changed, against the history of every table and against the texts; and back."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.backends.utils import CursorWrapper

from audit.format import field_list_version
from audit.verify.progress import Progress
from audit.verify.report import Finding, Report
from audit.verify.said import REDACTION, Said, as_said
from audit.verify.scope import stream
from audit.verify.versions import Known, Versions, field_lists, known_versions

ITS_ACT = " LEFT JOIN audit_act a ON a.id = h.act_id"

AT_ONCE = 50_000  # acts; so many lines are compared within the memory that the server has for it

TEXT_LINES = [
    "SELECT act_id, 'audit_text ' || id || ' + commitment ' || encode(commitment, 'hex'), -1 FROM audit_text t"
    " WHERE {act_id}",
    "SELECT erased_act_id, 'audit_text ' || id || ' - commitment ' || encode(commitment, 'hex'), -1"
    " FROM audit_text t WHERE erased_act_id IS NOT NULL AND {erased_act_id}",
    "SELECT act_id, 'audit_redaction ' || id || ' + redaction '"
    f" || encode(sha256(convert_to({REDACTION}, 'UTF8')), 'hex'), -1 FROM audit_redaction r WHERE {{act_id}}",
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
    SELECT '{table} ' || key, a.chain, a.seq, a.at FROM (
        SELECT h."{pk}" AS key, a.id FROM {history} h JOIN audit_act a ON a.id = h.act_id
        WHERE h.act_id {which} AND a.id {which}
            AND h.history_date NOT BETWEEN a.at - interval '1 day' AND a.at + interval '1 day'
        OFFSET 0
    ) odd JOIN audit_act a USING (id)
"""

TYPES = ("text", "text", "text", "int8", "text", "int8", "timestamptz", "int8")


def check_field_lists(cursor: CursorWrapper, report: Report) -> None:
    report.add(
        Finding("field_list_altered", f"veldenlijst {known.version}", f"is niet die van {known.table}")
        for known in field_lists(cursor)
        if field_list_version(known.table, known.columns) != known.version
    )


def check_changes(cursor: CursorWrapper, report: Report, said: Said, known: Known, progress: Progress) -> None:
    """Of everything, once all acts were heard: line by line only if something is wrong, to say what."""
    known.remark(report)
    if as_said(cursor, said, known, progress):
        return
    lines = _lines(known, _filled(cursor, known, "true"))
    cursor.execute("SELECT coalesce(min(id), 0), coalesce(max(id), 0) FROM audit_act")
    first, last = cursor.fetchone()
    _compare(cursor, report, lines, f"< {first}")  # what refers to no act that ever was
    for number in range(first, last + 1, AT_ONCE):
        progress.reach("verschillen", number - first, last - first)
        _compare(cursor, report, lines, f"BETWEEN {number} AND {min(number + AT_ONCE - 1, last)}")
    _compare(cursor, report, lines, f"> {last}")


def check_changes_since(cursor: CursorWrapper, report: Report, acts: Collection[int]) -> None:
    known = known_versions(cursor)
    known.remark(report)
    if acts:
        filled = _filled(cursor, known, f"act_id BETWEEN {min(acts)} AND {max(acts)}")
        which = "= ANY('{" + ",".join(map(str, sorted(acts))) + "}')"
        _compare(cursor, report, _lines(known, filled), which)
        _check_days(cursor, report, filled, which)


def check_days(cursor: CursorWrapper, report: Report, known: Known) -> None:
    """Of all versions."""
    _check_days(cursor, report, _filled(cursor, known, "true"), "IS NOT NULL")


def _check_days(cursor: CursorWrapper, report: Report, filled: Sequence[Versions], which: str) -> None:
    for versions in filled:
        query = OF_ANOTHER_DAY.format(table=versions.table, pk=versions.pk, history=versions.history, which=which)
        report.add(
            Finding("version_dated", where, f"de versie draagt een andere dag dan {chain} nr. {seq}", at)
            for where, chain, seq, at in stream(cursor, query, ("text", "text", "int8", "timestamptz"))
        )


def _compare(cursor: CursorWrapper, report: Report, statement: str, which: str) -> None:
    sides: dict[tuple[str, ...], list[bool]] = defaultdict(list)
    acts: dict[tuple[str, ...], tuple[str, datetime | None]] = {}
    for name in ("act_id", "erased_act_id", "a.id", "h.act_id"):
        statement = statement.replace("{" + name + "}", f"{name} {which}")
    for table, pk, kind, act, chain, seq, at, side in stream(cursor, statement, TYPES):
        change = table, pk, kind, str(act)
        sides[change].append(side > 0)
        acts[change] = f"{chain} nr. {seq}" if chain else "een handeling die er niet is", at
    report.add(_unequal(change, *acts[change], listed=found) for change, found in sides.items())


def _lines(known: Known, filled: Sequence[Versions]) -> str:
    line, judged = "line", "line <> ''"
    if known.stale:
        line = f"CASE WHEN split_part(line, ' ', 4) IN ({_quoted(known.stale)})"
        line += " THEN regexp_replace(line, '[^ ]+$', '?') ELSE line END"
    if known.gone:
        judged += f" AND split_part(line, ' ', 1) NOT IN ({_quoted(known.gone)})"
    rows = " UNION ALL ".join([*TEXT_LINES, *map(_lines_of_history, filled)])
    return UNEQUAL.format(id="{a.id}", line=line, judged=judged, rows=rows)


def _filled(cursor: CursorWrapper, known: Known, looked_at: str) -> list[Versions]:
    """The tables of history that have a version to look at: many have none."""
    cursor.execute(
        " UNION ALL ".join(
            f"SELECT {place} WHERE EXISTS (SELECT FROM {versions.history} WHERE {looked_at})"
            for place, versions in enumerate(known.tables)
        )
    )
    return [known.tables[place] for (place,) in cursor.fetchall()]


def _lines_of_history(versions: Versions) -> str:
    """The same words as the trigger noted, from the columns as they are now, by the list that the act named. Of a
    version whose plain words were destroyed: what it was, if what is left is what was left then."""
    digest = f"sha256(convert_to({versions.content}, 'UTF8'))"
    if versions.redacted:
        digest = f"coalesce(({REDACTED.format(history=versions.history, digest=digest)}), {digest})"
    return (
        f"SELECT h.act_id, {versions.words} || coalesce(encode({digest}, 'hex'), '?'), -1"
        f" FROM {versions.history} h{'' if versions.of_one_list else ITS_ACT} WHERE {{h.act_id}}"
    )


def _unequal(change: tuple[str, ...], act: str, at: datetime | None, *, listed: list[bool]) -> Finding:
    where = f"{change[0]} {change[1]}"
    if True in listed and False in listed:
        return Finding("version_altered", where, f"de versie van {act} is niet meer wat zij toen was", at)
    if True in listed:
        return Finding("version_missing", where, f"de versie die {act} noemt, ontbreekt", at)
    return Finding("version_unproven", where, f"een versie beroept zich op {act}, die haar niet noemt", at)


def _quoted(names: Collection[str]) -> str:
    """Of tables and hexadecimal versions."""
    return ", ".join("'" + name.replace("'", "''") + "'" for name in sorted(names))
