"""One transaction in the sealed lane, with what row-level security asks: who reads, or which report it is about.

Nothing of the lane is read or written outside one; without one of these it shows nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connections, transaction

ALIAS = "sealed"

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
    wanted = [str(holder or ""), str(report or ""), lookup.hex(), "on" if clock else ""]
    with transaction.atomic(using=ALIAS):
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('sealed.holder', true), current_setting('sealed.report', true),"
                " current_setting('sealed.lookup', true), current_setting('sealed.clock', true)"
            )
            before = [value or "" for value in cursor.fetchone()]
            cursor.execute(SETTINGS, wanted)
        yield
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(SETTINGS, before)
