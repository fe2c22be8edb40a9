"""Every kind of tampering that docs/audit-format.md lists, on something at random, by a superuser.

A kind makes the statements of one attack, or gives up (`None`) where what it found cannot be attacked so.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.backends.utils import CursorWrapper

from audit.format import ACT_FIELDS
from tests.evidence.world import MOVED, random_table

# Everything of a chain follows again, as if it had always been so: numbers, hashes, head.
REWRITTEN = """
    DO $$ DECLARE a record; before bytea := ''; n bigint := 0; BEGIN
      FOR a IN SELECT id FROM audit_act WHERE chain = '{chain}' ORDER BY seq, id LOOP
        n := n + 1;
        UPDATE audit_act SET prev = before, seq = n WHERE id = a.id;
        UPDATE audit_act x SET hash = audit_act_hash(x) WHERE id = a.id RETURNING hash INTO before;
      END LOOP;
      UPDATE audit_chainhead SET hash = before, seq = n WHERE chain = '{chain}';
    END $$
"""

# Where acts went, what they had made goes too, so that nothing else tells.
HISTORY_GOES = """
    DO $$ DECLARE t text; BEGIN
      FOR t IN SELECT relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
               WHERE attname = 'history_id' AND relkind = 'r' LOOP
        EXECUTE format('DELETE FROM %I WHERE act_id NOT IN (SELECT id FROM audit_act)', t);
      END LOOP;
      DELETE FROM audit_text WHERE act_id NOT IN (SELECT id FROM audit_act);
    END $$
"""


PRIMARY_KEY = """
    SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
    WHERE indrelid = %s::regclass AND indisprimary
"""


@dataclass(frozen=True)
class Attack:
    statements: list[str]
    tables: list[str]  # whose triggers are in the way; none: all


class Intruder:
    """Chooses what to attack, by a seed."""

    def __init__(self, cursor: CursorWrapper, die: random.Random) -> None:
        self.cursor, self.die = cursor, die

    def one(self, query: str) -> Any:
        """One row of it, at random."""
        self.cursor.execute(query)
        rows = self.cursor.fetchall()
        return self.die.choice(rows) if rows else None

    def act(self, where: str = "true") -> Any:
        return self.one(f"SELECT id, chain, seq FROM audit_act WHERE {where} ORDER BY id")

    def row(self, table: str) -> str:
        """Where one row of it is."""
        [place] = self.one(f"SELECT ctid::text FROM {table} ORDER BY ctid")
        return f"ctid = '{place}'"

    def key_of(self, table: str) -> str:
        """The column that it is known by."""
        self.cursor.execute(PRIMARY_KEY, [table])
        [(name,)] = self.cursor.fetchall()
        return str(name)

    def table(self, *, history: bool = False) -> tuple[str, str, str]:
        """A table, a column of it, and what to make of that."""
        table, columns = random_table(self.cursor, self.die, tuple(MOVED), history=history)
        column, kind = self.die.choice(columns)
        return table, column, MOVED[kind].format(column)

    def columns(self, table: str, *, but: tuple[str, ...] = ()) -> str:
        self.cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
                            " AND NOT attisdropped ORDER BY attnum", [table])  # fmt: skip
        return ", ".join(f'"{name}"' for (name,) in self.cursor.fetchall() if name not in but)


Kind = Callable[[Intruder], Attack | None]

ACTS, HEADS, TEXTS = "audit_act", "audit_chainhead", "audit_text"


def _change_of(field: str) -> str:
    odd = {"format": "format + 1", "seq": "seq + 1000", "at": "at - interval '1 hour'", "prev": "prev || '\\x00'",
           "correlation": "gen_random_uuid()", "details": "'{\"x\":1}'"}  # fmt: skip
    return f"{field} = {odd.get(field, f'{field} || chr(120)')}"


def act_changed(by: Intruder) -> Attack:
    number, *_ = by.act()
    return Attack([f"UPDATE audit_act SET {_change_of(by.die.choice(ACT_FIELDS))} WHERE id = {number}"], [ACTS])


def act_rehashed(by: Intruder) -> Attack:
    """And its own hash made to fit; of the last act its head too."""
    number, chain, _ = by.act()
    field = by.die.choice([name for name in ACT_FIELDS if name not in ("chain", "seq", "prev")])
    return Attack(
        [
            f"UPDATE audit_act SET {_change_of(field)} WHERE id = {number}",
            f"UPDATE audit_act a SET hash = audit_act_hash(a) WHERE id = {number}",
            f"UPDATE audit_chainhead h SET hash = a.hash FROM audit_act a WHERE h.chain = '{chain}'"
            f" AND a.id = {number} AND a.seq = h.seq",
        ],
        [ACTS, HEADS],
    )


def act_deleted(by: Intruder) -> Attack:
    number, *_ = by.act()
    return Attack([f"DELETE FROM audit_act WHERE id = {number}", HISTORY_GOES], [])


def act_deleted_and_closed_up(by: Intruder) -> Attack:
    number, chain, _ = by.act()
    return Attack([f"DELETE FROM audit_act WHERE id = {number}", HISTORY_GOES, REWRITTEN.format(chain=chain)], [])


def acts_swapped(by: Intruder) -> Attack | None:
    number, chain, seq = by.act()
    other = by.act(f"chain = '{chain}' AND id <> {number}")
    if other is None:
        return None
    return Attack(
        [
            f"UPDATE audit_act SET seq = -1 WHERE id = {number}",
            f"UPDATE audit_act SET seq = {seq} WHERE id = {other[0]}",
            f"UPDATE audit_act SET seq = {other[2]} WHERE id = {number}",
        ],
        [ACTS],
    )


def act_moved(by: Intruder) -> Attack:
    number, chain, _ = by.act()
    [other] = by.one(f"SELECT chain FROM audit_chainhead WHERE chain <> '{chain}' ORDER BY 1")
    last = f"(SELECT max(seq) + 1 FROM audit_act WHERE chain = '{other}')"
    return Attack([f"UPDATE audit_act SET chain = '{other}', seq = {last} WHERE id = {number}"], [ACTS])


def act_slipped_in(by: Intruder) -> Attack | None:
    """A copy in the middle, and the whole chain written anew around it."""
    number, chain, seq = by.act("seq > 1")
    copied = by.columns(ACTS, but=("id", "seq", "correlation"))
    return Attack(
        [
            f"UPDATE audit_act SET seq = seq + 1000000 WHERE chain = '{chain}' AND seq > {seq}",
            f"INSERT INTO audit_act (id, seq, correlation, {copied}) SELECT 1000000, {seq} + 1, gen_random_uuid(),"
            f" {copied} FROM audit_act WHERE id = {number}",
            "UPDATE audit_act SET changes = '', ground = '', motivation = '', ground_text_id = NULL,"
            " motivation_text_id = NULL WHERE id = 1000000",
            REWRITTEN.format(chain=chain),
        ],
        [ACTS, HEADS],
    )


def tail_cut(by: Intruder) -> Attack:
    _, chain, seq = by.act("seq > 1")
    return Attack(
        [
            f"DELETE FROM audit_act WHERE chain = '{chain}' AND seq >= {seq}",
            HISTORY_GOES,
            REWRITTEN.format(chain=chain),
        ],
        [],
    )


def chain_removed(by: Intruder) -> Attack:
    [chain] = by.one("SELECT chain FROM audit_chainhead ORDER BY 1")
    return Attack(
        [
            f"DELETE FROM audit_act WHERE chain = '{chain}'",
            f"DELETE FROM audit_chainhead WHERE chain = '{chain}'",
            HISTORY_GOES,
        ],
        [],
    )


def chain_rewritten(by: Intruder) -> Attack:
    number, chain, _ = by.act()
    return Attack(
        [f"UPDATE audit_act SET actor = 'person/9999' WHERE id = {number}", REWRITTEN.format(chain=chain)],
        [ACTS, HEADS],
    )


def head_changed(by: Intruder) -> Attack:
    [chain] = by.one("SELECT chain FROM audit_chainhead ORDER BY 1")
    change = by.die.choice(["seq = seq + 1", "seq = seq - 1", "hash = sha256(hash)"])
    return Attack([f"UPDATE audit_chainhead SET {change} WHERE chain = '{chain}'"], [HEADS])


def head_removed(by: Intruder) -> Attack:
    [chain] = by.one("SELECT chain FROM audit_chainhead ORDER BY 1")
    return Attack([f"DELETE FROM audit_chainhead WHERE chain = '{chain}'"], [HEADS])


def head_invented(by: Intruder) -> Attack:
    number = by.die.randint(10_000, 99_999)
    return Attack([f"INSERT INTO audit_chainhead VALUES ('case/{number}', 3, sha256('x'))"], [HEADS])


def text_words_changed(by: Intruder) -> Attack:
    [number] = by.one("SELECT id FROM audit_text WHERE content IS NOT NULL ORDER BY 1")
    return Attack([f"UPDATE audit_text SET content = content || '!' WHERE id = {number}"], [TEXTS])


def text_committed_anew(by: Intruder) -> Attack:
    [number] = by.one("SELECT id FROM audit_text WHERE content IS NOT NULL ORDER BY 1")
    return Attack(
        [
            f"UPDATE audit_text SET content = 'Anders', commitment = audit_commitment(salt, 'Anders')"
            f" WHERE id = {number}"
        ],
        [TEXTS],
    )


def texts_exchanged(by: Intruder) -> Attack | None:
    [one] = by.one("SELECT id FROM audit_text WHERE content IS NOT NULL ORDER BY 1")
    [two] = by.one(f"SELECT id FROM audit_text WHERE content IS NOT NULL AND id <> {one} ORDER BY 1")
    return Attack(
        [
            "UPDATE audit_text t SET (content, salt, commitment) = (SELECT content, salt, commitment FROM audit_text o"
            f" WHERE o.id IN ({one}, {two}) AND o.id <> t.id) WHERE id IN ({one}, {two})"
        ],
        [TEXTS],
    )


def text_erased_without_an_act(by: Intruder) -> Attack:
    [number] = by.one("SELECT id FROM audit_text WHERE content IS NOT NULL ORDER BY 1")
    act = by.die.choice(["NULL", "act_id", "(SELECT max(id) FROM audit_act)"])
    return Attack(
        [
            "UPDATE audit_text SET content = NULL, salt = NULL, erased_at = now(), "
            f"erased_act_id = {act} WHERE id = {number}"
        ],
        [TEXTS],
    )


def text_destroyed_by_nobody(by: Intruder) -> Attack:
    """In an act that is true to form, and says that it destroys; only nobody decided on it."""
    number, chain = by.one("SELECT id, chain FROM audit_text WHERE content IS NOT NULL AND chain ^@ 'case/' ORDER BY 1")
    verb, one = by.die.choice(["destroy", "complete"]), by.die.choice([1, 7])
    return Attack(
        [
            f"""DO $$ DECLARE act bigint := audit_open(NULL); BEGIN
                  PERFORM audit_erase({number});
                  PERFORM audit_close(act, '{chain}', 'person/1', '{verb}', details => '{{"destruction":{one}}}');
                END $$"""
        ],
        ["django_session"],
    )


def destroyed_text_faked_back(by: Intruder) -> Attack:
    [number] = by.one("SELECT id FROM audit_text WHERE content IS NULL ORDER BY 1")
    proof = by.die.choice(["", ", commitment = audit_commitment('\\x00', 'Wat er nooit stond')"])
    tombstone = by.die.choice(["", ", erased_at = NULL, erased_act_id = NULL"])
    return Attack(
        [f"UPDATE audit_text SET content = 'Wat er nooit stond', salt = '\\x00'{proof}{tombstone} WHERE id = {number}"],
        [TEXTS],
    )


def destroyed_words_faked_back(by: Intruder) -> Attack:
    table, version = by.one("SELECT history, version FROM audit_redaction ORDER BY id")
    return Attack([f"UPDATE {table} SET own_reference = 'Z-2020-1' WHERE history_id = {version}"], [table])


def redaction_changed(by: Intruder) -> Attack:
    [number] = by.one("SELECT id FROM audit_redaction ORDER BY 1")
    change = by.die.choice(["before = sha256(before)", "after = before", "version = version + 100000"])
    return Attack([f"UPDATE audit_redaction SET {change} WHERE id = {number}"], ["audit_redaction"])


def redaction_removed(by: Intruder) -> Attack:
    [number] = by.one("SELECT id FROM audit_redaction ORDER BY 1")
    return Attack([f"DELETE FROM audit_redaction WHERE id = {number}"], ["audit_redaction"])


def text_removed(by: Intruder) -> Attack:
    [number] = by.one("SELECT id FROM audit_text ORDER BY 1")
    return Attack([f"DELETE FROM audit_text WHERE id = {number}"], [])


def act_pointed_at_another_text(by: Intruder) -> Attack:
    [act, column] = by.one(
        "SELECT id, 'motivation_text_id' FROM audit_act WHERE motivation_text_id IS NOT NULL"
        " UNION ALL SELECT id, 'ground_text_id' FROM audit_act WHERE ground_text_id IS NOT NULL ORDER BY 1"
    )
    other = by.die.choice(["NULL", f"(SELECT min(id) FROM audit_text WHERE id <> {column})"])
    return Attack([f"UPDATE audit_act SET {column} = {other} WHERE id = {act}"], [ACTS])
