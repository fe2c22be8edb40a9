"""Does what the database says now agree with what it said when it happened?

Read-only, in one snapshot, with SELECT alone: an auditor's role or a replica will do.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from audit.triggers import TEXT_SETTINGS
from audit.verify.chains import check_chains, check_chains_since
from audit.verify.changes import check_changes, check_changes_since, check_days, check_field_lists
from audit.verify.documents import check_documents
from audit.verify.guards import check_guards
from audit.verify.progress import Beside, Progress
from audit.verify.registered import registered
from audit.verify.report import Finding, Report
from audit.verify.rows import check_live_rows
from audit.verify.said import Said
from audit.verify.scope import EVERYTHING, Scope
from audit.verify.signatures import Signed, UnknownRoot, read_roots
from audit.verify.texts import check_texts
from audit.verify.versions import known_versions

__all__ = ["Finding", "Progress", "Report", "Scope", "UnknownRoot", "verify"]

# Compiling a statement over a hundred tables takes longer than running it; few rows are found by an index. Names mean
# PostgreSQL's own functions, and then our tables, wherever somebody may have put others of the same name.
HOW = {
    **TEXT_SETTINGS, "work_mem": "64MB", "jit": "off", "random_page_cost": "1.1", "client_encoding": "UTF8",
    "search_path": "pg_catalog, public, pg_temp",
}  # fmt: skip

PARTLY = "Alleen wat er na wortel {} bij kwam is nagekeken; wat daarvoor was, geldt zoals het toen is nagekeken."


def verify(progress: Progress | None = None, *, since: int | None = None) -> Report:
    """Of everything; or of what came after the root of this number, where everything before it was verified then."""
    report, progress = Report(), progress or Progress()
    signed = read_roots(report, since)  # first: a root signed meanwhile names acts that the snapshot does not show
    progress.end(f"{report.roots} wortels gelezen")
    alone = not connection.in_atomic_block  # what somebody did not commit, no other connection sees
    with _snapshot() as cursor:
        scope = EVERYTHING if since is None else check_chains_since(cursor, report, signed, since, progress)
        with _beside(cursor, report, scope, progress) if alone else nullcontext():
            if scope.whole:
                _check_acts(cursor, report, signed, progress)
            else:
                check_changes_since(cursor, report, scope.acts)
        if not alone:
            _check_the_rest(cursor, report, scope, progress)
    if since is not None:
        report.remarks.append(PARTLY.format(since))
    return report


@contextmanager
def _beside(cursor: CursorWrapper, report: Report, scope: Scope, progress: Progress) -> Iterator[None]:
    """What is hashed, here; what the server compares, by a second connection on the same snapshot."""
    beside = Beside(first=progress)
    with ThreadPoolExecutor(1) as pool:
        cursor.execute("SELECT pg_export_snapshot()")
        rest = pool.submit(_of_the_rest, cursor.fetchone()[0], scope, beside)
        yield
        beside.take_over()
        report.include(rest.result())


def _of_the_rest(snapshot: str, scope: Scope, progress: Progress) -> Report:
    """In a thread, which has a connection of its own."""
    report = Report()
    try:
        with _snapshot(snapshot) as cursor:
            _check_the_rest(cursor, report, scope, progress)
    finally:
        connection.close()
    return report


@contextmanager
def _snapshot(same: str | None = None) -> Iterator[CursorWrapper]:
    """Everything as it was at one moment; within a transaction of somebody, as it is in that."""
    alone = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if alone:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        if same:
            cursor.execute("SET TRANSACTION SNAPSHOT %s", [same])
        for name, value in HOW.items():
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
        yield cursor


def _check_acts(cursor: CursorWrapper, report: Report, signed: Signed, progress: Progress) -> None:
    known = known_versions(cursor)
    said = Said(known)
    check_chains(cursor, report, signed, said, progress)
    check_changes(cursor, report, said, known, progress)


def _check_the_rest(cursor: CursorWrapper, report: Report, scope: Scope, progress: Progress) -> None:
    check_field_lists(cursor, report)
    check_texts(cursor, report, scope, progress)
    progress.end(f"{report.texts} teksten nagerekend, waarvan {report.erased} vernietigd")
    if scope.whole:
        check_days(cursor, report, known_versions(cursor))
    check_live_rows(cursor, report, scope, progress)
    progress.end(f"{report.rows} versies van rijen vergeleken met hun handeling")
    check_documents(cursor, report, scope, progress)
    progress.end(f"{report.documents} documenten nagerekend")
    for check in registered():
        report.add(check(cursor, scope))
    check_guards(cursor, report)
