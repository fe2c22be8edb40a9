"""A region at work, small enough to be verified a thousand times: what an intruder finds, and what goes on in it."""

import random
from collections.abc import Callable

from django.core.files.base import ContentFile
from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper

from audit.models import Act
from audit.roots import sign_root
from audit.services import acting
from audit.triggers import tracked_models
from cases.models import Case
from cases.services.documents import Paper
from config.demo import players
from config.demo.players import add_paper, close_round, holder, open_round, vote
from tests.destroying.play import destroyed, withdraw, years_later
from tests.workflows.play import ALDERMEN, align, brought_to, end, meet, propose, submitted, take_in

# What may be anything without a rule of the matter being broken.
MOVABLE = ("integer", "smallint", "numeric", "boolean", "date", "timestamp with time zone")

# Of another type and value than before, as PostgreSQL would write it in more than one way.
MOVED = {
    "boolean": 'NOT coalesce("{0}", false)',
    "integer": 'coalesce("{0}", 0) + 1',
    "smallint": 'coalesce("{0}", 0) + 1',
    "bigint": 'coalesce("{0}", 0) + 1',
    "numeric": 'coalesce("{0}", 0) + 0.5',
    "date": "coalesce(\"{0}\", '2026-01-01') + 1",
    "timestamp with time zone": "coalesce(\"{0}\", '2026-01-01') + interval '1 day 0.25 second'",
    "text": "'x' || coalesce(\"{0}\", '')",
    "character varying": "'x' || coalesce(\"{0}\", '')",
    "uuid": "gen_random_uuid()",
    "jsonb": "jsonb_build_object('x', \"{0}\")",
    "interval": "coalesce(\"{0}\", '0') + interval '1 hour'",
    "bytea": "coalesce(\"{0}\", '') || '\\x00'",
}


def play() -> None:
    """Votes in a meeting and in writing, documents, a granted commission, one that waits, and words destroyed."""
    destroy_a_case()
    granted = submitted()
    align(granted)
    add_paper(holder(granted, "intake"), granted, paper("Bijlage"))
    take_in(granted)
    propose(granted, documents=[paper("Plan van aanpak")])
    meet(granted, "rmt_validation", "positive")
    sign_root()
    open_round(granted, "pho_decision", "grant")
    for name in ALDERMEN:
        vote(name, granted, "pho_decision")
    close_round(granted, "pho_decision")
    end(granted)
    brought_to("approach", scale="local")
    sign_root()
    for seed in range(3):
        rectify(random.Random(seed))
    sign_root()


def paper(title: str) -> Paper:
    return Paper(
        title=title, classification="internal", filename=f"{title}.txt", media_type="text/plain",
        content=ContentFile(title.encode() * 50),
    )  # fmt: skip


def go_on(die: random.Random, *, times: int) -> None:
    """All sorts of things happen, each as an act: it stays a clean database, though not a sensible one."""
    for _ in range(times):
        happen: Callable[[random.Random], object] = die.choice(
            [change_a_row, change_a_row, change_a_row, remove_a_row, rectify, lambda die: sign_root()]
        )
        happen(die)


def change_a_row(die: random.Random) -> None:
    with connection.cursor() as cursor:
        table, columns = random_table(cursor, die, MOVABLE)
        column, kind = die.choice(columns)
    _within_an_act(
        f'UPDATE {table} SET "{column}" = {MOVED[kind].format(column)} WHERE ctid = ANY(ARRAY('
        f"SELECT ctid FROM {table} ORDER BY random() LIMIT {die.randint(1, 3)}))"
    )


def remove_a_row(die: random.Random) -> None:
    with connection.cursor() as cursor:
        table, _ = random_table(cursor, die, MOVABLE)
    _within_an_act(f"DELETE FROM {table} WHERE ctid = (SELECT ctid FROM {table} ORDER BY random() LIMIT 1)")


def destroy_a_case() -> None:
    """One that was withdrawn, two years later."""
    case = submitted()
    players.align(case, {"soraya": {"own_reference": "Z-2026-17"}, "tom": {"own_reference": "V26/0412"}})
    withdraw(case)
    with years_later():
        destroyed(case)


def rectify(die: random.Random) -> None:
    case = die.choice(list(Case.objects.filter(destroyed_at=None).order_by("pk")))
    last = Act.objects.filter(chain=case.chain).count()
    with acting(chain=case.chain, verb="rectify") as act:
        act.details["rectifies"] = die.randint(1, last)
        act.motivation = "Het bedrag was € 1.250, niet € 1.520."


def _within_an_act(statement: str) -> None:
    """Or nothing happens, where the database has a rule against it."""
    try:
        with transaction.atomic(), acting(chain="system", verb="tried"), connection.cursor() as cursor:
            cursor.execute(statement)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except DatabaseError:
        pass


def random_table(
    cursor: CursorWrapper, die: random.Random, types: tuple[str, ...], *, history: bool = False
) -> tuple[str, list[tuple[str, str]]]:
    """A tracked table that has rows (or its history), with the columns of these types that are no key."""
    while True:
        model, versions = die.choice(sorted(tracked_models(), key=lambda pair: pair[0]._meta.db_table))
        table = (versions if history else model)._meta.db_table
        own = {field.column for field in model._meta.local_concrete_fields if not field.is_relation}
        if model._meta.app_label == "sample":
            continue
        cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")
        if not cursor.fetchone()[0]:
            continue
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s ORDER BY 1", [table]
        )
        pk = str(model._meta.pk.column)
        columns = [(name, kind) for name, kind in cursor.fetchall() if name in own and name != pk and kind in types]
        if columns:
            return table, columns
