"""The other half of the kinds: what was decided, who might decide it, and everything that stands beside the acts."""

from pathlib import Path

from django.conf import settings

from tests.evidence.attacks import Attack, Intruder


def _versions_of(table: str) -> str:
    app, _, model = table.partition("_")
    return f"{app}_historical{model}"


def version_changed(by: Intruder) -> Attack:
    table, column, made = by.table(history=True)
    return Attack([f'UPDATE {table} SET "{column}" = {made} WHERE {by.row(table)}'], [table])


def version_deleted(by: Intruder) -> Attack:
    table, *_ = by.table(history=True)
    return Attack([f"DELETE FROM {table} WHERE {by.row(table)}"], [table])


def version_slipped_in(by: Intruder) -> Attack:
    table, *_ = by.table(history=True)
    copied = by.columns(table, but=("history_id",))
    return Attack([f"INSERT INTO {table} ({copied}) SELECT {copied} FROM {table} WHERE {by.row(table)}"], [table])


def version_given_to_another_act(by: Intruder) -> Attack:
    table, *_ = by.table(history=True)
    place = by.row(table)
    [now] = by.one(f"SELECT act_id FROM {table} WHERE {place}")
    other, *_ = by.act(f"id <> {now}")
    return Attack([f"UPDATE {table} SET act_id = {other} WHERE {place}"], [table])


def version_of_another_kind(by: Intruder) -> Attack:
    table, *_ = by.table(history=True)
    turned = "CASE history_type WHEN '+' THEN '~' ELSE '+' END"
    return Attack([f"UPDATE {table} SET history_type = {turned} WHERE {by.row(table)}"], [table])


def version_of_another_day(by: Intruder) -> Attack:
    table, *_ = by.table(history=True)
    by_days = by.die.choice([-400, -30, -2, 2, 60])
    moved = f"history_date = history_date + interval '{by_days} days'"
    return Attack([f"UPDATE {table} SET {moved} WHERE {by.row(table)}"], [table])


def row_changed(by: Intruder) -> Attack:
    table, column, made = by.table()
    return Attack([f'UPDATE {table} SET "{column}" = {made} WHERE {by.row(table)}'], [table])


def row_deleted(by: Intruder) -> Attack:
    table, *_ = by.table()
    return Attack([f"DELETE FROM {table} WHERE {by.row(table)}"], [table])


def row_invented(by: Intruder) -> Attack:
    """With another key, and another value in one more column where the table wants that."""
    table, column, made = by.table()
    columns = by.columns(table, but=("id",))
    values = columns.replace(f'"{column}"', made)
    return Attack([f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} WHERE {by.row(table)}"], [table])


def row_and_version_changed_alike(by: Intruder) -> Attack:
    """The live row and its newest version tell the same; the act does not."""
    table, column, made = by.table()
    return _alike(by, table, f'"{column}" = {made}')


def vote_changed(by: Intruder) -> Attack:
    choice = by.die.choice(["for", "against", "abstain"])
    return _alike(by, "cases_vote", f"choice = CASE choice WHEN '{choice}' THEN 'remark' ELSE '{choice}' END")


def vote_removed(by: Intruder) -> Attack:
    [number] = by.one("SELECT id FROM cases_vote ORDER BY 1")
    tables = ["cases_historicalvote", "cases_vote"]
    return Attack([f"DELETE FROM {table} WHERE id = {number}" for table in tables], tables)


def mandate_raised(by: Intruder) -> Attack:
    return _alike(by, "roles_mandate", "max_amount = coalesce(max_amount, 0) + 1000000")


def mandate_slipped_in(by: Intruder) -> Attack:
    return _slipped_in(by, "roles_mandate", {"number": "'M-VALS'"})


def appointment_lengthened(by: Intruder) -> Attack:
    longer = "valid_until = coalesce(valid_until, '2030-01-01') + 365, weight = weight + 1"
    return _alike(by, "roles_appointment", longer)


def appointment_of_somebody_else(by: Intruder) -> Attack:
    return _alike(by, "roles_appointment", "person_id = (SELECT max(p.id) + 1 FROM roles_person p)")


def appointment_slipped_in(by: Intruder) -> Attack:
    return _slipped_in(by, "roles_appointment", {"valid_from": "valid_from - 7"})


def binding_changed(by: Intruder) -> Attack:
    """Who does a step."""
    return _alike(by, "roles_stepbinding", "role_id = role_id + 1")


def _alike(by: Intruder, table: str, change: str) -> Attack:
    history = _versions_of(table)
    key = by.key_of(table)
    [number] = by.one(f"SELECT {key} FROM {table} ORDER BY 1")
    newest = f"(SELECT max(history_id) FROM {history} WHERE {key} = '{number}')"
    return Attack(
        [
            f"UPDATE {table} SET {change} WHERE {key} = '{number}'",
            f"UPDATE {history} SET {change} WHERE history_id = {newest}",
        ],
        [table, history],
    )


def _slipped_in(by: Intruder, table: str, values: dict[str, str]) -> Attack:
    """A row out of nothing, with a version that hides behind the act of another."""
    history, columns = _versions_of(table), by.columns(table, but=("id",))
    made = ", ".join(values.get(name.strip('"'), name) for name in columns.split(", "))
    return Attack(
        [
            f"INSERT INTO {table} (id, {columns}) SELECT 999999, {made} FROM {table} WHERE {by.row(table)}",
            f"INSERT INTO {history} (id, {columns}, history_date, history_type, act_id)"
            f" SELECT l.id, {', '.join('l.' + name for name in columns.split(', '))}, h.history_date, '+', h.act_id"
            f" FROM {table} l, (SELECT history_date, act_id FROM {history} ORDER BY history_id LIMIT 1) h"
            " WHERE l.id = 999999",
        ],
        [table, history],
    )


def document_bytes_changed(by: Intruder) -> Attack:
    path = _paper(by)
    place = by.die.randrange(path.stat().st_size)
    raw = bytearray(path.read_bytes())
    raw[place] ^= 1 << by.die.randrange(8)
    path.write_bytes(raw)
    return Attack([], [])


def document_bytes_removed(by: Intruder) -> Attack:
    _paper(by).unlink()
    return Attack([], [])


def document_exchanged(by: Intruder) -> Attack:
    """Other bytes, and a row and a version that say their hash."""
    path = _paper(by)
    path.write_bytes(b"Een ander stuk.")
    change = "sha256 = encode(sha256('Een ander stuk.'), 'hex')"
    where = f"file = 'documents/{path.parent.name}/{path.name}'"
    tables = ["cases_documentversion", "cases_historicaldocumentversion"]
    return Attack([f"UPDATE {table} SET {change} WHERE {where}" for table in tables], tables)


def _paper(by: Intruder) -> Path:
    [name] = by.one("SELECT file FROM cases_documentversion ORDER BY id")
    return Path(settings.MEDIA_ROOT, name)


def let_into_lists(by: Intruder) -> Attack:
    return Attack(
        [
            "INSERT INTO cases_caseaccess (scope, state, case_id) SELECT 'organisation/9999', state, case_id"
            f" FROM cases_caseaccess WHERE {by.row('cases_caseaccess')}"
        ],
        ["cases_caseaccess"],
    )


def kept_out_of_lists(by: Intruder) -> Attack:
    return Attack([f"DELETE FROM cases_caseaccess WHERE {by.row('cases_caseaccess')}"], ["cases_caseaccess"])


def listed_in_another_state(by: Intruder) -> Attack:
    change = "state = CASE state WHEN 'open' THEN 'withdrawn' ELSE 'open' END"
    return Attack([f"UPDATE cases_caseaccess SET {change} WHERE {by.row('cases_caseaccess')}"], ["cases_caseaccess"])


def field_list_bent(by: Intruder) -> Attack:
    [version] = by.one("SELECT version FROM audit_fieldlist WHERE columns LIKE '% %' ORDER BY 1")
    shorter = "columns = substring(columns FROM '^(.*) [^ ]+$')"
    return Attack([f"UPDATE audit_fieldlist SET {shorter} WHERE version = '{version}'"], ["audit_fieldlist"])


def guard_left_off(by: Intruder) -> Attack:
    table, name = by.one(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND"
        " (tgname LIKE 'audit\\_%' OR tgname LIKE 'refuse\\_%') ORDER BY 1, 2"
    )
    off = f"DISABLE TRIGGER {name}" if by.die.random() < 0.5 else f"ENABLE REPLICA TRIGGER {name}"
    return Attack([f"ALTER TABLE {table} {off}"], ["django_migrations"])


def step_renamed(by: Intruder) -> Attack:
    table, column = by.die.choice([("workflows_casetask", "flow_task"), ("workflows_caseprocess", "flow_class")])
    return Attack([f"UPDATE {table} SET {column} = {column} || 'x' WHERE {by.row(table)}"], [table])


def root_changed(by: Intruder) -> Attack:
    path = Path(settings.AUDIT_ROOTS)
    lines = path.read_bytes().splitlines(keepends=True)
    at = by.die.randrange(len(lines))
    place = by.die.randrange(lines[at].index(b'"chains"'), len(lines[at]) - 4)
    old = lines[at][place : place + 1]
    if not old.isalnum():
        return root_changed(by)
    lines[at] = lines[at][:place] + (b"0" if old != b"0" else b"1") + lines[at][place + 1 :]
    path.write_bytes(b"".join(lines))
    return Attack([], [])


def root_removed(by: Intruder) -> Attack:
    """Not the last: that one is found by a root that is cited elsewhere."""
    path = Path(settings.AUDIT_ROOTS)
    lines = path.read_bytes().splitlines(keepends=True)
    del lines[by.die.randrange(len(lines) - 1)]
    path.write_bytes(b"".join(lines))
    return Attack([], [])
