"""The keys that are destroyed with a report: a file of 32 random bytes each, beside the database and not in it.

Every private half of a report is boxed under its shred key before it is sealed to anybody. Who has a copy of the
database from before a report was destroyed, and even a passphrase, opens nothing of it (Wbk 2a). The folder
(`settings.SEALED_KEYS`) has a backup of its own that forgets what was removed: docs/klokkenluiders.md.
"""

import os
import time
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from django.conf import settings

from cases.rules.sealing import Broken
from escalation.whistleblowing.disk import settle

BYTES = 32
HOUR = 3600  # seconds


def make(report: UUID) -> bytes:
    """A new key, on the disk before anything is sealed with it."""
    folder = Path(settings.SEALED_KEYS)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = os.urandom(BYTES)
    descriptor = os.open(_place(report), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    os.utime(_place(report), (time.time() // HOUR * HOUR,) * 2)  # as rows say it, when a report came in
    settle(folder)  # without its key a report that is in the database opens to nobody
    return key


def key_of(report: UUID) -> bytes:
    """Raises Broken where it is gone: nothing of this report opens any more."""
    try:
        key = _place(report).read_bytes()
    except FileNotFoundError:
        raise Broken("The key of this report is gone") from None
    if len(key) != BYTES:
        raise Broken("The key of this report is not whole")
    return key


def shred(report: UUID) -> None:
    """Written over, then removed; once more does nothing. Call it when the transaction is certain."""
    place = _place(report)
    with suppress(FileNotFoundError):
        with place.open("r+b") as file:
            file.write(os.urandom(BYTES))
            file.flush()
            os.fsync(file.fileno())
        place.unlink()
        settle(place.parent)


def _place(report: UUID) -> Path:
    return Path(settings.SEALED_KEYS) / str(report)
