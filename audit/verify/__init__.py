"""Does what the database says now agree with what it said when it happened?

Read-only, in one snapshot, with SELECT alone: an auditor's role or a replica will do.
"""

from collections.abc import Callable

from django.db import connection, transaction

from audit.triggers import TEXT_SETTINGS
from audit.verify.chains import check_chains
from audit.verify.guards import check_guards
from audit.verify.report import Finding, Report
from audit.verify.rows import check_changes, check_field_lists, check_live_rows
from audit.verify.signatures import read_roots
from audit.verify.texts import check_texts

__all__ = ["Finding", "Report", "verify"]


def verify(progress: Callable[[str], None] = lambda line: None) -> Report:
    report = Report()
    signed = read_roots(report)  # first: a root signed meanwhile names acts that the snapshot does not show
    progress(f"{report.roots} wortels gelezen")
    alone = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if alone:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for name, value in {**TEXT_SETTINGS, "work_mem": "128MB"}.items():
            cursor.execute(f"SET LOCAL {name} = '{value}'")
        check_chains(cursor, report, signed, progress)
        progress(f"{report.acts} handelingen in {report.chains} ketens nagerekend")
        check_field_lists(cursor, report)
        check_texts(cursor, report)
        progress(f"{report.texts} teksten nagerekend, waarvan {report.erased} vernietigd")
        check_changes(cursor, report)
        check_live_rows(cursor, report)
        progress(f"{report.rows} versies van rijen vergeleken met hun handeling")
        check_guards(cursor, report)
    return report
