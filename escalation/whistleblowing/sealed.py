"""One transaction in the sealed lane, with what row-level security asks: who reads, or which report it is about.

Nothing of the lane is read or written outside one; without one of these it shows nothing. And the one place that asks
its schema something in SQL.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connections, transaction

ALIAS = "sealed"

NOW = """
    SELECT coalesce(current_setting('sealed.holder', true), ''), coalesce(current_setting('sealed.report', true), ''),
           coalesce(current_setting('sealed.lookup', true), ''), coalesce(current_setting('sealed.clock', true), '')
"""

SETTINGS = """
    SELECT set_config('sealed.holder', %s, true), set_config('sealed.report', %s, true),
           set_config('sealed.lookup', %s, true), set_config('sealed.clock', %s, true)
"""


@contextmanager
def sealed(
    *, holder: int | None = None, report: UUID | None = None, lookup: bytes = b"", clock: bool = False
) -> Iterator[None]:
    """As a keyholder, as whoever a report is of, by where a receipt leads, or as the clock.

    A handler who writes names both. Within another it is a savepoint, and what that may see comes back at its end.
    """
    with transaction.atomic(using=ALIAS):
        before = ask(NOW)
        ask(SETTINGS, [str(holder or ""), str(report or ""), lookup.hex(), "on" if clock else ""])
        yield
        ask(SETTINGS, before)


def ask(question: str, values: Sequence[Any] = ()) -> tuple[Any, ...]:
    """The one row of the answer."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(question, values)
        found: tuple[Any, ...] = cursor.fetchone()
        return found
