"""The triggers that guard evidence: there, and switched on."""

from django.db.backends.utils import CursorWrapper

from audit.triggers import tracked_models
from audit.verify.report import Finding, Report

ALWAYS, NORMALLY = "A", "O"

STANDING = {
    "audit_act": ["chain", "refuse_change", "refuse_truncate"],
    "audit_chainhead": ["refuse_removal", "refuse_truncate"],
    "audit_text": ["commit_text", "refuse_change", "refuse_removal", "refuse_truncate"],
    "audit_fieldlist": ["refuse_change", "refuse_truncate"],
    "audit_redaction": ["refuse_change", "refuse_truncate"],
    "audit_accessrecord": ["refuse_change", "refuse_truncate"],
}


def check_guards(cursor: CursorWrapper, report: Report) -> None:
    wanted = {(table, name): ALWAYS for table, names in STANDING.items() for name in names}
    for model, history in tracked_models():
        wanted[model._meta.db_table, "audit_track"] = NORMALLY
        wanted[model._meta.db_table, "audit_refuse_truncate"] = NORMALLY
        wanted[history._meta.db_table, "audit_refuse_change"] = ALWAYS
        wanted[history._meta.db_table, "audit_refuse_truncate"] = ALWAYS
    cursor.execute(
        "SELECT relname, tgname, tgenabled FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
        " WHERE relnamespace = 'public'::regnamespace AND NOT tgisinternal"
    )
    found = {(table, name): enabled for table, name, enabled in cursor.fetchall()}
    for (table, name), enabled in wanted.items():
        if found.get((table, name)) != enabled:
            report.add([Finding("guard_off", table, f"de bewaker {name} staat niet aan")])
