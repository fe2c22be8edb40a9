"""The kinds of attack that docs/audit-format.md lists, and how one is made with every trigger out of the way."""

import random
from collections.abc import Callable

from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper

from tests.evidence import attacks, attacks_on_rows
from tests.evidence.attacks import Attack, Intruder

Kind = Callable[[Intruder], Attack | None]

KINDS: tuple[Kind, ...] = (
    attacks.act_changed, attacks.act_rehashed, attacks.act_deleted, attacks.act_deleted_and_closed_up,
    attacks.acts_swapped, attacks.act_moved, attacks.act_slipped_in, attacks.tail_cut, attacks.chain_removed,
    attacks.chain_rewritten, attacks.head_changed, attacks.head_removed, attacks.head_invented,
    attacks_on_rows.version_changed, attacks_on_rows.version_deleted, attacks_on_rows.version_slipped_in,
    attacks_on_rows.version_given_to_another_act, attacks_on_rows.version_of_another_kind,
    attacks_on_rows.version_of_another_day, attacks_on_rows.row_changed, attacks_on_rows.row_deleted,
    attacks_on_rows.row_invented, attacks_on_rows.row_and_version_changed_alike, attacks_on_rows.vote_changed,
    attacks_on_rows.vote_removed, attacks_on_rows.mandate_raised, attacks_on_rows.mandate_slipped_in,
    attacks_on_rows.appointment_lengthened, attacks_on_rows.appointment_of_somebody_else,
    attacks_on_rows.appointment_slipped_in, attacks_on_rows.binding_changed, attacks_on_rows.document_bytes_changed,
    attacks_on_rows.document_bytes_removed, attacks_on_rows.document_exchanged, attacks.text_words_changed,
    attacks.text_committed_anew, attacks.texts_exchanged, attacks.text_erased_without_an_act,
    attacks.text_destroyed_by_nobody,
    attacks.destroyed_text_faked_back, attacks.destroyed_words_faked_back, attacks.redaction_changed,
    attacks.redaction_removed, attacks.text_removed,
    attacks.act_pointed_at_another_text, attacks_on_rows.let_into_lists, attacks_on_rows.kept_out_of_lists,
    attacks_on_rows.listed_in_another_state, attacks_on_rows.field_list_bent, attacks_on_rows.guard_left_off,
    attacks_on_rows.step_renamed, attacks_on_rows.root_changed, attacks_on_rows.root_removed,
)  # fmt: skip

GUARDS = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'"

TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"


def attack(kind: Kind, seed: int) -> None:
    """As the owner, within a transaction. What the database itself refuses (a value that exists) is tried otherwise."""
    with connection.cursor() as cursor:
        for turn in range(100):
            made = kind(Intruder(cursor, random.Random(seed * 1000 + turn)))
            if made is None:
                continue
            try:
                with transaction.atomic():
                    _tamper(cursor, made)
            except DatabaseError:
                continue
            return
    raise AssertionError(f"{kind.__name__} found no way in")


def _tamper(cursor: CursorWrapper, made: Attack) -> None:
    if not made.statements:
        return
    cursor.execute(GUARDS)
    guards = cursor.fetchall()
    tables = made.tables
    if not tables:
        cursor.execute(TABLES)
        tables = [name for (name,) in cursor.fetchall()]
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    for statement in made.statements:
        cursor.execute(statement)
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
    for table, name in guards:
        if table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
