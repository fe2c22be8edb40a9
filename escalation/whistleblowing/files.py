"""What is enclosed with a report: sealed while it comes in, so that nothing plain of it ever touches a disk.

Each file has a key of its own, that lies in its sealed header (`models.Attachment`) and nowhere else. Pictures and PDFs
up to a bound are held in memory first and cleaned (`rules.cleaning`); everything else goes through the seal chunk by
chunk. On the disk a file is as long as a few others, carries no name but a number, and a date to the hour.

While a report is being written its files wait in the folder `arriving`; only the page in the browser knows their keys.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO
from uuid import UUID, uuid4

from django.conf import settings

from cases.rules import files as naming
from cases.rules.sealing import Broken, Sealer, unseal
from escalation.whistleblowing.disk import settle
from escalation.whistleblowing.models import Attachment, Report
from escalation.whistleblowing.rules import cleaning, vault

PART = "attachment"
READ = 64 * 1024
PADDING = bytes(READ)
SMALLEST = 64 * 1024
MEGABYTE = 1024 * 1024
MOST_EACH = 256 * MEGABYTE
MOST_TOGETHER = 512 * MEGABYTE
MOST_FILES = 10
MOST_ARRIVING = 20 * 1024 * MEGABYTE  # of everybody together, while they write
LEAST_FREE = 1024 * MEGABYTE  # of the disk
FORGOTTEN = 3 * 3600  # seconds after which what arrived and was not sent is removed
PATIENCE = 40  # seconds for the process that cleans

CLEANED, UNKNOWN, TOO_LARGE, FAILED = "cleaned", "unknown", "large", "failed"
SAID = {
    CLEANED: "verborgen gegevens zijn verwijderd",
    UNKNOWN: "verborgen gegevens zijn niet verwijderd: dat kan bij deze soort bestand niet",
    TOO_LARGE: f"verborgen gegevens zijn niet verwijderd: het is groter dan {cleaning.MOST_CONTENT // MEGABYTE} MB",
    FAILED: "verborgen gegevens zijn niet verwijderd: dat lukte bij dit bestand niet",
}
_one_at_a_time = threading.Lock()  # cleaning takes memory; so much for each web process, however many send


class NoRoom(OSError):
    """No more files can be taken in now; what is written can still be sent without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosed:
    """A file under seal: what its header says."""

    id: UUID
    name: str
    size: int
    sha256: str
    key: bytes
    cleaned: str

    def as_words(self) -> dict[str, str | int]:
        return {**asdict(self), "id": str(self.id), "key": self.key.hex()}

    @classmethod
    def from_words(cls, words: dict[str, str | int]) -> "Enclosed":
        """Raises KeyError, TypeError or ValueError."""
        return cls(
            id=UUID(str(words["id"])), name=str(words["name"]), size=int(words["size"]), sha256=str(words["sha256"]),
            key=bytes.fromhex(str(words["key"])), cleaned=str(words["cleaned"]),
        )  # fmt: skip

    @property
    def said(self) -> str:
        return SAID.get(self.cleaned, "")


class Arriving:
    """One file while it comes in."""

    def __init__(self, name: str) -> None:
        self.id, self.key, self.size = uuid4(), vault.new_key(), 0
        self._name, self._plain, self._left = naming.safe_name(name), hashlib.sha256(), 0
        self._sealer = Sealer(self.key, tender=str(self.id), part=PART)
        self._held: bytearray | None = bytearray()  # nothing: it goes through the seal at once
        self._cleaned = FAILED
        self._file = _create(self.id)

    def add(self, content: bytes) -> None:
        """Raises OSError where the disk is full."""
        self.size += len(content)
        if self._held is None:
            self._write(content)
            return
        self._held += content
        if cleaning.cleaner_of(bytes(self._held[: cleaning.SNIFFED])) is None:
            self._let_go(UNKNOWN)
        elif len(self._held) > cleaning.MOST_CONTENT:
            self._let_go(TOO_LARGE)

    def end(self) -> Enclosed:
        """Cleaned where it can be, padded, and shut. Raises OSError where the disk is full."""
        if self._held is not None:
            content = cleaned(bytes(self._held)) if self._held else b""
            if content:
                self._held, self._cleaned = None, CLEANED
                self._write(content)
            else:
                self._let_go(FAILED)
        size = self._left
        for _ in range((padded(size) - size) // READ):
            self._file.write(self._sealer.add(PADDING))
        self._file.write(self._sealer.add(bytes((padded(size) - size) % READ)) + self._sealer.end())
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return Enclosed(
            id=self.id, name=self._name, size=size, sha256=self._plain.hexdigest(), key=self.key, cleaned=self._cleaned
        )

    def discard(self) -> None:
        self._held = None
        self._file.close()
        _arriving(self.id).unlink(missing_ok=True)

    def _let_go(self, why: str) -> None:
        held, self._held, self._cleaned = bytes(self._held or b""), None, why
        self._write(held)

    def _write(self, content: bytes) -> None:
        self._left += len(content)
        self._plain.update(content)
        self._file.write(self._sealer.add(content))


def cleaned(content: bytes) -> bytes | None:
    """By a process that may fall. Nothing: it could not be cleaned."""
    with _one_at_a_time:
        try:
            ran = subprocess.run(
                [sys.executable, "-I", cleaning.__file__], input=content, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, env={}, timeout=PATIENCE, check=False,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError):
            return None
    return ran.stdout if ran.returncode == 0 and ran.stdout else None


def padded(size: int) -> int:
    """One of eight lengths between a power of two and the next: at most an eighth more, and at least 64 KiB."""
    step = max(SMALLEST, 1 << max(size.bit_length() - 4, 0))
    return max(-(-size // step), 1) * step


def keep(report: Report, enclosed: Enclosed, *, lane: str, private: bytes, at: datetime) -> Attachment:
    """It belongs to a report now; `private` is of who may read it. Raises Broken when it is not there any more."""
    try:
        os.utime(_arriving(enclosed.id), (at.timestamp() // 3600 * 3600,) * 2)
        _arriving(enclosed.id).rename(place_of(enclosed.id))
    except FileNotFoundError:
        raise Broken("This file is gone") from None
    settle(place_of(enclosed.id).parent)
    words = json.dumps(enclosed.as_words(), ensure_ascii=False).encode()
    return Attachment.objects.create(
        id=enclosed.id, report=report, lane=lane, size=padded(enclosed.size),
        header=vault.seal_among(private, words, about=("attachment", str(enclosed.id), lane)),
    )  # fmt: skip


def header_of(attachment: Attachment, private: bytes) -> Enclosed:
    """Raises Broken."""
    about = ("attachment", str(attachment.pk), attachment.lane)
    try:
        return Enclosed.from_words(json.loads(vault.open_among(private, bytes(attachment.header), about=about)))
    except (KeyError, TypeError, ValueError):
        raise Broken("This header is no header") from None


def content_of(enclosed: Enclosed) -> Iterator[bytes]:
    """What was sent, without its padding. Raises Broken, on the way too."""
    left = enclosed.size
    try:
        with place_of(enclosed.id).open("rb") as file:
            pieces = iter(lambda: file.read(READ), b"")
            for piece in unseal(pieces, key=enclosed.key, tender=str(enclosed.id), part=PART):
                if left:
                    yield piece[:left]
                left -= min(left, len(piece))
    except FileNotFoundError:
        raise Broken("This file is gone") from None
    if left:
        raise Broken("This file is too short")


def give_back(enclosed: Enclosed) -> None:
    """It was kept for a report that came to nothing: it waits again."""
    with suppress(FileNotFoundError):
        place_of(enclosed.id).rename(_arriving(enclosed.id))


def destroy(attachment: UUID) -> None:
    """Once more does nothing."""
    place_of(attachment).unlink(missing_ok=True)
    _arriving(attachment).unlink(missing_ok=True)


def forget(enclosed: Enclosed) -> None:
    """It will not be sent. What was kept for a report stays."""
    _arriving(enclosed.id).unlink(missing_ok=True)


def waits(enclosed: Enclosed) -> bool:
    """Does it still wait to be sent?"""
    return _arriving(enclosed.id).is_file()


def sweep() -> int:
    """Removes what arrived and was never sent; what is left together, in bytes."""
    together, now = 0, time.time()
    folder = Path(settings.SEALED_FILES) / "arriving"
    for each in folder.iterdir() if folder.is_dir() else ():
        with suppress(FileNotFoundError):
            found = each.stat()
            if now - found.st_mtime > FORGOTTEN:
                each.unlink()
            else:
                together += found.st_size
    return together


def make_room() -> None:
    """Raises NoRoom: nobody fills the disk by sending and never reporting."""
    folder = Path(settings.SEALED_FILES) / "arriving"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sweep() > MOST_ARRIVING or shutil.disk_usage(folder).free < LEAST_FREE:
        raise NoRoom


def place_of(attachment: UUID) -> Path:
    return Path(settings.SEALED_FILES) / str(attachment)


def _arriving(attachment: UUID) -> Path:
    return Path(settings.SEALED_FILES) / "arriving" / str(attachment)


def _create(attachment: UUID) -> IO[bytes]:
    place = _arriving(attachment)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
