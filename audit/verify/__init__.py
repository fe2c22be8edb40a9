"""Does what the database says now agree with what it said when it happened?

Read-only, in one snapshot, with SELECT alone: an auditor's role or a replica will do.
"""

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from audit.triggers import TEXT_SETTINGS
from audit.verify.chains import check_chains, check_chains_since
from audit.verify.changes import check_changes, check_field_lists
from audit.verify.documents import check_documents
from audit.verify.guards import check_guards
from audit.verify.progress import Progress
from audit.verify.registered import registered
from audit.verify.report import Finding, Report
from audit.verify.rows import check_live_rows
from audit.verify.scope import EVERYTHING, Scope
from audit.verify.signatures import Signed, UnknownRoot, read_roots
from audit.verify.texts import check_texts

__all__ = ["Finding", "Progress", "Report", "Scope", "UnknownRoot", "verify"]

# Compiling a statement over a hundred tables takes longer than running it.
HOW = {**TEXT_SETTINGS, "work_mem": "64MB", "jit": "off"}

PARTLY = "Alleen wat er na wortel {} bij kwam is nagekeken; wat daarvoor was, geldt zoals het toen is nagekeken."


def verify(progress: Progress | None = None, *, since: int | None = None) -> Report:
    """Of everything; or of what came after the root of this number, where everything before it was verified then."""
    report, progress = Report(), progress or Progress()
    signed = read_roots(report, since)  # first: a root signed meanwhile names acts that the snapshot does not show
    progress.end(f"{report.roots} wortels gelezen")
    alone = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if alone:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for name, value in HOW.items():
            cursor.execute(f"SET LOCAL {name} = '{value}'")
        scope = _check_acts(cursor, report, signed, since, progress)
        _check_the_rest(cursor, report, scope, progress)
    if since is not None:
        report.remarks.append(PARTLY.format(since))
    return report


def _check_acts(cursor: CursorWrapper, report: Report, signed: Signed, since: int | None, progress: Progress) -> Scope:
    scope = EVERYTHING
    if since is None:
        check_chains(cursor, report, signed, progress)
    else:
        scope = check_chains_since(cursor, report, signed, since, progress)
    progress.end(f"{report.acts} handelingen in {report.chains} ketens nagerekend")
    return scope


def _check_the_rest(cursor: CursorWrapper, report: Report, scope: Scope, progress: Progress) -> None:
    check_field_lists(cursor, report)
    check_texts(cursor, report, scope, progress)
    progress.end(f"{report.texts} teksten nagerekend, waarvan {report.erased} vernietigd")
    check_changes(cursor, report, scope, progress)
    check_live_rows(cursor, report, scope, progress)
    progress.end(f"{report.rows} versies van rijen vergeleken met hun handeling")
    check_documents(cursor, report, scope, progress)
    progress.end(f"{report.documents} documenten nagerekend")
    for check in registered():
        report.add(check(cursor, scope))
    check_guards(cursor, report)
