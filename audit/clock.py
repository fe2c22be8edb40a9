"""What time it is, said by the database, so that pages, jobs and triggers agree.

Only the owner of the tables can move the clock; tests and the demo do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import DateField, Func

OWNER = "owner"

REAL = "SELECT clock_timestamp()"

# The database says what day it is in the very query that asks: no query of its own.
TODAY: Any = Func(function="app_today", output_field=DateField())


def now() -> datetime:
    moment: datetime = _ask("SELECT app_now()")
    return moment


def today() -> date:
    """The date in the Netherlands, where the terms of the law run."""
    day: date = _ask("SELECT app_today()")
    return day


@contextmanager
def moved_to(moment: datetime) -> Iterator[None]:
    """Let it be `moment`, for every session on this database; time goes on from there."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'app_now'")
        [before] = cursor.fetchone()
        _set(cursor, f"{REAL} + interval '{(moment - datetime.now(UTC)) // timedelta(microseconds=1)} microseconds'")
    _hear()
    try:
        yield
    finally:
        with connections[OWNER].cursor() as cursor:
            _set(cursor, before)
    _hear()


def reset(cursor: CursorWrapper) -> None:
    """Whoever was killed while the clock was moved could not move it back."""
    _set(cursor, REAL)


def _set(cursor: CursorWrapper, body: str) -> None:
    cursor.execute(
        "CREATE OR REPLACE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE"
        f" AS $$ {body.strip()} $$"
    )


def _hear() -> None:
    """Within a transaction a session learns of another's change only when it names a table."""
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM audit_fieldlist LIMIT 0")


def _ask(question: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(question)
        [answer] = cursor.fetchone()
    return answer
